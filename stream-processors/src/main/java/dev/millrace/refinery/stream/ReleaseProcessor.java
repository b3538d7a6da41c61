package dev.millrace.refinery.stream;

import dev.millrace.refinery.dedup.DuplicateRules;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.ContentHash;
import dev.millrace.schemas.DedupVerdict;
import dev.millrace.schemas.DedupVerdict.Duplicate;
import dev.millrace.schemas.DroppedDocument;
import dev.millrace.schemas.KeptCopy;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import java.util.Set;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** One document out for every verdict: walks candidates and verdicts of a partition together. */
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
    RefinedDocument document = candidate(verdict.candidate());
    if (verdict.duplicateOf().isPresent()) {
      drop(document, verdict.duplicateOf().get(), record.timestamp());
    } else if (stage.isHeldOut(document)) {
      release(document, Counts.HELD_OUT, stage.heldOutSink(), record.timestamp());
    } else {
      release(document, Counts.REFINED, stage.refinedSink(), record.timestamp());
    }
  }

  private RefinedDocument candidate(Origin place) {
    int partition = context.taskId().partition();
    if (place.partition() != partition) {
      throw new IllegalStateException(
          "verdict for candidate %s in partition %d".formatted(place, partition));
    }
    try {
      return candidates.at(place.offset());
    } catch (TimeoutException e) {
      // The way to tell Streams: give up this transaction and begin again where it began.
      TaskCorruptedException again = new TaskCorruptedException(Set.of(context.taskId()));
      again.initCause(e);
      throw again;
    }
  }

  private void release(
      RefinedDocument document,
      String outcome,
      Sink<String, RefinedDocument> sink,
      long timestamp) {
    String key = ContentHash.of(document.getContentHash().bytes()).toString();
    counts.add(outcome, document.getDomain());
    context.forward(
        sink.record(key, document, Origin.of(document.getOrigin()), timestamp), sink.node());
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
