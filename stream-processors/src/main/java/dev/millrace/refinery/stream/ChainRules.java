package dev.millrace.refinery.stream;

import dev.millrace.refinery.Outcome;
import dev.millrace.refinery.RefineryChain;
import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.refinery.dedup.Signer;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.SourceDocument;
import dev.millrace.schemas.DroppedDocument;
import dev.millrace.schemas.Hash128;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RawDocument;
import dev.millrace.schemas.RefinedDocument;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.TreeMap;

/** The refinery's chain between the records of the log, and the keys of what it keeps. */
final class ChainRules implements DocumentRules {
  private final RefineryChain chain;
  private final Signer signer;

  ChainRules(RefineryChain chain, DedupConfig dedup) {
    this.chain = chain;
    signer = new Signer(dedup);
  }

  @Override
  public Ruling judge(RawDocument document, Origin origin) {
    Outcome outcome = chain.judge(source(document));
    long[] lines = chain.takeLines();
    if (outcome instanceof Outcome.Dropped dropped) {
      return new Ruling.Dropped(dropped(dropped.text(), dropped.drop(), origin), lines);
    }
    Outcome.Refined kept = (Outcome.Refined) outcome;
    return new Ruling.Kept(refined(kept, origin), Optional.of(keys(kept)), lines);
  }

  /** While the folded words are at hand. */
  private long[] keys(Outcome.Refined kept) {
    return signer.keys(kept.text().foldedWords(), kept.hash(), kept.text().uri());
  }

  private static SourceDocument source(RawDocument document) {
    ByteBuffer content = document.getContent().duplicate();
    byte[] bytes = new byte[content.remaining()];
    content.get(bytes);
    return new SourceDocument(
        document.getId(),
        document.getDomain(),
        Optional.ofNullable(document.getUri()),
        document.getMediaType(),
        Optional.ofNullable(document.getCharset()),
        bytes,
        document.getMetadata());
  }

  private static RefinedDocument refined(Outcome.Refined outcome, Origin origin) {
    RefinedText text = outcome.text();
    return RefinedDocument.newBuilder()
        .setId(text.id())
        .setDomain(text.domain())
        .setUri(text.uri().orElse(null))
        .setText(text.text())
        .setLanguage(text.language())
        .setSignals(text.signals())
        .setRedactions(text.redactionCounts())
        .setContentHash(new Hash128(outcome.hash().bytes()))
        .setOrigin(origin.position())
        .setMetadata(new TreeMap<>(text.metadata())) // Sorted: the same bytes after a replay.
        .build();
  }

  private static DroppedDocument dropped(RefinedText text, Verdict.Drop drop, Origin origin) {
    return DroppedDocument.newBuilder()
        .setId(text.id())
        .setDomain(text.domain())
        .setUri(text.uri().orElse(null))
        .setStage(drop.stage())
        .setRule(drop.rule())
        .setMeasured(drop.measured())
        .setThreshold(drop.threshold())
        .setDuplicateOf(null)
        .setDetail(drop.detail().orElse(null))
        .setOrigin(origin.position())
        .build();
  }
}
