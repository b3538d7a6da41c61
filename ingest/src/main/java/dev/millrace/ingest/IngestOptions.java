package dev.millrace.ingest;

import dev.millrace.ingest.source.Columns;
import dev.millrace.ingest.source.FieldNames;
import dev.millrace.ingest.source.Format;
import dev.millrace.ingest.source.ReadOptions;
import java.time.Duration;

/**
 * How to push.
 *
 * @param reading how bytes become documents
 * @param batch what goes into one transaction
 * @param again pushes inputs from their beginning whatever was pushed of them before
 * @param patience how long to wait for a broker that went away
 */
public record IngestOptions(
    ReadOptions reading, BatchLimit batch, boolean again, Duration patience) {
  /** Raised when the same input gives other documents, or in another order, than before. */
  private static final int READERS_VERSION = 2;

  /**
   * A transaction is committed when one of these is reached.
   *
   * @param bytes of content
   * @param age of its first document
   */
  public record BatchLimit(int documents, long bytes, Duration age) {
    public static final BatchLimit DEFAULT =
        new BatchLimit(10_000, 16 << 20, Duration.ofSeconds(1));

    public BatchLimit {
      if (documents < 1 || bytes < 1 || age.isNegative() || age.isZero()) {
        throw new IllegalArgumentException("a batch holds something: " + documents + ", " + bytes);
      }
    }
  }

  /** The usual. */
  public static IngestOptions of(ReadOptions reading) {
    return new IngestOptions(reading, BatchLimit.DEFAULT, false, Duration.ofMinutes(2));
  }

  /** The usual, for one domain. */
  public static IngestOptions of(String domain) {
    return of(ReadOptions.of(domain));
  }

  /** From the beginning, whatever was pushed before. */
  public IngestOptions fromTheStart() {
    return new IngestOptions(reading, batch, true, patience);
  }

  /** What must be the same for an input to be continued where it was left. */
  String signature() {
    return "readers=%d domain=%s format=%s columns=%s fields=%s max=%d"
        .formatted(
            READERS_VERSION,
            reading.domain(),
            reading.format().map(Format::optionName).orElse("auto"),
            reading.columns().map(IngestOptions::signature).orElse("none"),
            signature(reading.fields()),
            reading.documentBytesMax());
  }

  private static String signature(Columns columns) {
    return columns.text() + "/" + columns.separator();
  }

  private static String signature(FieldNames fields) {
    return fields.text() + "/" + fields.id() + "/" + String.join("/", fields.uris());
  }
}
