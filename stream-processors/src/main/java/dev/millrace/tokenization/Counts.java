package dev.millrace.tokenization;

import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Exact counts by domain. The store is cached and logged: at every commit one record per changed
 * count goes to its changelog, in the transaction of what is counted.
 */
final class Counts {
  static final String STORE = "packing-counts";

  static final String DOCUMENTS = "documents";
  static final String PACKED_DOCUMENTS = "packed-documents";
  static final String TOKENS = "tokens";
  static final String PACKED_TOKENS = "packed-tokens";
  static final String SEQUENCES = "sequences";
  static final String RETRACTED_DOCUMENTS = "retracted-documents";
  static final String RETRACTED_TOKENS = "retracted-tokens";
  static final String DEAD_LETTERS = "dead-letters";

  private final KeyValueStore<String, Long> store;

  Counts(KeyValueStore<String, Long> store) {
    this.store = store;
  }

  static StoreBuilder<KeyValueStore<String, Long>> builder() {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(STORE), Serdes.String(), Serdes.Long())
        .withLoggingEnabled(Map.of())
        .withCachingEnabled();
  }

  long get(String what, String domain) {
    Long count = store.get(key(what, domain));
    return count == null ? 0 : count;
  }

  void add(String what, String domain, long more) {
    store.put(key(what, domain), get(what, domain) + more);
  }

  /** One space between the two; neither name has any. */
  static String key(String what, String domain) {
    return what + " " + domain;
  }
}
