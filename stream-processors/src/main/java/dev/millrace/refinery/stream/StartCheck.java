package dev.millrace.refinery.stream;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * What must be true before the stream starts: every topic is there, candidates and verdicts share
 * their partitions, the settings are those of the prefix, and every position is known. The first
 * start of a prefix sets the positions to the beginning and records the settings; no later one
 * does. A source that a later version brought begins once by itself ({@link LaterSource}).
 */
final class StartCheck {
  private static final Duration APPEAR_WITHIN = Duration.ofSeconds(5);
  private static final Duration RECORDED_WITHIN = Duration.ofSeconds(30);

  private final KafkaConnection connection;
  private final Topics topics;
  private final RefinerySettings settings;

  StartCheck(KafkaConnection connection, Topics topics, RefinerySettings settings) {
    this.connection = connection;
    this.topics = topics;
    this.settings = settings;
  }

  /**
   * Checks, and prepares the first start.
   *
   * @throws IllegalStateException where a topic or a position is missing
   * @throws RefinerySettings.OtherSettingsException where the settings are others
   */
  void run() throws InterruptedException {
    try (Admin admin = connection.admin()) {
      Map<String, TopicDescription> described = describe(admin);
      Set<TopicPartition> sources = sources(described);
      Set<TopicPartition> json = partitionsOf(described, topics.rawJson());
      Optional<RefinerySettings> recorded = RefinerySettings.recorded(connection, topics);
      if (recorded.isEmpty()) {
        begin(admin, sources);
        settings.record(connection, topics);
        recorded = Optional.of(awaitRecorded());
      }
      settings.mustEqual(recorded.get(), topics);
      new LaterSource(connection, topics, topics.rawJson()).begin(admin, json);
      sources.addAll(json);
      Set<TopicPartition> unknown = unknown(admin, sources);
      if (!unknown.isEmpty()) {
        throw new IllegalStateException(
            "group %s has lost its position in %s; from the beginning every document would count twice"
                .formatted(group(), unknown));
      }
    } catch (ExecutionException e) {
      throw new KafkaException(e.getCause().getMessage(), e.getCause());
    }
  }

  private String group() {
    return RefineryTopology.applicationId(topics);
  }

  private Map<String, TopicDescription> describe(Admin admin)
      throws InterruptedException, ExecutionException {
    Set<String> needed = new TreeSet<>();
    for (Topic<?, ?> topic : needed()) needed.add(topic.name());
    Set<String> missing = missing(admin, needed);
    long end = System.nanoTime() + APPEAR_WITHIN.toNanos();
    while (!missing.isEmpty() && System.nanoTime() - end < 0) {
      Thread.sleep(100); // A broker hears a little later of a topic that was just created.
      missing = missing(admin, needed);
    }
    if (!missing.isEmpty()) throw new IllegalStateException("topics are missing: " + missing);
    return admin.describeTopics(needed).allTopicNames().get();
  }

  private static Set<String> missing(Admin admin, Set<String> needed)
      throws InterruptedException, ExecutionException {
    Set<String> missing = new TreeSet<>(needed);
    missing.removeAll(admin.listTopics().names().get());
    return missing;
  }

  private List<Topic<?, ?>> needed() {
    return List.of(
        topics.rawJson(),
        topics.raw(),
        topics.candidates(),
        topics.signatures(),
        topics.verdicts(),
        topics.refined(),
        topics.heldOut(),
        topics.dropped(),
        topics.retracted(),
        topics.deadLetters(),
        topics.refinerySettings());
  }

  private Set<TopicPartition> sources(Map<String, TopicDescription> described) {
    if (partitions(described, topics.signatures()) != 1) {
      throw new IllegalStateException(
          topics.signatures().name() + " must have one partition: its offset is the order");
    }
    mustMatch(described, topics.candidates(), topics.raw());
    mustMatch(described, topics.candidates(), topics.verdicts());
    mustMatch(described, topics.rawJson(), topics.raw());
    Set<TopicPartition> sources = new HashSet<>();
    for (Topic<?, ?> topic :
        List.of(topics.raw(), topics.candidates(), topics.signatures(), topics.verdicts())) {
      sources.addAll(partitionsOf(described, topic));
    }
    return sources;
  }

  private static void mustMatch(
      Map<String, TopicDescription> described, Topic<?, ?> one, Topic<?, ?> other) {
    if (partitions(described, one) == partitions(described, other)) return;
    throw new IllegalStateException(
        "%s and %s must have as many partitions as each other".formatted(one.name(), other.name()));
  }

  private static Set<TopicPartition> partitionsOf(
      Map<String, TopicDescription> described, Topic<?, ?> topic) {
    Set<TopicPartition> all = new HashSet<>();
    for (int p = 0; p < partitions(described, topic); p++) {
      all.add(new TopicPartition(topic.name(), p));
    }
    return all;
  }

  private static int partitions(Map<String, TopicDescription> described, Topic<?, ?> topic) {
    return described.get(topic.name()).partitions().size();
  }

  private Set<TopicPartition> unknown(Admin admin, Set<TopicPartition> sources)
      throws InterruptedException, ExecutionException {
    return new GroupPositions(admin, group()).unknown(sources);
  }

  private void begin(Admin admin, Set<TopicPartition> sources)
      throws InterruptedException, ExecutionException {
    Set<TopicPartition> unknown = unknown(admin, sources);
    if (unknown.isEmpty()) return;
    Map<TopicPartition, OffsetAndMetadata> beginnings = new HashMap<>();
    admin
        .listOffsets(unknown.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.earliest())))
        .all()
        .get()
        .forEach((p, beginning) -> beginnings.put(p, new OffsetAndMetadata(beginning.offset())));
    try {
      admin.alterConsumerGroupOffsets(group(), beginnings).all().get();
    } catch (ExecutionException e) {
      // A group with members refuses: another instance has begun, and knows where.
      if (!unknown(admin, sources).isEmpty()) throw e;
    }
  }

  private RefinerySettings awaitRecorded() throws InterruptedException {
    long end = System.nanoTime() + RECORDED_WITHIN.toNanos();
    while (System.nanoTime() - end < 0) {
      Optional<RefinerySettings> recorded = RefinerySettings.recorded(connection, topics);
      if (recorded.isPresent()) return recorded.get();
      Thread.sleep(20); // The commit's marker is on its way.
    }
    throw new IllegalStateException(
        "the settings did not appear in " + topics.refinerySettings().name());
  }
}
