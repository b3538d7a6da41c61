package dev.millrace.dashboard;

import dev.millrace.schemas.KafkaConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import org.apache.kafka.clients.CommonClientConfigs;

/** A second address of a broker, which answers from now on; there its clients learn the first. */
final class Relay implements AutoCloseable {
  private final ServerSocket listening;
  private final URI broker;

  private Relay(ServerSocket listening, URI broker) {
    this.listening = listening;
    this.broker = broker;
  }

  static Relay at(int port, KafkaConnection kafka) throws IOException {
    Object broker = kafka.properties().get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
    ServerSocket listening = new ServerSocket(port, 0, InetAddress.getLoopbackAddress());
    return new Relay(listening, URI.create("tcp://" + broker));
  }

  void start() {
    inBackground(this::accept);
  }

  private interface Work {
    void run() throws IOException;
  }

  /** Until one of both ends hangs up. */
  private static void inBackground(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // The test is over, or the client has what it wanted.
              }
            },
            "relay");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listening.accept();
      Socket there = new Socket(broker.getHost(), broker.getPort());
      inBackground(() -> pass(client, there));
      inBackground(() -> pass(there, client));
    }
  }

  private static void pass(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
