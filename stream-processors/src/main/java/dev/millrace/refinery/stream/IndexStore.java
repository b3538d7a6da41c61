package dev.millrace.refinery.stream;

import dev.millrace.refinery.dedup.SignatureIndex.Held;
import dev.millrace.schemas.DedupSignature;
import dev.millrace.schemas.DedupVerdict;
import dev.millrace.schemas.Origin;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The index of kept documents as a store of the stream: in memory, and in a changelog with one
 * record for every kept document, from which it is rebuilt in the same order.
 */
final class IndexStore implements StateStore {
  static final String NAME = "index";

  private final KeptDocuments kept;
  private final KeyValueStore<Bytes, byte[]> logged;

  IndexStore(KeptDocuments kept, Map<String, String> logConfig) {
    this.kept = kept;
    logged =
        Stores.keyValueStoreBuilder(kept.supplier(), Serdes.Bytes(), Serdes.ByteArray())
            .withLoggingEnabled(logConfig)
            .withCachingDisabled()
            .build();
  }

  /**
   * Keeps the candidate unless a kept document shares a key with it, or takes kept documents back.
   */
  DedupVerdict decide(DedupSignature candidate) {
    if (candidate.isRetraction()) return retract(candidate);
    DedupVerdict verdict = kept.index().verdict(candidate);
    if (verdict.isKept()) {
      logged.put(KeptDocuments.key(candidate), KeptDocuments.value(candidate));
    }
    return verdict;
  }

  private DedupVerdict retract(DedupSignature retraction) {
    Origin place = retraction.candidate();
    List<Held> held = kept.index().kept(retraction.idHash(), place);
    for (Held document : held) {
      Origin candidate = new Origin(place.partition(), document.offset());
      logged.put(KeptDocuments.key(candidate), KeptDocuments.released(document.number()));
    }
    List<Long> offsets = held.stream().map(Held::offset).toList();
    return new DedupVerdict(place, new DedupVerdict.Retracted(offsets));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    logged.init(context, root);
  }

  @Override
  public Position getPosition() {
    return logged.getPosition();
  }

  @Override
  public void flush() {
    logged.flush();
  }

  @Override
  public void close() {
    logged.close();
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return logged.isOpen();
  }
}
