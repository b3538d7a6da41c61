package dev.millrace.refinery.stream;

import dev.millrace.schemas.DedupSignature;
import dev.millrace.schemas.DedupVerdict;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** One verdict for every signature, in their order. */
final class IndexProcessor implements Processor<byte[], DedupSignature, byte[], DedupVerdict> {
  private @Nullable ProcessorContext<byte[], DedupVerdict> context;
  private @Nullable IndexStore store;

  @Override
  public void init(ProcessorContext<byte[], DedupVerdict> newContext) {
    context = newContext;
    store = newContext.getStateStore(IndexStore.NAME);
  }

  @Override
  public void process(Record<byte[], DedupSignature> signature) {
    DedupVerdict verdict = store.decide(signature.value());
    context.forward(new Record<>(null, verdict, signature.timestamp(), new RecordHeaders()));
  }
}
