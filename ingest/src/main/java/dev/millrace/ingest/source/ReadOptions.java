package dev.millrace.ingest.source;

import dev.millrace.schemas.Topics;
import java.util.Optional;

/**
 * How bytes become documents.
 *
 * @param domain of documents that name none themselves
 * @param format empty: told from name and bytes
 * @param columns for lines of columns
 * @param fields of JSON Lines and of tables with a header
 * @param documentBytesMax a larger document is reported as damaged; at most {@link
 *     #DOCUMENT_BYTES_MAX}
 */
public record ReadOptions(
    String domain,
    Optional<Format> format,
    Optional<Columns> columns,
    FieldNames fields,
    int documentBytesMax) {
  /** Of everything but the content: id, URI, metadata. */
  public static final int FIELD_BYTES_MAX = 512 << 10;

  /** What a record of the raw topic has room for beside the fields, whose id is also its key. */
  public static final int DOCUMENT_BYTES_MAX = Topics.RECORD_BYTES_MAX - 4 * FIELD_BYTES_MAX;

  public ReadOptions {
    if (domain.isBlank()) throw new IllegalArgumentException("the domain is empty");
    if (documentBytesMax < 1 || documentBytesMax > DOCUMENT_BYTES_MAX) {
      throw new IllegalArgumentException(
          "documents are limited to between 1 and %,d bytes, not %,d"
              .formatted(DOCUMENT_BYTES_MAX, documentBytesMax));
    }
    if (columns.isPresent() && format.isEmpty()) format = Optional.of(Format.LINES);
    if (columns.isPresent() && format.get() != Format.LINES) {
      throw new IllegalArgumentException("columns go with the format lines");
    }
  }

  /** With the usual names of fields. */
  public ReadOptions(
      String domain, Optional<Format> format, Optional<Columns> columns, int documentBytesMax) {
    this(domain, format, columns, FieldNames.DEFAULT, documentBytesMax);
  }

  /** Everything told from the bytes. */
  public static ReadOptions of(String domain) {
    return new ReadOptions(domain, Optional.empty(), Optional.empty(), DOCUMENT_BYTES_MAX);
  }

  /** With the format said. */
  public ReadOptions as(Format wanted) {
    return new ReadOptions(domain, Optional.of(wanted), columns, fields, documentBytesMax);
  }

  /** With fields named otherwise. */
  public ReadOptions with(FieldNames named) {
    return new ReadOptions(domain, format, columns, named, documentBytesMax);
  }
}
