package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints a topic's records, decoded, as JSON Lines. */
@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    description =
        "Prints the records of a topic as JSON Lines, with key, partition and offset; those of"
            + " documents.dropped with the id of the document that a duplicate is one of.")
final class TailCommand implements Callable<Integer> {
  private static final long LAST_COUNT = 10;

  @Mixin RunOptions run = new RunOptions();

  @Parameters(paramLabel = "TOPIC", description = "With or without the prefix and run.NAME.")
  String name = "";

  @Option(names = "--from-beginning", description = "From the first record, not the last ten.")
  boolean fromBeginning;

  @Option(
      names = "--max",
      paramLabel = "N",
      description = "The last N records, or with --from-beginning the first N.")
  long max = Long.MAX_VALUE;

  @Option(names = "--follow", description = "Wait for new records.")
  boolean follow;

  @Override
  public Integer call() {
    if (max < 0) throw new UsageError("--max must not be negative: " + max);
    RunContext context = run.context();
    Topic<?, ?> topic = context.topic(name); // Before anybody is asked about Kafka.
    KafkaConnection kafka = context.kafka();
    try (KeptIds keptIds = new KeptIds(kafka, context.prefix().candidates())) {
      print(kafka, topic, keptIds, System.out);
    }
    return 0;
  }

  private void print(KafkaConnection kafka, Topic<?, ?> topic, KeptIds keptIds, PrintStream out) {
    try (Consumer<byte[], byte[]> reader = kafka.reader(bytes(topic))) {
      List<TopicPartition> all = KafkaConnection.partitions(reader, topic);
      if (all.isEmpty()) throw new UserError("topic " + topic.name() + " does not exist");
      reader.assign(all);
      Map<TopicPartition, Long> ends = reader.endOffsets(all);
      long left = max;
      if (!fromBeginning) {
        List<ConsumerRecord<byte[], byte[]>> last = new LastRecords(reader, ends).read(lastCount());
        left -= print(topic, last, keptIds, left, out);
      }
      if (fromBeginning) reader.seekToBeginning(all);
      else ends.forEach(reader::seek);
      while (left > 0 && (follow || behind(reader, ends))) {
        left -= print(topic, inOrder(reader), keptIds, left, out);
        if (out.checkError()) return; // The pipe was closed: nobody reads on.
      }
    }
  }

  private long lastCount() {
    return max == Long.MAX_VALUE ? LAST_COUNT : max;
  }

  /** Prints so many at most; returns how many it were. */
  private static long print(
      Topic<?, ?> topic,
      List<ConsumerRecord<byte[], byte[]>> records,
      KeptIds keptIds,
      long most,
      PrintStream out) {
    for (ConsumerRecord<byte[], byte[]> record : records.stream().limit(most).toList()) {
      ObjectNode line = RecordLine.of(topic, record);
      keptIds.addTo(line);
      out.println(line);
    }
    return Math.min(most, records.size());
  }

  /** Decoded record by record: one that cannot be must not end it. */
  private static Topic<byte[], byte[]> bytes(Topic<?, ?> topic) {
    return new Topic<>(
        topic.name(), Serdes.ByteArray(), Serdes.ByteArray(), topic.partitions(), topic.settings());
  }

  private static <K, V> List<ConsumerRecord<K, V>> inOrder(Consumer<K, V> reader) {
    List<ConsumerRecord<K, V>> records = new ArrayList<>();
    reader.poll(Duration.ofMillis(300)).forEach(records::add);
    records.sort(Comparator.comparingLong(ConsumerRecord::timestamp)); // Stable within a partition.
    return records;
  }

  private static boolean behind(Consumer<?, ?> reader, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream().anyMatch(e -> reader.position(e.getKey()) < e.getValue());
  }
}
