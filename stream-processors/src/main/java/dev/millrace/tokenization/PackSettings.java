package dev.millrace.tokenization;

import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * What the waiting pieces and the sequences written so far were made with. They mean nothing to
 * another tokenizer and do not fit another context length.
 */
record PackSettings(String tokenizer, int contextLength) {
  static final String STORE = "packing-settings";

  private static final String TOKENIZER = "tokenizer";
  private static final String CONTEXT_LENGTH = "context-length";

  static StoreBuilder<KeyValueStore<String, String>> builder() {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(STORE), Serdes.String(), Serdes.String())
        .withLoggingEnabled(Map.of())
        .withCachingDisabled();
  }

  /**
   * Refuses to go on with others than these.
   *
   * @return whether any are recorded
   */
  boolean check(KeyValueStore<String, String> store) {
    String recordedTokenizer = store.get(TOKENIZER);
    String recordedLength = store.get(CONTEXT_LENGTH);
    if (recordedTokenizer == null || recordedLength == null) return false;
    PackSettings recorded = new PackSettings(recordedTokenizer, Integer.parseInt(recordedLength));
    if (!recorded.equals(this)) {
      throw new IllegalStateException(
          "this run's sequences were made with %s; a run that uses %s needs another name"
              .formatted(recorded, this));
    }
    return true;
  }

  void record(KeyValueStore<String, String> store) {
    store.put(TOKENIZER, tokenizer);
    store.put(CONTEXT_LENGTH, Integer.toString(contextLength));
  }

  @Override
  public String toString() {
    return "tokenizer " + tokenizer + " and context length " + contextLength;
  }
}
