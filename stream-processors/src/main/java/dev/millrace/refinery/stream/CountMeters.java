package dev.millrace.refinery.stream;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * The exact counts of the partitions that an instance has, since the beginning of the prefix: read
 * from its stores whenever somebody asks, so that restarts do not begin anew.
 */
final class CountMeters {
  private static final String DROPPED = "dropped";
  private static final List<String> OF_RULES =
      List.of(Counts.RAW, Counts.CANDIDATES, Counts.DEAD_LETTERS);
  private static final List<String> OF_RELEASE =
      List.of(Counts.REFINED, Counts.HELD_OUT, Counts.RETRACTED);

  private final KafkaStreams streams;

  CountMeters(KafkaStreams streams) {
    this.streams = streams;
  }

  void bindTo(MeterRegistry meters) {
    for (String outcome : OF_RULES) gauge(meters, outcome, List.of(Counts.RULES));
    for (String outcome : OF_RELEASE) gauge(meters, outcome, List.of(Counts.RELEASE));
    gauge(meters, DROPPED, List.of(Counts.RULES, Counts.RELEASE));
  }

  private void gauge(MeterRegistry meters, String outcome, List<String> stores) {
    Gauge.builder("millrace.refinery.documents", () -> count(outcome, stores))
        .description("Documents of this instance's partitions, by what became of them")
        .tag("outcome", outcome)
        .register(meters);
  }

  /** Not a number while its tasks are elsewhere or not restored yet. */
  private double count(String outcome, List<String> stores) {
    try {
      long sum = 0;
      for (String store : stores) sum += count(outcome, store);
      return sum;
    } catch (InvalidStateStoreException e) {
      return Double.NaN;
    }
  }

  private long count(String outcome, String name) {
    ReadOnlyKeyValueStore<String, Long> store =
        streams.store(
            StoreQueryParameters.fromNameAndType(name, QueryableStoreTypes.keyValueStore()));
    long sum = 0;
    try (KeyValueIterator<String, Long> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, Long> entry = all.next();
        if (isOf(Counts.Key.parse(entry.key).outcome(), outcome)) sum += entry.value;
      }
    }
    return sum;
  }

  private static boolean isOf(String counted, String outcome) {
    return outcome.equals(DROPPED)
        ? Counts.droppedBy(counted).isPresent()
        : counted.equals(outcome);
  }
}
