package dev.millrace.tokenization;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.serialization.Serdes;

/**
 * What became of one domain's refined documents in a run, exact at a commit of the stream.
 *
 * @param documents read
 * @param packedDocuments whose every token is in a sequence
 * @param tokens of the documents read, one end of text for each included
 * @param packedTokens of these in sequences
 * @param retractedDocuments taken back before they were packed, or at least their ends
 * @param retractedTokens of the documents read that were left out of sequences for that
 * @param deadLetters documents that could not be read or tokenized
 */
public record PackingCounts(
    long documents,
    long packedDocuments,
    long tokens,
    long packedTokens,
    long retractedDocuments,
    long retractedTokens,
    long sequences,
    long deadLetters) {
  /** The domain of what could not be read. */
  public static final String UNKNOWN_DOMAIN = "unknown";

  /** Documents that wait in open sequences for more, in part or in whole. */
  public long waitingDocuments() {
    return documents - packedDocuments - retractedDocuments - deadLetters;
  }

  /** Their tokens that wait. */
  public long waitingTokens() {
    return tokens - packedTokens - retractedTokens;
  }

  /** The committed counts of a run by domain; empty before its tokenization began. */
  public static Map<String, PackingCounts> committed(
      KafkaConnection kafka, Topics topics, String run) throws InterruptedException {
    Topic<String, Long> changelog = changelog(topics, run);
    if (!exists(kafka, changelog)) return Map.of();
    Map<Integer, Map<String, Long>> latest = new HashMap<>();
    kafka.scan(
        changelog,
        record ->
            latest
                .computeIfAbsent(record.partition(), p -> new HashMap<>())
                .put(record.key(), record.value()));
    Map<String, Long> sums = new HashMap<>();
    latest.values().forEach(counts -> counts.forEach((key, n) -> sums.merge(key, n, Long::sum)));
    Map<String, PackingCounts> byDomain = new TreeMap<>();
    for (String key : sums.keySet()) {
      byDomain.computeIfAbsent(key.substring(key.indexOf(' ') + 1), domain -> of(sums, domain));
    }
    return byDomain;
  }

  /** Where the committed counts are. */
  static Topic<String, Long> changelog(Topics topics, String run) {
    String name =
        TokenizationService.applicationId(topics, run) + "-" + Counts.STORE + "-changelog";
    return new Topic<>(name, Serdes.String(), Serdes.Long(), Topic.SHARED, Map.of());
  }

  private static boolean exists(KafkaConnection kafka, Topic<?, ?> topic)
      throws InterruptedException {
    try (Admin admin = kafka.admin()) {
      return Answers.of(admin.listTopics().names()).contains(topic.name());
    }
  }

  private static PackingCounts of(Map<String, Long> sums, String domain) {
    return new PackingCounts(
        sum(sums, Counts.DOCUMENTS, domain),
        sum(sums, Counts.PACKED_DOCUMENTS, domain),
        sum(sums, Counts.TOKENS, domain),
        sum(sums, Counts.PACKED_TOKENS, domain),
        sum(sums, Counts.RETRACTED_DOCUMENTS, domain),
        sum(sums, Counts.RETRACTED_TOKENS, domain),
        sum(sums, Counts.SEQUENCES, domain),
        sum(sums, Counts.DEAD_LETTERS, domain));
  }

  private static long sum(Map<String, Long> sums, String what, String domain) {
    return sums.getOrDefault(Counts.key(what, domain), 0L);
  }
}
