package dev.millrace.refinery.stream;

import dev.millrace.refinery.stage.BrokenStageException;
import dev.millrace.refinery.text.ContentHash;
import dev.millrace.refinery.text.Words;
import dev.millrace.schemas.DroppedDocument;
import dev.millrace.schemas.Hash128;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RawDocument;
import dev.millrace.schemas.RefinedDocument;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Rules for tests of the stream: the first word of a text may ask for an accident, everything else
 * is kept as it is.
 */
final class PlainRules implements DocumentRules {
  static final String DROP = "DROP";
  static final String BREAK = "BREAK";
  static final String OVERFLOW = "OVERFLOW";
  static final String HANG = "HANG";
  static final String SWELL = "SWELL";

  @Override
  public Ruling judge(RawDocument document, Origin origin) {
    String text = StandardCharsets.UTF_8.decode(document.getContent().duplicate()).toString();
    return switch (text.split(" ", 2)[0]) {
      case DROP -> new Ruling.Dropped(dropped(document, origin));
      case BREAK -> throw new BrokenStageException("extraction", new IllegalStateException("bad"));
      case OVERFLOW -> new Ruling.Kept(refined(document, text + overflow(), origin));
      case HANG -> hang();
      case SWELL -> new Ruling.Kept(swollen(document, origin));
      default -> new Ruling.Kept(refined(document, text, origin));
    };
  }

  /** A regular expression that recurses once a character. */
  private static boolean overflow() {
    return Pattern.matches("(x|y)*", "x".repeat(1_000_000));
  }

  private static RefinedDocument swollen(RawDocument document, Origin origin) {
    RefinedDocument refined = refined(document, "", origin);
    refined.setText("x".repeat(66 << 20));
    return refined;
  }

  /** Computes until it is given up, as a regular expression that explodes does. */
  private static Ruling hang() {
    while (!Thread.currentThread().isInterrupted()) Thread.onSpinWait();
    throw new IllegalStateException("given up");
  }

  private static DroppedDocument dropped(RawDocument document, Origin origin) {
    return DroppedDocument.newBuilder()
        .setId(document.getId())
        .setDomain(document.getDomain())
        .setUri(null)
        .setStage("plain")
        .setRule("plain.drop")
        .setMeasured(1)
        .setThreshold(0)
        .setDuplicateOf(null)
        .setOrigin(origin.position())
        .build();
  }

  static RefinedDocument refined(RawDocument document, String text, Origin origin) {
    return RefinedDocument.newBuilder()
        .setId(document.getId())
        .setDomain(document.getDomain())
        .setUri(null)
        .setText(text)
        .setContentHash(new Hash128(ContentHash.of(Words.of(text)).bytes()))
        .setOrigin(origin.position())
        .build();
  }

  static RawDocument raw(String id, String domain, String text) {
    return RawDocument.newBuilder()
        .setId(id)
        .setDomain(domain)
        .setUri(null)
        .setMediaType("text/plain")
        .setCharset(null)
        .setContent(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)))
        .setFetchedAt(null)
        .setMetadata(Map.of())
        .build();
  }
}
