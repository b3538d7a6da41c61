package dev.millrace.schemas;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The identity of a raw document: its partition and offset in {@code documents.raw}. It travels in
 * the record header {@value #HEADER} as {@code partition:offset}, readable by people and by {@code
 * kcat}.
 */
public record Origin(int partition, long offset) {
  /** The record header's key. */
  public static final String HEADER = "origin";

  public Origin {
    if (partition < 0 || offset < 0) {
      throw new IllegalArgumentException("not a place in a log: " + partition + ":" + offset);
    }
  }

  /** From a record's own field. */
  public static Origin of(LogPosition position) {
    return new Origin(position.getPartition(), position.getOffset());
  }

  /** The header's origin; empty where there is none. */
  public static Optional<Origin> of(Headers headers) {
    Header header = headers.lastHeader(HEADER);
    return header == null
        ? Optional.empty()
        : Optional.of(parse(new String(header.value(), StandardCharsets.US_ASCII)));
  }

  /** The inverse of {@link #toString}. */
  public static Origin parse(String text) {
    int colon = text.indexOf(':');
    return new Origin(
        Integer.parseInt(text.substring(0, colon)), Long.parseLong(text.substring(colon + 1)));
  }

  /** Sets the header, in place of an older one. */
  public Headers writeTo(Headers headers) {
    headers.remove(HEADER);
    return headers.add(HEADER, toString().getBytes(StandardCharsets.US_ASCII));
  }

  /** As a field of a record. */
  public LogPosition position() {
    return new LogPosition(partition, offset);
  }

  @Override
  public String toString() {
    return partition + ":" + offset;
  }
}
