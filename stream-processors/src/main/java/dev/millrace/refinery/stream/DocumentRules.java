package dev.millrace.refinery.stream;

import dev.millrace.refinery.stage.BrokenStageException;
import dev.millrace.schemas.DroppedDocument;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RawDocument;
import dev.millrace.schemas.RefinedDocument;
import java.util.Optional;

/** Every rule but dedup, as the stream sees them. Not for use by two threads at once. */
@FunctionalInterface
interface DocumentRules {
  /**
   * Judges one document.
   *
   * @throws BrokenStageException where a stage broke on it
   */
  Ruling judge(RawDocument document, Origin origin);

  /** What becomes of it. */
  sealed interface Ruling {
    /** Hashes of its lines, for later documents to see. */
    long[] lines();

    /**
     * Passed.
     *
     * @param keys by which dedup compares it; empty where they are to be computed from its text
     */
    record Kept(RefinedDocument candidate, Optional<long[]> keys, long[] lines) implements Ruling {
      Kept(RefinedDocument candidate) {
        this(candidate, Optional.empty(), new long[0]);
      }
    }

    /** Broke a rule. */
    record Dropped(DroppedDocument document, long[] lines) implements Ruling {
      Dropped(DroppedDocument document) {
        this(document, new long[0]);
      }
    }
  }
}
