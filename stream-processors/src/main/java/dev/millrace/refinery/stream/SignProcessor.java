package dev.millrace.refinery.stream;

import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.refinery.dedup.DocumentSigner;
import dev.millrace.schemas.DedupSignature;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Topic;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * One signature for every candidate and for every retraction among them. Its keys come with the
 * candidate; of one that an earlier version wrote they are computed from its text.
 */
final class SignProcessor implements Processor<String, byte[], byte[], DedupSignature> {
  private final Topic<String, RefinedDocument> candidates;
  private final DedupConfig config;
  private final DocumentSigner signer;
  private @Nullable ProcessorContext<byte[], DedupSignature> context;

  SignProcessor(Topic<String, RefinedDocument> candidates, DedupConfig config) {
    this.candidates = candidates;
    this.config = config;
    signer = new DocumentSigner(config);
  }

  @Override
  public void init(ProcessorContext<byte[], DedupSignature> newContext) {
    context = newContext;
  }

  @Override
  public void process(Record<String, byte[]> candidate) {
    DedupSignature signature = signature(Place.of(context), candidate);
    context.forward(new Record<>(null, signature, candidate.timestamp(), new RecordHeaders()));
  }

  private DedupSignature signature(Origin place, Record<String, byte[]> candidate) {
    if (candidate.value() == null) {
      return DedupSignature.retraction(place, DocumentSigner.idHash(candidate.key()));
    }
    return KeysHeader.read(candidate.headers(), config)
        .map(keys -> new DedupSignature(place, DocumentSigner.idHash(candidate.key()), keys))
        .orElseGet(() -> signer.sign(place, decoded(candidate.value())));
  }

  private RefinedDocument decoded(byte[] value) {
    return candidates.values().deserializer().deserialize(candidates.name(), value);
  }
}
