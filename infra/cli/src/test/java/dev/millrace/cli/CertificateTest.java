package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.BrokerSecurity.Access;
import dev.millrace.cli.acls.ServiceAcls;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topics;
import dev.millrace.testkit.SecuredBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that knows its users by their certificates. */
class CertificateTest {
  @TempDir Path directory;

  private Path runFile(String user, Map<String, String> kafka) throws IOException {
    String properties =
        kafka.entrySet().stream()
            .map(e -> "  %s: '%s'\n".formatted(e.getKey(), e.getValue()))
            .collect(Collectors.joining());
    return Files.writeString(directory.resolve(user + ".yaml"), "kafka:\n" + properties);
  }

  @Test
  void whoeverHasACertificateAndTheRightsPushesAndNobodyElse() throws Exception {
    Path input = Files.writeString(directory.resolve("a.jsonl"), "{\"text\": \"A mill.\"}\n");
    try (SecuredBroker broker = SecuredBroker.start(directory, Access.CERTIFICATE)) {
      String admin = runFile("admin", broker.admin()).toString();
      assertEquals(0, Ran.of("topics", "create", "--run", admin).exit());
      Map<String, String> properties = broker.user("ingest");
      String ingest = runFile("ingest", properties).toString();
      Ran early = Ran.of("ingest", "--run", ingest, input.toString());
      assertEquals(1, early.exit());
      assertEquals(1, early.errors().size(), early.err());
      try (Admin rights = new KafkaConnection(Map.copyOf(broker.admin())).admin()) {
        ServiceAcls acls = ServiceAcls.of("ingest", "millrace.", "run");
        rights.createAcls(acls.bindings("ingest")).all().get();
      }
      Ran pushed = Ran.of("ingest", "--run", ingest, input.toString());
      assertEquals(0, pushed.exit(), pushed.err());
      long[] records = {0};
      new KafkaConnection(Map.copyOf(broker.admin()))
          .scan(new Topics("millrace.").raw(), record -> records[0]++);
      assertEquals(1, records[0]);

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
}
