package dev.millrace.ingest;

import dev.millrace.ingest.source.Item;
import dev.millrace.schemas.IngestProgress;

/** What happens next in reading an input. */
sealed interface Step {
  /** In memory, roughly. */
  default long bytes() {
    long fixed = 500;
    return this instanceof Read r && r.item() instanceof Item.Document d
        ? fixed + d.document().getContent().remaining()
        : fixed;
  }

  /**
   * A file begins, or goes on, after what its mark says.
   *
   * @param isEmpty whether there is nothing in it
   */
  record Started(String shown, IngestProgress from, boolean isEmpty) implements Step {}

  /** An item of the file that was started last, not pushed before. */
  record Read(Item item) implements Step {}

  /** The file that was started last has been read to its end. */
  record Finished() implements Step {}

  /** A file that was pushed to its end before and has not changed. */
  record AlreadyThere(long documents) implements Step {}

  /**
   * A file that cannot be read to its end, or must not be continued.
   *
   * @param reason one line
   */
  record Failed(String shown, String reason) implements Step {}
}
