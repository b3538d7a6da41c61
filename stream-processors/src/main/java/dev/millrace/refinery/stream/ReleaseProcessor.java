package dev.millrace.refinery.stream;

import dev.millrace.refinery.dedup.DuplicateRules;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.stream.CandidateLog.Candidate;
import dev.millrace.refinery.stream.CandidateLog.Encoded;
import dev.millrace.refinery.text.ContentHash;
import dev.millrace.schemas.DedupVerdict;
import dev.millrace.schemas.DedupVerdict.Duplicate;
import dev.millrace.schemas.DroppedDocument;
import dev.millrace.schemas.KeptCopy;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.RetractedDocument;
import dev.millrace.schemas.Retraction;
import dev.millrace.schemas.Retractions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * One document out for every verdict, or one taken back: walks candidates and verdicts of a
 * partition together.
 */
final class ReleaseProcessor implements Processor<byte[], DedupVerdict, byte[], byte[]> {
  private final ReleaseStage stage;
  private @Nullable ProcessorContext<byte[], byte[]> context;
  private @Nullable Counts counts;
  private @Nullable CandidateLog candidates;

  ReleaseProcessor(ReleaseStage stage) {
    this.stage = stage;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> newContext) {
    context = newContext;
    counts = Counts.of(newContext, Counts.RELEASE);
    candidates = stage.candidates(newContext.taskId().partition());
  }

  @Override
  public void process(Record<byte[], DedupVerdict> record) {
    DedupVerdict verdict = record.value();
    Candidate candidate = candidate(verdict.candidate());
    if (verdict.answer() instanceof DedupVerdict.Retracted retracted) {
      retract(candidate, retracted.offsets(), record.timestamp());
      return;
    }
    Encoded document = candidate.document().orElseThrow();
    if (verdict.duplicateOf().isPresent()) {
      drop(document.document(), verdict.duplicateOf().get(), record.timestamp());
    } else {
      release(document, record.timestamp());
    }
  }

  private Candidate candidate(Origin place) {
    int partition = context.taskId().partition();
    if (place.partition() != partition) {
      throw new IllegalStateException(
          "verdict for candidate %s in partition %d".formatted(place, partition));
    }
    return patiently(() -> candidates.at(place.offset()));
  }

  private <T> T patiently(Supplier<T> read) {
    try {
      return read.get();
    } catch (TimeoutException e) {
      // The way to tell Streams: give up this transaction and begin again where it began.
      TaskCorruptedException again = new TaskCorruptedException(Set.of(context.taskId()));
      again.initCause(e);
      throw again;
    }
  }

  /** In the bytes that it was read from: nothing of it has changed. */
  private void release(Encoded encoded, long timestamp) {
    RefinedDocument document = encoded.document();
    boolean heldOut = stage.isHeldOut(document);
    counts.add(outcome(heldOut), document.getDomain());
    write(document, heldOut, encoded.bytes(), timestamp);
  }

  /** Under its content hash; without a value it takes the one that is there back. */
  private void write(
      RefinedDocument document, boolean heldOut, byte @Nullable [] value, long timestamp) {
    Sink<String, RefinedDocument> sink = heldOut ? stage.heldOutSink() : stage.refinedSink();
    String key = ContentHash.of(document.getContentHash().bytes()).toString();
    Origin origin = Origin.of(document.getOrigin());
    context.forward(sink.encoded(key, value, origin, timestamp), sink.node());
  }

  private static String outcome(boolean heldOut) {
    return heldOut ? Counts.HELD_OUT : Counts.REFINED;
  }

  private void retract(Candidate request, List<Long> offsets, long timestamp) {
    List<RetractedDocument> documents = new ArrayList<>();
    for (long offset : offsets) {
      patiently(() -> candidates.find(offset))
          .filter(document -> document.getId().equals(request.id())) // The index has but a hash.
          .ifPresent(document -> documents.add(takeBack(document, timestamp)));
    }
    Origin origin = request.origin();
    Retraction retraction =
        new Retraction(request.id(), origin.partition(), origin.offset(), documents);
    String key = Retractions.key(origin.partition(), request.id());
    context.forward(
        stage.retractedSink().record(key, retraction, origin, timestamp),
        stage.retractedSink().node());
  }

  private RetractedDocument takeBack(RefinedDocument document, long timestamp) {
    boolean heldOut = stage.isHeldOut(document);
    counts.move(outcome(heldOut), Counts.RETRACTED, document.getDomain());
    write(document, heldOut, null, timestamp);
    return new RetractedDocument(
        document.getOrigin(), document.getDomain(), document.getContentHash(), heldOut);
  }

  private void drop(RefinedDocument document, Duplicate duplicate, long timestamp) {
    Verdict.Drop drop = DuplicateRules.drop(duplicate, stage.config());
    DroppedDocument dropped =
        DroppedDocument.newBuilder()
            .setId(document.getId())
            .setDomain(document.getDomain())
            .setUri(document.getUri())
            .setStage(drop.stage())
            .setRule(drop.rule())
            .setMeasured(drop.measured())
            .setThreshold(drop.threshold())
            .setDuplicateOf(new KeptCopy(duplicate.kept().position(), duplicate.idHash()))
            .setOrigin(document.getOrigin())
            .build();
    counts.add(Counts.dropped(drop.rule()), document.getDomain());
    context.forward(
        stage
            .droppedSink()
            .record(document.getId(), dropped, Origin.of(document.getOrigin()), timestamp),
        stage.droppedSink().node());
  }

  @Override
  public void close() {
    if (candidates != null) candidates.close();
  }
}
