package dev.millrace.cli;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Creates the topics that are missing and refuses those that would break a law: a number of
 * partitions that is neither theirs nor one that they {@linkplain TopicGrowth may grow to}, or what
 * {@link TopicLaws} do not allow.
 *
 * @param partitions of the topics that have as many as the prefix
 * @param replication factor of topics that are created
 */
record TopicSetup(
    KafkaConnection kafka, TopicLaws laws, TopicGrowth growth, int partitions, short replication) {
  private static final long TIMEOUT_SECONDS = 30;

  /** What was done or found, by topic. */
  record Outcome(String topic, int partitions, boolean created, List<String> problems) {}

  /** Creates what is missing and checks what is there. */
  List<Outcome> create(Collection<Topic<?, ?>> topics) {
    try (Admin admin = kafka.admin()) {
      Map<String, Boolean> created = createMissing(admin, topics);
      return check(admin, topics, created);
    }
  }

  /**
   * Gives a topic more partitions.
   *
   * @return how many it had
   * @throws UserError where it may not have them, or has more already
   */
  int grow(Topic<?, ?> topic, int partitions) {
    growth
        .refusal(topic)
        .ifPresent(
            reason -> {
              throw new UserError("topic %s never grows: %s".formatted(topic.name(), reason));
            });
    try (Admin admin = kafka.admin()) {
      int before =
          await(admin.describeTopics(List.of(topic.name())).allTopicNames(), "describe topics")
              .get(topic.name())
              .partitions()
              .size();
      if (before > partitions) {
        throw new UserError(
            "topic %s has %d partitions, and never fewer".formatted(topic.name(), before));
      }
      if (before < partitions) {
        Map<String, NewPartitions> more =
            Map.of(topic.name(), NewPartitions.increaseTo(partitions));
        await(admin.createPartitions(more).all(), "add partitions");
      }
      return before;
    }
  }

  /** Creates and checks; any problem is an error. */
  void ensure(Collection<Topic<?, ?>> topics) {
    List<String> problems = create(topics).stream().flatMap(o -> o.problems().stream()).toList();
    if (!problems.isEmpty()) throw new UserError(String.join("\n", problems));
  }

  /** Whoever may not create topics goes on with those that are there. */
  private Map<String, Boolean> createMissing(Admin admin, Collection<Topic<?, ?>> topics) {
    Set<String> there = await(admin.listTopics().names(), "list topics");
    List<NewTopic> missing =
        topics.stream()
            .filter(t -> !there.contains(t.name()))
            .map(
                t ->
                    new NewTopic(t.name(), t.partitions(partitions), replication)
                        .configs(t.settings()))
            .toList();
    Map<String, Boolean> created = new HashMap<>();
    admin
        .createTopics(missing)
        .values()
        .forEach((name, future) -> created.put(name, wasCreated(name, future)));
    return created;
  }

  private static boolean wasCreated(String name, KafkaFuture<Void> future) {
    try {
      future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) return false;
      if (e.getCause() instanceof AuthorizationException) {
        throw new UserError(
            "topic %s is not there, or Kafka does not let this user see it, nor create it"
                .formatted(name),
            e);
      }
      throw new UserError("cannot create topic " + name + ": " + e.getCause().getMessage(), e);
    } catch (InterruptedException | TimeoutException e) {
      throw new UserError("cannot create topic " + name + ": Kafka did not answer", e);
    }
  }

  private List<Outcome> check(
      Admin admin, Collection<Topic<?, ?>> topics, Map<String, Boolean> created) {
    List<String> names = topics.stream().map(Topic::name).toList();
    awaitLeaders(admin, names);
    List<ConfigResource> resources =
        names.stream().map(n -> new ConfigResource(ConfigResource.Type.TOPIC, n)).toList();
    Map<String, TopicDescription> descriptions =
        await(admin.describeTopics(names).allTopicNames(), "describe topics");
    Map<ConfigResource, Config> configs =
        await(admin.describeConfigs(resources).all(), "read topic settings");
    return topics.stream()
        .map(
            topic -> {
              int found = descriptions.get(topic.name()).partitions().size();
              Config config =
                  configs.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()));
              return new Outcome(
                  topic.name(),
                  found,
                  created.getOrDefault(topic.name(), false),
                  problems(topic, found, config));
            })
        .toList();
  }

  private List<String> problems(Topic<?, ?> topic, int found, Config config) {
    List<String> problems = new ArrayList<>();
    int wanted = topic.partitions(partitions);
    Optional<String> refusal = growth.refusal(topic);
    if (found < wanted || (found > wanted && refusal.isPresent())) {
      problems.add(
          "topic %s has %d partitions where %d are needed: %s"
              .formatted(
                  topic.name(),
                  found,
                  wanted,
                  refusal.orElseGet(() -> "'millrace topics grow' adds them")));
    }
    problems.addAll(laws.problems(topic, config));
    return problems;
  }

  private static void awaitLeaders(Admin admin, List<String> topics) {
    try {
      KafkaConnection.awaitLeaders(admin, topics);
    } catch (ExecutionException e) {
      throw new UserError("cannot describe topics: " + e.getCause().getMessage(), e);
    } catch (InterruptedException | org.apache.kafka.common.errors.TimeoutException e) {
      throw new UserError("cannot describe topics: Kafka did not answer", e);
    }
  }

  private static <T> T await(KafkaFuture<T> future, String what) {
    try {
      return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new UserError("cannot " + what + ": " + e.getCause().getMessage(), e);
    } catch (InterruptedException | TimeoutException e) {
      throw new UserError("cannot " + what + ": Kafka did not answer", e);
    }
  }
}
