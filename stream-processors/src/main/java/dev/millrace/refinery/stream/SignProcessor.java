package dev.millrace.refinery.stream;

import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.refinery.dedup.DocumentSigner;
import dev.millrace.schemas.DedupSignature;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** One signature for every candidate and for every retraction among them. */
final class SignProcessor implements Processor<String, RefinedDocument, byte[], DedupSignature> {
  private final DocumentSigner signer;
  private @Nullable ProcessorContext<byte[], DedupSignature> context;

  SignProcessor(DedupConfig config) {
    signer = new DocumentSigner(config);
  }

  @Override
  public void init(ProcessorContext<byte[], DedupSignature> newContext) {
    context = newContext;
  }

  @Override
  public void process(Record<String, RefinedDocument> candidate) {
    Origin place = Place.of(context);
    DedupSignature signature =
        candidate.value() == null
            ? DedupSignature.retraction(place, DocumentSigner.idHash(candidate.key()))
            : signer.sign(place, candidate.value());
    context.forward(new Record<>(null, signature, candidate.timestamp(), new RecordHeaders()));
  }
}
