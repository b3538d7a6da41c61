package dev.millrace.refinery.stream;

import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Exact counts of records by outcome and domain. They live in a cached store: at every commit one
 * record per changed count goes to the store's changelog, in the transaction of the records that
 * are counted, so that whoever reads the changelog's committed records sees exact counts.
 */
final class Counts {
  /** The store of the rules' counts. */
  static final String RULES = "rules-counts";

  /** The store of the counts of what dedup decided. */
  static final String RELEASE = "release-counts";

  static final String RAW = "raw";
  static final String CANDIDATES = "candidates";
  static final String REFINED = "refined";
  static final String HELD_OUT = "held-out";
  static final String RETRACTED = "retracted";
  static final String DEAD_LETTERS = "dead-letters";
  private static final String DROPPED = "dropped:";
  private static final int DOMAIN_CHARS_MAX = 200;

  /** Small segments, compacted soon: whoever wants the counts reads the changelog as a whole. */
  private static final Map<String, String> CHANGELOG =
      Map.of(
          TopicConfig.SEGMENT_BYTES_CONFIG,
          Integer.toString(4 << 20),
          TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
          "0.1");

  private final KeyValueStore<String, Long> store;

  private Counts(KeyValueStore<String, Long> store) {
    this.store = store;
  }

  /** Of the task that the context belongs to. */
  static Counts of(ProcessorContext<?, ?> context, String store) {
    return new Counts(context.getStateStore(store));
  }

  static StoreBuilder<KeyValueStore<String, Long>> builder(String store) {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(store), Serdes.String(), Serdes.Long())
        .withLoggingEnabled(CHANGELOG)
        .withCachingEnabled();
  }

  /** Where a store's committed counts are. */
  static Topic<String, Long> changelog(Topics topics, String store) {
    String name = RefineryTopology.applicationId(topics) + "-" + store + "-changelog";
    return new Topic<>(name, Serdes.String(), Serdes.Long(), Topic.SHARED, Map.of());
  }

  /** The outcome of a document that this rule drops. */
  static String dropped(String rule) {
    return DROPPED + rule;
  }

  /** The rule, if the outcome is a drop. */
  static Optional<String> droppedBy(String outcome) {
    return outcome.startsWith(DROPPED)
        ? Optional.of(outcome.substring(DROPPED.length()))
        : Optional.empty();
  }

  /** A domain as it is counted: a very long one is cut. */
  static String shortened(String domain) {
    return domain.length() <= DOMAIN_CHARS_MAX ? domain : domain.substring(0, DOMAIN_CHARS_MAX);
  }

  void add(String outcome, String domain) {
    add(outcome, domain, 1);
  }

  /** What counted as one outcome counts as another. */
  void move(String from, String to, String domain) {
    add(from, domain, -1);
    add(to, domain, 1);
  }

  private void add(String outcome, String domain, long more) {
    String key = new Key(outcome, shortened(domain)).toString();
    Long before = store.get(key);
    store.put(key, before == null ? more : before + more);
  }

  /** What is counted, as the store's key: outcome, one space, domain. Outcomes have no spaces. */
  record Key(String outcome, String domain) {
    static Key parse(String text) {
      int space = text.indexOf(' ');
      return new Key(text.substring(0, space), text.substring(space + 1));
    }

    @Override
    public String toString() {
      return outcome + " " + domain;
    }
  }
}
