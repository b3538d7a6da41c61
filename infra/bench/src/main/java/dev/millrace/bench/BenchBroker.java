package dev.millrace.bench;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A broker for one measurement, in a directory that goes with it. */
public final class BenchBroker implements AutoCloseable {
  private final Path directory;
  private final EmbeddedBroker broker;

  /** With nothing in it. */
  public BenchBroker() throws IOException {
    directory = Files.createTempDirectory("millrace-bench");
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  /** For whatever else the measurement leaves. */
  public Path directory() {
    return directory;
  }

  public KafkaConnection connection() {
    return KafkaConnection.to(broker.bootstrap());
  }

  long pid() {
    return broker.pid();
  }

  /** Those topics that are partitioned get so many partitions. */
  public void create(Collection<Topic<?, ?>> topics, int partitions)
      throws InterruptedException, ExecutionException {
    List<NewTopic> all =
        topics.stream()
            .map(
                topic ->
                    new NewTopic(topic.name(), topic.partitions(partitions), (short) 1)
                        .configs(topic.settings()))
            .toList();
    try (Admin admin = connection().admin()) {
      admin.createTopics(all).all().get();
      KafkaConnection.awaitLeaders(admin, all.stream().map(NewTopic::name).toList());
    }
  }

  @Override
  public void close() throws IOException {
    broker.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
