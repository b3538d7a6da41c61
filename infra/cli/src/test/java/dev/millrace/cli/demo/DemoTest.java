package dev.millrace.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.cli.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
  /** With a checkout whose Maven fetches nothing and says that all went well. */
  private static void inACheckout(Path home, Runnable action) throws Exception {
    Path maven = Files.writeString(home.resolve("mvnw"), "#!/bin/sh\nexit 0\n");
    assertTrue(maven.toFile().setExecutable(true));
    System.setProperty("millrace.home", home.toString());
    try {
      action.run();
    } finally {
      System.clearProperty("millrace.home");
    }
  }

  @Test
  void leavesTheDataOfALiveBrokerAlone(@TempDir Path home, @TempDir Path directory)
      throws Exception {
    Path folder = directory.resolve("demo").resolve("broker");
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder)) {
      inACheckout(
          home,
          () -> {
            Ran second = Ran.of("demo", "--dir", directory.toString());
            assertEquals(1, second.exit());
            assertEquals(
                List.of(
                    "millrace: a Kafka broker at %s is using %s: stop the demo or 'millrace up' that it belongs to, or say another --dir"
                        .formatted(broker.bootstrap(), folder)),
                second.errors());
          });
      assertTrue(Files.exists(folder.resolve("data").resolve("meta.properties")));
      assertTrue(broker.isAlive());
    }
  }
}
