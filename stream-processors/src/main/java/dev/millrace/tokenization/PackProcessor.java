package dev.millrace.tokenization;

import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.TokenSequence;
import io.micrometer.core.instrument.Counter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Packs the documents of one partition. What it holds in memory follows the stores and is made anew
 * from them in {@link #init}.
 */
final class PackProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  private final PackStage stage;
  private final PackSettings settings;
  private final DocumentTokens tokens;
  private final Map<String, Packer> packers = new HashMap<>();
  private final Map<String, PackMeters> meters = new HashMap<>();
  private final Counter deadLetters;
  private @Nullable ProcessorContext<byte[], byte[]> context;
  private @Nullable WaitingPieces waiting;
  private @Nullable UnigramStore unigrams;
  private @Nullable DifficultySignals signals;
  private @Nullable Counts counts;
  private @Nullable TakenBack takenBack;
  private @Nullable KeyValueStore<String, String> settingsStore;
  private boolean settingsRecorded;

  PackProcessor(PackStage stage) {
    this.stage = stage;
    settings = new PackSettings(stage.tokenizer().id(), stage.contextLength());
    tokens = new DocumentTokens(stage.tokenizer());
    deadLetters = PackMeters.deadLetters(stage.meters());
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> newContext) {
    context = newContext;
    settingsStore = newContext.getStateStore(PackSettings.STORE);
    settingsRecorded = settings.check(settingsStore);
    counts = new Counts(newContext.getStateStore(Counts.STORE));
    takenBack = new TakenBack(newContext.getStateStore(TakenBack.STORE));
    Unigrams seen =
        new Unigrams(stage.tokenizer().vocabularySize(), stage.config().unigramTokens());
    unigrams = new UnigramStore(newContext.getStateStore(UnigramStore.STORE), seen);
    signals = new DifficultySignals(stage.tokenizer(), seen);
    waiting = new WaitingPieces(newContext.getStateStore(WaitingPieces.STORE));
    for (String domain : stage.domains()) {
      packers.put(domain, new Packer(stage.config(), stage.contextLength()));
      meters.put(domain, new PackMeters(stage.meters(), domain));
    }
    waiting.restore(packers);
  }

  @Override
  public void process(Record<byte[], byte[]> refined) {
    if (refined.value() == null) return; // Takes an earlier document back; nothing to pack.
    RefinedDocument document;
    try {
      document = decode(refined.value());
    } catch (SerializationException e) {
      String domain = DeadLetter.domainOf(refined.headers());
      bury(refined, new DeadLetter(DeadLetter.DECODE, domain, e));
      return;
    }
    if (!packers.containsKey(document.getDomain())) return;
    if (takenBack.covers(document.getId(), Origin.of(document.getOrigin()))) {
      counts.add(Counts.DOCUMENTS, document.getDomain(), 1);
      counts.add(Counts.RETRACTED_DOCUMENTS, document.getDomain(), 1);
    } else {
      pack(refined, document);
    }
  }

  private RefinedDocument decode(byte[] value) {
    return stage.topics().refined().values().deserializer().deserialize(refinedTopic(), value);
  }

  private void pack(Record<byte[], byte[]> refined, RefinedDocument document) {
    int[] ids;
    try {
      ids = tokens.of(document.getText());
    } catch (RuntimeException | StackOverflowError e) {
      bury(refined, new DeadLetter(DeadLetter.TOKENIZE, document.getDomain(), e));
      return;
    }
    recordSettings();
    count(document.getDomain(), ids.length);
    unigrams.learn(ids);
    for (Piece piece : pieces(document, ids))
      pack(document.getDomain(), piece, refined.timestamp());
  }

  private List<Piece> pieces(RefinedDocument document, int[] ids) {
    return Piece.cut(
        document.getId(),
        Origin.of(document.getOrigin()),
        ids,
        Quality.of(document.getSignals()),
        packers.get(document.getDomain()).capacity());
  }

  private void pack(String domain, Piece piece, long timestamp) {
    Packer.Change change = packers.get(domain).add(piece);
    waiting.follow(domain, change);
    for (Bin bin : change.closed()) close(domain, bin, timestamp);
  }

  private void close(String domain, Bin bin, long timestamp) {
    Bin left = new Bin(bin.slot());
    for (Piece piece : bin.pieces()) {
      if (takenBack.covers(piece.documentId(), piece.origin())) leaveOut(domain, piece);
      else left.add(piece);
    }
    if (left.length() > 0) write(domain, left, timestamp);
  }

  private void leaveOut(String domain, Piece piece) {
    counts.add(Counts.RETRACTED_TOKENS, domain, piece.fresh());
    if (piece.endsDocument()) counts.add(Counts.RETRACTED_DOCUMENTS, domain, 1);
  }

  private void write(String domain, Bin bin, long timestamp) {
    String id =
        "%s/%d/%d"
            .formatted(domain, context.taskId().partition(), counts.get(Counts.SEQUENCES, domain));
    TokenSequence sequence =
        Sequences.of(id, domain, bin, signals.of(bin.pieces()), stage.tokenizer().id());
    context.forward(encode(id, sequence, timestamp), PackStage.writeSequences(domain));
    counts.add(Counts.SEQUENCES, domain, 1);
    counts.add(Counts.PACKED_TOKENS, domain, bin.pieces().stream().mapToLong(Piece::fresh).sum());
    counts.add(
        Counts.PACKED_DOCUMENTS, domain, bin.pieces().stream().filter(Piece::endsDocument).count());
    meters.get(domain).packed(bin.length());
  }

  private Record<byte[], byte[]> encode(String id, TokenSequence sequence, long timestamp) {
    var topic = stage.sequences(sequence.getDomain());
    return new Record<>(
        topic.keys().serializer().serialize(topic.name(), id),
        topic.values().serializer().serialize(topic.name(), sequence),
        timestamp,
        new RecordHeaders());
  }

  private void count(String domain, int length) {
    counts.add(Counts.DOCUMENTS, domain, 1);
    counts.add(Counts.TOKENS, domain, length);
    meters.get(domain).read(length);
  }

  /** Not before there is something that was made with them. */
  private void recordSettings() {
    if (settingsRecorded) return;
    settings.record(settingsStore);
    settingsRecorded = true;
  }

  private void bury(Record<byte[], byte[]> refined, DeadLetter letter) {
    counts.add(Counts.DOCUMENTS, letter.domain(), 1);
    counts.add(Counts.DEAD_LETTERS, letter.domain(), 1);
    deadLetters.increment();
    context.forward(letter.of(refined, refinedTopic()), PackStage.WRITE_DEAD_LETTERS);
  }

  private String refinedTopic() {
    return stage.topics().refined().name();
  }

  @Override
  public void close() {
    if (signals != null) signals.close();
    packers.clear();
  }
}
