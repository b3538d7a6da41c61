package dev.millrace.testkit;

import dev.millrace.broker.BrokerOptions;
import dev.millrace.broker.BrokerSettings;
import dev.millrace.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.AppInfoParser;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.kafka.KafkaContainer;

/**
 * The broker that all tests of a JVM share; topics keep them apart. Tests that kill a broker start
 * an {@link EmbeddedBroker} of their own.
 */
public final class TestKafka implements AutoCloseable {
  /** Says which kind: {@code container}, {@code embedded} or {@code auto}. */
  public static final String PROPERTY = "millrace.test.kafka";

  /** Of the version that the clients here have. */
  private static final String IMAGE = "apache/kafka:" + AppInfoParser.getVersion();

  private static final AtomicInteger PREFIXES = new AtomicInteger();

  /** Where the broker runs. */
  public enum Kind {
    CONTAINER,
    EMBEDDED
  }

  private final Kind kind;
  private final String bootstrap;
  private final Runnable stop;

  private TestKafka(Kind kind, String bootstrap, Runnable stop) {
    this.kind = kind;
    this.bootstrap = bootstrap;
    this.stop = stop;
  }

  /** Host and port, for {@code bootstrap.servers}. */
  public String bootstrap() {
    return bootstrap;
  }

  public Kind kind() {
    return kind;
  }

  /** A prefix for topics, groups and transactional ids that nobody else in this JVM gets. */
  public String freshPrefix() {
    return "test-" + PREFIXES.incrementAndGet() + ".";
  }

  /** A container where Docker answers, the embedded broker otherwise, or what the property says. */
  static TestKafka start() {
    String wish = System.getProperty(PROPERTY, "auto");
    TestKafka kafka =
        switch (wish) {
          case "container" -> container();
          case "embedded" -> embedded();
          case "auto" -> Docker.answers() ? containerOrEmbedded() : embedded();
          default ->
              throw new IllegalArgumentException(
                  PROPERTY + " is container, embedded or auto, not " + wish);
        };
    System.out.printf("Kafka for tests: %s at %s%n", kafka.kind, kafka.bootstrap);
    return kafka;
  }

  /** Docker may answer and yet not have the image, nor a way to get it. */
  private static TestKafka containerOrEmbedded() {
    try {
      return container();
    } catch (ContainerLaunchException | ContainerFetchException e) {
      System.out.printf("No container of %s: %s%n", IMAGE, e.getMessage());
      return embedded();
    }
  }

  @SuppressWarnings("resource") // Closed by stop.
  private static TestKafka container() {
    KafkaContainer container = new KafkaContainer(IMAGE);
    BrokerSettings.common().forEach((key, value) -> container.withEnv(variable(key), value));
    container.start();
    return new TestKafka(Kind.CONTAINER, container.getBootstrapServers(), container::stop);
  }

  /** As the image wants settings: {@code KAFKA_MESSAGE_MAX_BYTES}. */
  static String variable(String setting) {
    return "KAFKA_" + setting.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  private static TestKafka embedded() {
    try {
      Path directory = Files.createTempDirectory("millrace-kafka-");
      EmbeddedBroker broker = EmbeddedBroker.start(directory, BrokerOptions.DEFAULT);
      return new TestKafka(
          Kind.EMBEDDED,
          broker.bootstrap(),
          () -> {
            broker.close();
            delete(directory);
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    stop.run();
  }
}
