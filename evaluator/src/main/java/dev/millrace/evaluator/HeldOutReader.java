package dev.millrace.evaluator;

import dev.millrace.evaluator.heldout.HeldOutDocument;
import dev.millrace.evaluator.heldout.HeldOutPool;
import dev.millrace.evaluator.heldout.HeldOutSet;
import dev.millrace.evaluator.heldout.HeldOutTexts;
import dev.millrace.evaluator.metrics.Text;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.KafkaWait;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Retractions;
import dev.millrace.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads {@code documents.held-out}: all of it, or at given places, without what was taken back. */
final class HeldOutReader implements AutoCloseable {
  private final Topic<String, RefinedDocument> topic;
  private final Consumer<String, RefinedDocument> consumer;
  private final Retractions retractions;
  private final KafkaWait wait;

  HeldOutReader(
      KafkaConnection kafka,
      Topic<String, RefinedDocument> topic,
      Retractions retractions,
      KafkaWait wait) {
    this.topic = topic;
    this.retractions = retractions;
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
          if (record.value() != null && !isTakenBack(record)) pool.add(document(record));
        });
  }

  /**
   * The texts of a frozen set; empty where a document of it was taken back.
   *
   * @throws IllegalStateException naming the place where the log no longer holds what it held
   */
  Optional<HeldOutTexts> texts(HeldOutSet set) throws Exception {
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
    Set<HeldOutSet.Member> takenBack = new HashSet<>();
    wait.readTo(
        consumer,
        ends,
        record -> {
          TopicPartition partition = new TopicPartition(record.topic(), record.partition());
          HeldOutSet.Member member = wanted.get(partition).get(record.offset());
          if (member == null || record.value() == null) return;
          if (isTakenBack(record)) takenBack.add(member);
          found.put(member, document(record));
        });
    if (!takenBack.isEmpty()) return Optional.empty();
    SortedMap<String, List<String>> texts = new TreeMap<>();
    set.domains().forEach((domain, members) -> texts.put(domain, texts(members, found)));
    return Optional.of(new HeldOutTexts(set, texts));
  }

  private boolean isTakenBack(ConsumerRecord<String, RefinedDocument> record) {
    RefinedDocument document = record.value();
    return retractions.cover(document.getId(), Origin.of(document.getOrigin()));
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
