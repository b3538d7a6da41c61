package dev.millrace.ingest;

import dev.millrace.ingest.source.Item;
import java.util.OptionalLong;

/**
 * Hears how a push goes, on the thread that pushes. What it hears of documents, damage and files is
 * committed.
 */
public interface IngestListener {
  /** Hears nothing. */
  IngestListener SILENT = new IngestListener() {};

  /**
   * How far a push is.
   *
   * @param input the location that is being read
   * @param bytesRead of all inputs, compressed as they are; those that need not be read count
   * @param bytesTotal of all inputs; empty where a stream is among them
   * @param documents pushed
   * @param contentBytes of these documents
   */
  record Snapshot(
      String input, long bytesRead, OptionalLong bytesTotal, long documents, long contentBytes) {}

  /** About ten times a second, and at the end. */
  default void progress(Snapshot snapshot) {}

  /**
   * Documents were pushed.
   *
   * @param bytes of their content
   */
  default void pushed(long documents, long bytes) {}

  /** A record was skipped. */
  default void damaged(Item.Damaged damage) {}

  /** A file or record holds no text. */
  default void unsupported(Item.Unsupported item) {}

  /** A file could not be read to its end, or must not be continued; the others go on. */
  default void failed(String file, String reason) {}

  /** Something worth a line: an empty file, an input that is continued. */
  default void note(String line) {}
}
