package dev.millrace.refinery.stream;

import dev.millrace.refinery.lines.LineWindows;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The latest lines of a task's domains as a logged store of pages: at every commit the pages that
 * changed go to the changelog, in the transaction of the documents whose lines they are.
 */
final class SeenLineStore {
  static final String NAME = "seen-lines";

  private SeenLineStore() {}

  static StoreBuilder<KeyValueStore<String, byte[]>> builder() {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(NAME), Serdes.String(), Serdes.ByteArray())
        .withLoggingEnabled(Map.of())
        .withCachingEnabled();
  }

  /** What the store has, counted; what is added is written there. */
  static LineWindows windows(KeyValueStore<String, byte[]> store, ToIntFunction<String> size) {
    LineWindows windows = new LineWindows(size, store::put);
    try (KeyValueIterator<String, byte[]> pages = store.all()) {
      while (pages.hasNext()) {
        KeyValue<String, byte[]> page = pages.next();
        windows.read(page.key, page.value);
      }
    }
    windows.recount();
    return windows;
  }
}
