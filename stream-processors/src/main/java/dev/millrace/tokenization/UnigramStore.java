package dev.millrace.tokenization;

import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The unigram counts as a logged store of chunks: counts as 32-bit integers, big end first. */
final class UnigramStore {
  static final String STORE = "unigrams";

  private final KeyValueStore<Integer, byte[]> store;
  private final Unigrams unigrams;

  /** The counts go on where the store left them. */
  UnigramStore(KeyValueStore<Integer, byte[]> store, Unigrams unigrams) {
    this.store = store;
    this.unigrams = unigrams;
    try (KeyValueIterator<Integer, byte[]> chunks = store.all()) {
      while (chunks.hasNext()) {
        KeyValue<Integer, byte[]> chunk = chunks.next();
        unigrams.restore(chunk.key, counts(chunk.value));
      }
    }
  }

  static StoreBuilder<KeyValueStore<Integer, byte[]>> builder() {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(STORE), Serdes.Integer(), Serdes.ByteArray())
        .withLoggingEnabled(Map.of())
        .withCachingEnabled();
  }

  void learn(int[] tokens) {
    unigrams.learn(tokens).stream()
        .forEach(chunk -> store.put(chunk, bytes(unigrams.chunk(chunk))));
  }

  private static byte[] bytes(int[] counts) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * counts.length);
    bytes.asIntBuffer().put(counts);
    return bytes.array();
  }

  private static int[] counts(byte[] bytes) {
    int[] counts = new int[bytes.length / Integer.BYTES];
    ByteBuffer.wrap(bytes).asIntBuffer().get(counts);
    return counts;
  }
}
