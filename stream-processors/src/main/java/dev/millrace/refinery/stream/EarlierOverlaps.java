package dev.millrace.refinery.stream;

import dev.millrace.refinery.RefineryConfig;
import dev.millrace.refinery.StageName;
import dev.millrace.refinery.contamination.Contamination;
import dev.millrace.refinery.contamination.ContaminationStage;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Retractions;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says of an evaluation set that is new to the prefix how many documents it would have dropped, had
 * it been there from the start: a look at all of {@code documents.refined}. Then the set is
 * recorded in {@code refinery.settings}, so that nobody looks again.
 */
final class EarlierOverlaps implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(EarlierOverlaps.class);
  private static final String KEY = "evaluation-set ";

  private final KafkaConnection connection;
  private final Topics topics;
  private final RefineryConfig config;
  private final Map<Contamination, ContaminationStage> stages = new HashMap<>();

  EarlierOverlaps(KafkaConnection connection, Topics topics, RefineryConfig config) {
    this.connection = connection;
    this.topics = topics;
    this.config = config;
  }

  /** Of all domains that judge contamination: SHA-256 hash of the content, by name. */
  private Map<String, String> sets() {
    Map<String, Path> files = new TreeMap<>();
    Set<String> domains = new HashSet<>(config.domains().keySet());
    domains.add("");
    for (String domain : domains) {
      RefineryConfig own = config.of(domain);
      if (own.stages().contains(StageName.CONTAMINATION)) files.putAll(own.contamination().sets());
    }
    Map<String, String> hashes = new TreeMap<>();
    files.forEach((name, file) -> hashes.put(name, RefinerySettings.contentHash(file)));
    return hashes;
  }

  @Override
  public void run() {
    count();
  }

  /** Documents that overlap, by the name of each set that is new. */
  Map<String, Long> count() {
    Map<String, String> sets = sets();
    Map<String, String> fresh = new TreeMap<>(sets);
    Set<String> missing = new TreeSet<>();
    connection.scan(
        topics.refinerySettings(),
        record -> {
          if (!record.key().startsWith(KEY)) return;
          String name = record.key().substring(KEY.length());
          if (!sets.containsKey(name)) missing.add(name);
          fresh.remove(name, record.value());
        });
    missing.forEach(
        name -> log.warn("evaluation set {} was kept out before and is in no run file now", name));
    if (fresh.isEmpty()) return Map.of();
    Map<String, Long> hits = new TreeMap<>();
    fresh.keySet().forEach(name -> hits.put(name, 0L));
    Retractions retractions = Retractions.read(connection, topics);
    long[] documents = {0};
    connection.scan(
        topics.refined(),
        record -> {
          RefinedDocument document = record.value();
          if (document == null
              || retractions.cover(document.getId(), Origin.of(document.getOrigin()))) return;
          documents[0]++;
          count(document, hits);
        });
    hits.forEach(
        (name, n) ->
            log.info(
                "evaluation set {} holds from now on; {} of {} earlier refined documents overlap"
                    + " with it and stay ('millrace retract' takes them back)",
                name,
                n,
                documents[0]));
    record(fresh);
    return hits;
  }

  private void count(RefinedDocument document, Map<String, Long> hits) {
    String domain = document.getDomain();
    RefineryConfig own = config.of(domain);
    if (!own.stages().contains(StageName.CONTAMINATION)) return;
    for (String name : hits.keySet()) { // Each by itself: two that are new may share n-grams.
      stages
          .computeIfAbsent(own.contamination().only(Set.of(name)), Contamination::stage)
          .contaminatedBy(document.getText())
          .ifPresent(set -> hits.merge(set, 1L, Long::sum));
    }
  }

  private void record(Map<String, String> sets) {
    Topic<String, String> topic = topics.refinerySettings();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    sets.forEach((name, hash) -> records.add(topic.record(KEY + name, hash)));
    connection.writeTogether(topic.name() + "-", records);
  }
}
