package dev.millrace.cli;

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
    description = "Prints the records of a topic as JSON Lines, with key, partition and offset.")
final class TailCommand implements Callable<Integer> {
  @Mixin RunOptions run = new RunOptions();

  @Parameters(paramLabel = "TOPIC", description = "With or without the prefix and run.NAME.")
  String name = "";

  @Option(names = "--from-beginning", description = "From the first record, not the last ten.")
  boolean fromBeginning;

  @Option(names = "--max", paramLabel = "N", description = "Stop after N records.")
  long max = Long.MAX_VALUE;

  @Option(names = "--follow", description = "Wait for new records.")
  boolean follow;

  @Override
  public Integer call() {
    RunContext context = run.context();
    print(context.kafka(), context.topic(name), System.out);
    return 0;
  }

  private void print(KafkaConnection kafka, Topic<?, ?> topic, PrintStream out) {
    try (Consumer<byte[], byte[]> reader = kafka.reader(bytes(topic))) {
      List<TopicPartition> all = KafkaConnection.partitions(reader, topic);
      if (all.isEmpty()) throw new UserError("topic " + topic.name() + " does not exist");
      reader.assign(all);
      Map<TopicPartition, Long> ends = reader.endOffsets(all);
      seek(reader, ends);
      long printed = 0;
      while (printed < max && (follow || behind(reader, ends))) {
        for (ConsumerRecord<byte[], byte[]> record : inOrder(reader)) {
          if (printed == max) break;
          out.println(RecordLine.of(topic, record));
          printed++;
        }
        if (out.checkError()) return; // The pipe was closed: nobody reads on.
      }
    }
  }

  /** Decoded record by record: one that cannot be must not end it. */
  private static Topic<byte[], byte[]> bytes(Topic<?, ?> topic) {
    return new Topic<>(
        topic.name(), Serdes.ByteArray(), Serdes.ByteArray(), topic.partitions(), topic.settings());
  }

  private void seek(Consumer<?, ?> reader, Map<TopicPartition, Long> ends) {
    reader.seekToBeginning(ends.keySet());
    if (fromBeginning) return;
    long each = Math.min(max, 10);
    Map<TopicPartition, Long> begins = reader.beginningOffsets(ends.keySet());
    ends.forEach((p, end) -> reader.seek(p, Math.max(begins.get(p), end - each)));
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
