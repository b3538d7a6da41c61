package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.BrokerSecurity.Access;
import dev.millrace.cli.acls.ServiceAcls;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.SecuredBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that knows its users by their certificates, and what Streams makes there of its own. */
class CertificateTest {
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final Topics TOPICS = new Topics("millrace.");
  private static final String SETTINGS =
      """
      topics: {partitions: 1}
      refinery: {stages: [normalisation]}
      heldOut: {fraction: 0}
      stream: {commitInterval: 100ms, standbyReplicas: 0}
      kafka:
      """;

  @TempDir Path directory;

  private Path runFile(String user, Map<String, String> kafka) throws IOException {
    String properties =
        kafka.entrySet().stream()
            .map(e -> "  %s: '%s'\n".formatted(e.getKey(), e.getValue()))
            .collect(Collectors.joining());
    return Files.writeString(directory.resolve(user + ".yaml"), SETTINGS + properties);
  }

  private static void grant(SecuredBroker broker, String user) throws Exception {
    try (Admin rights = new KafkaConnection(Map.copyOf(broker.admin())).admin()) {
      ServiceAcls acls = ServiceAcls.of(user, "millrace.", "run");
      rights.createAcls(acls.bindings(user)).all().get();
    }
  }

  private static long count(SecuredBroker broker, Topic<?, ?> topic) {
    long[] records = {0};
    new KafkaConnection(Map.copyOf(broker.admin())).scan(topic, record -> records[0]++);
    return records[0];
  }

  @Test
  void whoeverHasACertificateAndTheRightsPushesAndNobodyElse() throws Exception {
    Path input = Files.writeString(directory.resolve("a.jsonl"), "{\"text\": \"A mill.\"}\n");
    try (SecuredBroker broker = SecuredBroker.start(directory, Access.CERTIFICATE)) {
      String admin = runFile("admin", broker.admin()).toString();
      Ran created = Ran.of("topics", "create", "--run", admin);
      assertEquals(0, created.exit(), created.err());
      Map<String, String> properties = broker.user("ingest");
      String ingest = runFile("ingest", properties).toString();
      Ran early = Ran.of("ingest", "--run", ingest, input.toString());
      assertEquals(1, early.exit());
      assertEquals(1, early.errors().size(), early.err());
      grant(broker, "ingest");
      Ran pushed = Ran.of("ingest", "--run", ingest, input.toString());
      assertEquals(0, pushed.exit(), pushed.err());
      assertEquals(1, count(broker, TOPICS.raw()));
      assertRefined(broker);

      Map<String, String> nobody =
          properties.entrySet().stream()
              .filter(e -> !e.getKey().startsWith("ssl.keystore"))
              .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
      Ran refused = Ran.of("status", "--run", runFile("nobody", nobody).toString());
      assertEquals(1, refused.exit());
      assertEquals(1, refused.errors().size(), refused.err());
      assertTrue(refused.errors().get(0).contains("TLS"), refused.err());
    }
  }

  private void assertRefined(SecuredBroker broker) throws Exception {
    Path refinery = runFile("refinery", broker.user("refinery"));
    grant(broker, "refinery");
    RunContext context = RunContext.of(Optional.of(refinery), directory.resolve("state"));
    try (ServiceHost host = ServiceHost.start("refinery", context, s -> s.refinery("one"))) {
      Await.until(
          "the document is refined",
          SOON,
          () -> host.failure().isPresent() || count(broker, TOPICS.refined()) == 1);
      assertEquals(Optional.empty(), host.failure());
    }
  }
}
