package dev.millrace.evaluator;

import dev.millrace.evaluator.heldout.HeldOutDocument;
import dev.millrace.evaluator.heldout.HeldOutPool;
import dev.millrace.evaluator.heldout.HeldOutSet;
import dev.millrace.evaluator.heldout.HeldOutTexts;
import dev.millrace.evaluator.metrics.Text;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.KafkaWait;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads {@code documents.held-out}: all of it, or at given places. */
final class HeldOutReader implements AutoCloseable {
  private final Topic<String, RefinedDocument> topic;
  private final Consumer<String, RefinedDocument> consumer;
  private final KafkaWait wait;

  HeldOutReader(KafkaConnection kafka, Topic<String, RefinedDocument> topic, KafkaWait wait) {
    this.topic = topic;
    this.consumer = kafka.reader(topic);
    this.wait = wait;
  }

  /** Adds to the pool what there is by now, and has not been read yet; from the beginning on. */
  void fill(HeldOutPool pool) throws Exception {
    if (consumer.assignment().isEmpty()) {
      List<TopicPartition> all = wait.until(() -> KafkaConnection.partitions(consumer, topic));
      consumer.assign(all);
      consumer.seekToBeginning(all);
    }
    wait.readTo(
        consumer,
        wait.until(() -> consumer.endOffsets(consumer.assignment())),
        record -> {
          if (record.value() == null) pool.retract(record.key());
          else pool.add(document(record));
        });
  }

  /**
   * The texts of a frozen set.
   *
   * @throws IllegalStateException naming the place where the log no longer holds what it held
   */
  HeldOutTexts texts(HeldOutSet set) throws Exception {
    Map<HeldOutSet.Member, HeldOutDocument> found = new HashMap<>();
    Map<TopicPartition, Map<Long, HeldOutSet.Member>> wanted = byPlace(set);
    consumer.assign(wanted.keySet());
    Map<TopicPartition, Long> ends =
        new HashMap<>(wait.until(() -> consumer.endOffsets(wanted.keySet())));
    wanted.forEach(
        (partition, members) -> {
          consumer.seek(partition, Collections.min(members.keySet()));
          ends.merge(partition, Collections.max(members.keySet()) + 1, Math::min);
        });
    wait.readTo(
        consumer,
        ends,
        record -> {
          TopicPartition partition = new TopicPartition(record.topic(), record.partition());
          HeldOutSet.Member member = wanted.get(partition).get(record.offset());
          if (member != null && record.value() != null) found.put(member, document(record));
        });
    SortedMap<String, List<String>> texts = new TreeMap<>();
    set.domains().forEach((domain, members) -> texts.put(domain, texts(members, found)));
    return new HeldOutTexts(set, texts);
  }

  private Map<TopicPartition, Map<Long, HeldOutSet.Member>> byPlace(HeldOutSet set) {
    Map<TopicPartition, Map<Long, HeldOutSet.Member>> places = new HashMap<>();
    for (List<HeldOutSet.Member> members : set.domains().values()) {
      for (HeldOutSet.Member member : members) {
        places
            .computeIfAbsent(
                new TopicPartition(topic.name(), member.partition()), p -> new HashMap<>())
            .put(member.offset(), member);
      }
    }
    return places;
  }

  private List<String> texts(
      Collection<HeldOutSet.Member> members, Map<HeldOutSet.Member, HeldOutDocument> found) {
    List<String> texts = new ArrayList<>();
    for (HeldOutSet.Member member : members) {
      HeldOutDocument document = found.get(member);
      if (document == null || !document.contentHash().equals(member.contentHash())) {
        throw new IllegalStateException(
            "%s, partition %d, offset %d: the document of the frozen held-out set is not there"
                .formatted(topic.name(), member.partition(), member.offset()));
      }
      texts.add(beginning(document.text(), member.bytes()));
    }
    return texts;
  }

  private static String beginning(String text, long bytes) {
    if (Text.bytes(text) == bytes) return text;
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return new String(utf8, 0, (int) Math.min(bytes, utf8.length), StandardCharsets.UTF_8);
  }

  private static HeldOutDocument document(ConsumerRecord<String, RefinedDocument> record) {
    RefinedDocument value = record.value();
    return new HeldOutDocument(
        value.getDomain(),
        record.partition(),
        record.offset(),
        HexFormat.of().formatHex(value.getContentHash().bytes()),
        value.getText());
  }

  @Override
  public void close() {
    consumer.close();
  }
}
