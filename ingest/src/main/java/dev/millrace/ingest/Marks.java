package dev.millrace.ingest;

import dev.millrace.schemas.IngestProgress;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** How far inputs have been pushed, by committed records of {@code ingest.progress}. */
final class Marks implements AutoCloseable {
  /** For an open transaction of somebody who died, which the broker ends in time. */
  private static final Duration PATIENCE = KafkaConnection.TRANSACTION_TIMEOUT.multipliedBy(3);

  private static final Duration SILENT = Duration.ofSeconds(1);
  private static final Duration POLL = Duration.ofMillis(200);

  private final Topic<String, IngestProgress> topic;
  private final Set<String> inputs;
  private final Admin admin;
  private final org.apache.kafka.clients.consumer.Consumer<String, IngestProgress> reader;
  private final Map<String, IngestProgress> marks = new ConcurrentHashMap<>();

  /**
   * @param inputs names; marks of other inputs are not kept
   */
  Marks(KafkaConnection kafka, Topic<String, IngestProgress> topic, Set<String> inputs) {
    this.topic = topic;
    this.inputs = inputs;
    this.admin = kafka.admin();
    this.reader = kafka.reader(topic);
    List<TopicPartition> partitions = KafkaConnection.partitions(reader, topic);
    reader.assign(partitions);
    reader.seekToBeginning(partitions);
  }

  /**
   * Reads on to what is the end now, the open transactions of others included: whatever has been
   * written by now is decided when this returns. The end that read-committed consumers are told
   * would not do, for it may lie before marks that are committed already.
   *
   * @param notes hears that it takes longer
   */
  void refresh(Consumer<String> notes) {
    Map<TopicPartition, Long> ends = ends();
    long start = System.nanoTime();
    boolean told = false;
    while (ends.entrySet().stream().anyMatch(e -> reader.position(e.getKey()) < e.getValue())) {
      ConsumerRecords<String, IngestProgress> records = reader.poll(POLL);
      records.forEach(this::keep);
      Duration waited = Duration.ofNanos(System.nanoTime() - start);
      if (!told && records.isEmpty() && waited.compareTo(SILENT) > 0) {
        notes.accept("waiting for a transaction that another ingest left open");
        told = true;
      }
      if (waited.compareTo(PATIENCE) > 0) throw hanging();
    }
  }

  private IngestException hanging() {
    return new IngestException(
        "a transaction in %s has been open for %d s: kafka-transactions.sh find-hanging names it"
            .formatted(topic.name(), PATIENCE.toSeconds()));
  }

  private Map<TopicPartition, Long> ends() {
    Map<TopicPartition, OffsetSpec> latest =
        reader.assignment().stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
    ListOffsetsOptions uncommitted = new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED);
    try {
      return admin.listOffsets(latest, uncommitted).all().get().entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, e -> offset(e.getValue())));
    } catch (ExecutionException e) {
      throw new KafkaException("no end of " + topic.name(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException(e);
    }
  }

  private static long offset(ListOffsetsResultInfo info) {
    return info.offset();
  }

  private void keep(ConsumerRecord<String, IngestProgress> record) {
    if (!isOurs(record.key())) return;
    if (record.value() == null) {
      marks.remove(record.key());
    } else {
      marks.put(record.key(), record.value());
    }
  }

  /** An input's own mark, or that of a file in it. */
  private boolean isOurs(String unit) {
    for (int end = unit.length(); end > 0; end = unit.lastIndexOf('/', end - 1)) {
      if (inputs.contains(unit.substring(0, end))) return true;
      if (inputs.contains(unit.substring(0, Math.min(end + 1, unit.length())))) return true;
    }
    return false;
  }

  /** As if nothing had been pushed by now. */
  void forget() {
    marks.clear();
  }

  /** By the name of the unit. */
  Optional<IngestProgress> of(String unit) {
    return Optional.ofNullable(marks.get(unit)).map(m -> IngestProgress.newBuilder(m).build());
  }

  @Override
  public void close() {
    reader.close();
    admin.close(Duration.ZERO);
  }
}
