package dev.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.BrokerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

@WithKafka
class TestKafkaTest {
  private static TestKafka ofTheClass;

  @BeforeAll
  static void keep(TestKafka kafka) {
    ofTheClass = kafka;
  }

  @Test
  void isOneForAll(TestKafka kafka) {
    assertSame(ofTheClass, kafka);
    assertNotEquals(kafka.freshPrefix(), kafka.freshPrefix());
  }

  @Test
  void servesAsTheEmbeddedBrokerIsSet(TestKafka kafka) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
      String id = admin.describeCluster().nodes().get().iterator().next().idString();
      ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, id);
      var config = admin.describeConfigs(List.of(broker)).all().get().get(broker);
      BrokerSettings.common()
          .forEach((name, value) -> assertEquals(value, config.get(name).value(), name));
    }
  }

  @Test
  void writesSettingsAsTheImageWantsThem() {
    assertEquals("KAFKA_MESSAGE_MAX_BYTES", TestKafka.variable("message.max.bytes"));
  }

  /** Runs the test class {@code Inner} in a JVM of its own, as a build does. */
  static final class Run {
    public static void main(String[] arguments) {
      SummaryGeneratingListener listener = new SummaryGeneratingListener();
      LauncherFactory.create()
          .execute(
              LauncherDiscoveryRequestBuilder.request()
                  .selectors(DiscoverySelectors.selectClass(Inner.class))
                  .build(),
              listener);
      System.out.println("succeeded " + listener.getSummary().getTestsSucceededCount());
    }
  }

  @WithKafka
  static final class Inner {
    @Test
    void prints(TestKafka kafka) {
      System.out.println("directory " + System.getProperty("java.io.tmpdir"));
    }
  }

  @Test
  void saysItsKindOnceAndNothingElseAndLeavesNothing(@TempDir Path directory) throws Exception {
    try (ChildJvm run =
        ChildJvm.of(Run.class)
            .property("java.io.tmpdir", directory.toString())
            .property(TestKafka.PROPERTY, "embedded")
            .start(directory.resolve("output"))) {
      assertEquals(0, run.awaitExit(Duration.ofMinutes(2)));
      List<String> lines = run.output().lines().toList();
      assertTrue(lines.get(0).startsWith("Kafka for tests: EMBEDDED at 127.0.0.1:"), lines.get(0));
      assertEquals(List.of("directory " + directory, "succeeded 1"), lines.subList(1, 3));
      assertEquals(3, lines.size(), run.output());
      assertEquals(List.of("output"), names(directory));
    }
  }

  private static List<String> names(Path directory) throws Exception {
    try (var paths = java.nio.file.Files.list(directory)) {
      return paths
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.startsWith("hsperfdata"))
          .toList();
    }
  }
}
