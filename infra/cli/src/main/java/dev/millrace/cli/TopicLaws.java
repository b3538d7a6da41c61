package dev.millrace.cli;

import dev.millrace.schemas.Topic;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What the laws need of a topic's configuration. The rest is for operators to decide, whatever it
 * was when the topic was created.
 *
 * @param expiring names of the topics whose records retention may delete
 */
record TopicLaws(Set<String> expiring) {
  TopicLaws {
    expiring = Set.copyOf(expiring);
  }

  /** One line each. */
  List<String> problems(Topic<?, ?> topic, Config config) {
    return new TreeMap<>(topic.settings())
        .entrySet().stream()
            .flatMap(
                ours ->
                    needed(
                        topic.name(), ours.getKey(), ours.getValue(), actual(config, ours.getKey()))
                        .stream())
            .toList();
  }

  private static String actual(Config config, String key) {
    ConfigEntry entry = config.get(key);
    return entry == null || entry.value() == null ? "" : entry.value();
  }

  private Optional<String> needed(String topic, String key, String ours, String actual) {
    boolean lawful =
        switch (key) {
          case TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG ->
              actual.equals(ours);
          case TopicConfig.RETENTION_MS_CONFIG, TopicConfig.RETENTION_BYTES_CONFIG ->
              expiring.contains(topic) || actual.equals(ours);
          case TopicConfig.MAX_MESSAGE_BYTES_CONFIG -> isAtLeast(ours, actual);
          case TopicConfig.COMPRESSION_TYPE_CONFIG -> true; // Every reader reads all of them.
          default -> throw new IllegalStateException("no rule for " + key + " of " + topic);
        };
    if (lawful) return Optional.empty();
    String atLeast = key.equals(TopicConfig.MAX_MESSAGE_BYTES_CONFIG) ? "at least " : "";
    return Optional.of(
        "topic %s has %s=%s where %s%s is needed".formatted(topic, key, actual, atLeast, ours));
  }

  private static boolean isAtLeast(String least, String actual) {
    return !actual.isEmpty() && Long.parseLong(actual) >= Long.parseLong(least);
  }
}
