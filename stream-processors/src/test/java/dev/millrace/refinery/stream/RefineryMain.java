package dev.millrace.refinery.stream;

import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A refinery with plain rules in a JVM of its own. Arguments: bootstrap servers, topic prefix,
 * instance, state directory.
 */
final class RefineryMain {
  static final DedupConfig DEDUP = new DedupConfig(14, 8, 5, 0, false, 10_000);
  static final StreamConfig STREAM =
      new StreamConfig(2, Duration.ofMillis(100), 1, Duration.ofSeconds(5));

  private RefineryMain() {}

  public static void main(String[] args) throws Exception {
    KafkaConnection connection = KafkaConnection.to(args[0]);
    try (RefineryService service =
        service(connection, new Topics(args[1]), args[2], Path.of(args[3]))) {
      Thread main = Thread.currentThread();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(service, main)));
      service.run();
    }
  }

  private static void leave(RefineryService service, Thread main) {
    service.stop();
    try {
      main.join(Duration.ofSeconds(30).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** With plain rules; documents whose id begins with {@code held-out} are held out. */
  static RefineryService service(
      KafkaConnection connection, Topics topics, String instance, Path state) {
    return service(connection, topics, instance, state, DEDUP);
  }

  static RefineryService service(
      KafkaConnection connection, Topics topics, String instance, Path state, DedupConfig dedup) {
    return service(connection, topics, instance, state, dedup, STREAM);
  }

  static RefineryService service(
      KafkaConnection connection,
      Topics topics,
      String instance,
      Path state,
      DedupConfig dedup,
      StreamConfig stream) {
    return new RefineryService(
        connection,
        topics,
        new RefineryService.Parts(
            Rulebook.of(PlainRules::new),
            dedup,
            document -> document.getId().startsWith("held-out"),
            RefinerySettings.of(Map.of("dedup", dedup)),
            Optional.empty()),
        stream,
        instance,
        state,
        new SimpleMeterRegistry());
  }
}
