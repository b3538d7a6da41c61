package dev.millrace.refinery.stream;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * What the refinery of a topic prefix has done with every raw record, by domain: exact at every
 * commit of the refinery, whether it runs or not.
 *
 * @param domains counts by domain; a record that cannot be read counts under the domain that its
 *     header names, or else under {@code unknown}
 */
public record RefineryCounts(SortedMap<String, DomainCounts> domains) {
  public RefineryCounts {
    domains = Collections.unmodifiableSortedMap(new TreeMap<>(domains));
  }

  /**
   * Reads what is committed. A prefix that no refinery ever served has no domains.
   *
   * @throws KafkaException where Kafka does not answer
   */
  public static RefineryCounts read(KafkaConnection connection, Topics topics) {
    // Downstream first: what is released by now was a candidate before.
    Map<Counts.Key, Long> counts = new HashMap<>(latest(connection, topics, Counts.RELEASE));
    latest(connection, topics, Counts.RULES)
        .forEach((key, count) -> counts.merge(key, count, Long::sum));
    return of(counts);
  }

  static RefineryCounts of(Map<Counts.Key, Long> counts) {
    TreeMap<String, Map<String, Long>> byDomain = new TreeMap<>();
    counts.forEach(
        (key, count) ->
            byDomain
                .computeIfAbsent(key.domain(), domain -> new HashMap<>())
                .put(key.outcome(), count));
    TreeMap<String, DomainCounts> domains = new TreeMap<>();
    byDomain.forEach((domain, outcomes) -> domains.put(domain, domain(outcomes)));
    return new RefineryCounts(domains);
  }

  private static DomainCounts domain(Map<String, Long> outcomes) {
    TreeMap<String, Long> dropped = new TreeMap<>();
    outcomes.forEach(
        (outcome, count) -> Counts.droppedBy(outcome).ifPresent(rule -> dropped.put(rule, count)));
    return new DomainCounts(
        outcomes.getOrDefault(Counts.RAW, 0L),
        outcomes.getOrDefault(Counts.CANDIDATES, 0L),
        outcomes.getOrDefault(Counts.REFINED, 0L),
        outcomes.getOrDefault(Counts.HELD_OUT, 0L),
        outcomes.getOrDefault(Counts.RETRACTED, 0L),
        outcomes.getOrDefault(Counts.DEAD_LETTERS, 0L),
        dropped);
  }

  /** The last count of each partition, added up. */
  private static Map<Counts.Key, Long> latest(
      KafkaConnection connection, Topics topics, String store) {
    Topic<String, Long> changelog = Counts.changelog(topics, store);
    if (!exists(connection, changelog)) return Map.of();
    Map<TopicPartition, Map<Counts.Key, Long>> byPartition = new HashMap<>();
    connection.scan(
        changelog,
        record ->
            byPartition
                .computeIfAbsent(
                    new TopicPartition(record.topic(), record.partition()), p -> new HashMap<>())
                .put(Counts.Key.parse(record.key()), record.value()));
    Map<Counts.Key, Long> sums = new HashMap<>();
    byPartition
        .values()
        .forEach(counts -> counts.forEach((key, count) -> sums.merge(key, count, Long::sum)));
    return sums;
  }

  private static boolean exists(KafkaConnection connection, Topic<?, ?> topic) {
    try (Admin admin = connection.admin()) {
      return admin.listTopics().names().get().contains(topic.name());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while listing topics", e);
    } catch (ExecutionException e) {
      throw new KafkaException("cannot list topics: " + e.getCause().getMessage(), e.getCause());
    }
  }

  /** All domains as one. */
  public DomainCounts total() {
    TreeMap<String, Long> dropped = new TreeMap<>();
    long raw = 0;
    long candidates = 0;
    long refined = 0;
    long heldOut = 0;
    long retracted = 0;
    long deadLetters = 0;
    for (DomainCounts counts : domains.values()) {
      raw += counts.raw();
      candidates += counts.candidates();
      refined += counts.refined();
      heldOut += counts.heldOut();
      retracted += counts.retracted();
      deadLetters += counts.deadLetters();
      counts.dropped().forEach((rule, count) -> dropped.merge(rule, count, Long::sum));
    }
    return new DomainCounts(raw, candidates, refined, heldOut, retracted, deadLetters, dropped);
  }
}
