package dev.millrace.tokenization;

import dev.millrace.schemas.AvroSerde;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.Segment;
import dev.millrace.schemas.Signal;
import dev.millrace.schemas.TokenSequence;
import dev.millrace.tokenization.Bin.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The pieces in open bins, as a logged store: one record for each, as a sequence of one segment,
 * under the place where it waits.
 */
final class WaitingPieces {
  static final String STORE = "waiting-pieces";

  private final KeyValueStore<String, TokenSequence> store;

  WaitingPieces(KeyValueStore<String, TokenSequence> store) {
    this.store = store;
  }

  static StoreBuilder<KeyValueStore<String, TokenSequence>> builder() {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(STORE), Serdes.String(), AvroSerde.of(TokenSequence.class))
        .withLoggingEnabled(Map.of())
        .withCachingEnabled(); // A piece that comes and goes between two commits leaves no trace.
  }

  /**
   * Where a piece waits.
   *
   * @param index among the pieces of its bin
   */
  private record Place(String domain, Slot slot, int index) {
    /** Domains have no slash. */
    static Place parse(String key) {
      String[] parts = key.split("/", -1);
      Slot slot = new Slot(Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
      return new Place(parts[0], slot, Integer.parseInt(parts[3]));
    }

    @Override
    public String toString() {
      return domain + "/" + slot.bucket() + "/" + slot.number() + "/" + index;
    }
  }

  private record Waiting(Place place, Piece piece) {}

  /** Keeps the store in step with a packer. */
  void follow(String domain, Packer.Change change) {
    Bin into = change.into();
    int last = into.pieces().size() - 1;
    for (Bin closed : change.closed()) {
      int stored = closed == into ? last : closed.pieces().size();
      for (int i = 0; i < stored; i++) store.delete(key(domain, closed, i));
    }
    if (!change.closed().contains(into)) {
      store.put(key(domain, into, last), record(domain, into.pieces().get(last)));
    }
  }

  /** Fills the packers with what waits. */
  void restore(Map<String, Packer> packers) {
    List<Waiting> all = new ArrayList<>();
    try (KeyValueIterator<String, TokenSequence> records = store.all()) {
      while (records.hasNext()) {
        KeyValue<String, TokenSequence> record = records.next();
        all.add(new Waiting(Place.parse(record.key), piece(record.value)));
      }
    }
    all.sort(Comparator.comparingInt(waiting -> waiting.place().index()));
    for (Waiting waiting : all) {
      Packer packer = packers.get(waiting.place().domain());
      if (packer == null) {
        throw new IllegalStateException(
            "documents of the domain %s wait to be packed, but the run no longer has that domain"
                .formatted(waiting.place().domain()));
      }
      packer.restore(waiting.place().slot(), waiting.piece());
    }
  }

  private static String key(String domain, Bin bin, int index) {
    return new Place(domain, bin.slot(), index).toString();
  }

  private static TokenSequence record(String domain, Piece piece) {
    return new TokenSequence(
        "",
        domain,
        Sequences.list(piece.tokens()),
        List.of(Sequences.segment(piece)),
        0,
        Map.of(Signal.QUALITY.key(), piece.quality()),
        "");
  }

  private static Piece piece(TokenSequence record) {
    Segment segment = record.getSegments().get(0);
    return new Piece(
        segment.getDocumentId(),
        Origin.of(segment.getOrigin()),
        segment.getStart(),
        record.getTokens().stream().mapToInt(Integer::intValue).toArray(),
        segment.getEndsDocument(),
        record.getSignals().get(Signal.QUALITY.key()));
  }
}
