package dev.millrace.ingest.source;

import dev.millrace.schemas.RawDocument;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Unpacked bytes and what is known of them: all that a format needs to read its items.
 *
 * @param fileName without extensions of compression
 * @param bytes whose damage is a {@link DamageException}; closed by whoever reads the items
 * @param file where the bytes are exactly those of a file
 */
record Source(Place place, String fileName, InputStream bytes, Optional<Path> file, Scope scope) {

  ReadOptions options() {
    return scope.options();
  }

  /** Damage here. */
  Item.Damaged damaged(long offset, String reason) {
    return new Item.Damaged(place.shown(), offset, reason);
  }

  /** A record that is too large to be a document. */
  Item.Damaged tooLarge(long offset, String what) {
    return damaged(
        offset, "%s is larger than %,d bytes".formatted(what, options().documentBytesMax()));
  }

  /** A document, unless its fields would not fit into a record. */
  Item document(long offset, RawDocument document) {
    long bytes = fieldBytes(document);
    return bytes <= ReadOptions.FIELD_BYTES_MAX
        ? new Item.Document(document)
        : damaged(
            offset,
            "id, URI and metadata of %,d bytes are more than %,d"
                .formatted(bytes, ReadOptions.FIELD_BYTES_MAX));
  }

  private static long fieldBytes(RawDocument document) {
    long bytes = bytes(document.getId()) + bytes(document.getDomain());
    if (document.getUri() != null) bytes += bytes(document.getUri());
    for (Map.Entry<String, String> entry : document.getMetadata().entrySet()) {
      bytes += bytes(entry.getKey()) + bytes(entry.getValue());
    }
    return bytes;
  }

  private static long bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * What all sources of one input share.
   *
   * @param entries chooses among those of the outermost archive
   * @param depth how many archives are around the bytes
   */
  record Scope(
      ReadOptions options, Optional<Glob> entries, Meter meter, Expansion expansion, int depth) {

    /** Within an archive: the choice of entries was for the outermost. */
    Scope inside() {
      return new Scope(options, Optional.empty(), meter, expansion, depth + 1);
    }

    boolean wants(String entry) {
      return entries.isEmpty() || entries.get().matches(entry);
    }
  }
}
