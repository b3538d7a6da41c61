package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why Kafka cannot be used is said in one line. */
@WithKafka
class ConnectionTest {
  @TempDir Path directory;
  private final TestKafka broker;

  ConnectionTest(TestKafka broker) {
    this.broker = broker;
  }

  /** The one line that a command says under these client properties. */
  private String error(String properties) throws Exception {
    return error(broker.bootstrap(), properties);
  }

  private String error(String bootstrap, String properties) throws Exception {
    Path runFile = directory.resolve("run.yaml");
    Files.writeString(
        runFile, "kafka: {bootstrap.servers: \"%s\", %s}".formatted(bootstrap, properties));
    Ran ran = Ran.of("status", "--run", runFile.toString());
    assertEquals(1, ran.exit(), ran.err());
    assertEquals(1, ran.errors().size(), ran.err());
    return ran.errors().get(0);
  }

  @Test
  void aBrokerThatRefusesCredentialsIsNamed() throws Exception {
    String login =
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=u password='${env:PATH}';";
    String error =
        error(
            "security.protocol: SASL_PLAINTEXT, sasl.mechanism: PLAIN, sasl.jaas.config: \"%s\""
                .formatted(login));
    assertTrue(
        error.startsWith("millrace: Kafka at %s refuses: ".formatted(broker.bootstrap())), error);
    assertTrue(error.contains("PLAIN"), error);
  }

  @Test
  void aTlsErrorIsNamed() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread web = new Thread(() -> answerInPlainText(server), "web");
      web.setDaemon(true);
      web.start();
      String address = "127.0.0.1:" + server.getLocalPort();
      String error = error(address, "security.protocol: SSL");
      assertTrue(error.startsWith("millrace: no TLS with Kafka at %s: ".formatted(address)), error);
      assertTrue(error.contains("SSL message"), error);
    }
  }

  /** As a web server does at whose port somebody speaks TLS. */
  private static void answerInPlainText(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
        client.getInputStream().read(); // The greeting, which must not be cut off by a reset.
      } catch (IOException e) {
        return; // Closed with the test.
      }
    }
  }

  @Test
  void aWrongSettingIsNamed() throws Exception {
    String error = error("security.protocol: SECRET");
    assertTrue(error.contains("SECRET") && error.contains("security.protocol"), error);
  }

  @Test
  void aSettingThatIsMissingIsNamed() throws Exception {
    String error = error("security.protocol: SASL_PLAINTEXT, sasl.mechanism: PLAIN");
    assertTrue(error.contains("JAAS"), error);
  }
}
