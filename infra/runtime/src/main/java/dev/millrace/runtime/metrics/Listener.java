package dev.millrace.runtime.metrics;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Where an HTTP server of this process listens. */
public final class Listener {
  private Listener() {}

  /**
   * A server that has its address and does not serve yet.
   *
   * @param what will be served, for the message
   * @param port 0 for any free one
   * @throws IOException if the address cannot be had; the message names it
   */
  public static HttpServer bind(String what, String host, int port) throws IOException {
    InetSocketAddress address = new InetSocketAddress(host, port);
    try {
      if (address.isUnresolved()) throw new IOException("unknown host");
      return HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new IOException(
          "%s cannot be served at %s:%d: %s".formatted(what, host, port, e.getMessage()), e);
    }
  }

  /** As {@code http://127.0.0.1:8080/}. */
  public static URI uri(HttpServer server) {
    InetSocketAddress address = server.getAddress();
    String host = address.getAddress().getHostAddress();
    return URI.create(
        "http://%s:%d/".formatted(host.contains(":") ? "[" + host + "]" : host, address.getPort()));
  }

  /** Threads that keep no process alive, as {@code NAME-1}. */
  public static ThreadFactory threads(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
