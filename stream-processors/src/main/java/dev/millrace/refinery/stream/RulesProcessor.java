package dev.millrace.refinery.stream;

import dev.millrace.refinery.lines.LineWindows;
import dev.millrace.refinery.lines.SeenLines;
import dev.millrace.refinery.stage.BrokenStageException;
import dev.millrace.schemas.DroppedDocument;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RawDocument;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Retractions;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * One outcome for every raw record, whatever it is. A record without a value takes a document back
 * where its header says so, and follows that document's road. Any other is no document: it is a
 * dead letter like all that cannot be read, so that no record goes uncounted. What became a dead
 * letter on its way here from {@code documents.raw.json} stays one.
 */
final class RulesProcessor implements Processor<byte[], byte[], Object, byte[]> {
  private final RulesStage stage;
  private final Deserializer<RawDocument> decoder;
  private @Nullable ProcessorContext<Object, byte[]> context;
  private @Nullable TimeLimit rules;
  private @Nullable Counts counts;
  private Optional<LineWindows> windows = Optional.empty();

  RulesProcessor(RulesStage stage) {
    this.stage = stage;
    decoder = stage.topics().raw().values().deserializer();
  }

  /** Where a record goes and what it counts as. */
  private record Outcome(String name, String domain, Record<?, byte[]> record, String node) {
    long bytes() {
      byte[] key = record.key() instanceof HomeSink.Home home ? home.key() : (byte[]) record.key();
      return (long) key.length + record.value().length;
    }
  }

  @Override
  public void init(ProcessorContext<Object, byte[]> newContext) {
    context = newContext;
    counts = Counts.of(newContext, Counts.RULES);
    windows = stage.windows(newContext);
    rules = stage.rules(windows.<SeenLines>map(w -> w).orElse(SeenLines.NONE));
  }

  @Override
  public void process(Record<byte[], byte[]> raw) {
    Origin origin = Place.of(context);
    if (isRetraction(raw)) {
      context.forward(retraction(raw, origin), stage.candidates().node());
      return;
    }
    Outcome outcome = outcome(raw, origin);
    counts.add(Counts.RAW, outcome.domain());
    counts.add(outcome.name(), outcome.domain());
    context.forward(outcome.record(), outcome.node());
  }

  private static boolean isRetraction(Record<byte[], byte[]> raw) {
    return Retractions.isRequest(raw.key(), raw.value(), raw.headers());
  }

  private Record<HomeSink.Home, byte[]> retraction(Record<byte[], byte[]> raw, Origin origin) {
    String id = new String(raw.key(), StandardCharsets.UTF_8);
    return stage.candidates().record(id, null, origin, raw.timestamp());
  }

  private Outcome outcome(Record<byte[], byte[]> raw, Origin origin) {
    if (DeadLetter.isOf(stage.topics().rawJson().name(), raw.headers())) {
      return deadLetter(DeadLetter.domainOf(raw.headers()), DeadLetter.at(origin, raw));
    }
    RawDocument document;
    try {
      document = decode(raw.value());
    } catch (SerializationException | OutOfMemoryError e) { // Of a length that is none.
      String domain = DeadLetter.domainOf(raw.headers());
      return deadLetter(raw, origin, new DeadLetter(DeadLetter.DECODE, domain, e));
    }
    try {
      DocumentRules.Ruling ruling = rules.judge(document, origin);
      windows.ifPresent(w -> w.add(document.getDomain(), ruling.lines()));
      return fitting(outcome(raw, origin, ruling));
    } catch (BrokenStageException e) {
      return deadLetter(raw, origin, new DeadLetter(e.stage(), document.getDomain(), e.getCause()));
    } catch (RecordTooLargeException e) {
      return deadLetter(raw, origin, new DeadLetter(DeadLetter.SIZE, document.getDomain(), e));
    }
  }

  private RawDocument decode(byte @Nullable [] value) {
    if (value == null) throw new SerializationException("a record without a value");
    return decoder.deserialize(stage.topics().raw().name(), value);
  }

  private Outcome outcome(Record<byte[], byte[]> raw, Origin origin, DocumentRules.Ruling ruling) {
    if (ruling instanceof DocumentRules.Ruling.Kept kept) {
      RefinedDocument document = kept.candidate();
      Record<HomeSink.Home, byte[]> candidate =
          stage.candidates().record(document.getId(), document, origin, raw.timestamp());
      kept.keys().ifPresent(keys -> KeysHeader.write(candidate.headers(), keys));
      return new Outcome(
          Counts.CANDIDATES, document.getDomain(), candidate, stage.candidates().node());
    }
    DroppedDocument document = ((DocumentRules.Ruling.Dropped) ruling).document();
    return new Outcome(
        Counts.dropped(document.getRule()),
        document.getDomain(),
        stage.dropped().record(document.getId(), document, origin, raw.timestamp()),
        stage.dropped().node());
  }

  private static Outcome fitting(Outcome outcome) {
    long bytes = outcome.bytes();
    if (bytes > DeadLetter.BYTES_MAX) {
      throw new RecordTooLargeException(
          "its record for %s would have %d bytes; %d are possible"
              .formatted(outcome.node(), bytes, DeadLetter.BYTES_MAX));
    }
    return outcome;
  }

  private Outcome deadLetter(Record<byte[], byte[]> raw, Origin origin, DeadLetter letter) {
    return deadLetter(letter.domain(), letter.of(raw, stage.topics().raw().name(), origin));
  }

  private Outcome deadLetter(String domain, Record<byte[], byte[]> letter) {
    return new Outcome(Counts.DEAD_LETTERS, domain, letter, stage.deadLetters().node());
  }

  @Override
  public void close() {
    if (rules != null) rules.close();
  }
}
