package dev.millrace.tokenization;

import dev.millrace.schemas.Origin;
import dev.millrace.schemas.Retraction;
import dev.millrace.schemas.Retractions;
import dev.millrace.schemas.Topic;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** Documents that were taken back: all of {@code documents.retracted}, the same in every task. */
final class TakenBack {
  static final String STORE = "taken-back";

  private final KeyValueStore<String, Retraction> store;

  TakenBack(KeyValueStore<String, Retraction> store) {
    this.store = store;
  }

  static void addTo(Topology topology, Topic<String, Retraction> topic) {
    Serde<String> keys = topic.keys();
    Serde<Retraction> values = topic.values();
    topology.addGlobalStore(
        Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(STORE), keys, values)
            .withLoggingDisabled(),
        "read-retracted",
        keys.deserializer(),
        values.deserializer(),
        topic.name(),
        "take-back",
        Latest::new);
  }

  /** Later retractions of a document reach further. */
  private static final class Latest extends ContextualProcessor<String, Retraction, Void, Void> {
    @Override
    public void process(Record<String, Retraction> retraction) {
      KeyValueStore<String, Retraction> store = context().getStateStore(STORE);
      store.put(retraction.key(), retraction.value());
    }
  }

  /**
   * Whether a document may be trained on no more.
   *
   * @param origin its place in {@code documents.raw}
   */
  boolean covers(String id, Origin origin) {
    Retraction retraction = store.get(Retractions.key(origin.partition(), id));
    return retraction != null && origin.offset() < retraction.getBefore();
  }
}
