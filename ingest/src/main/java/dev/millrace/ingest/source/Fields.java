package dev.millrace.ingest.source;

import dev.millrace.schemas.RawDocument;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one object, or one row of a table, says by its {@link FieldNames}. Without an id the URI is
 * the id, without both the place.
 */
final class Fields {
  private final Source source;
  private final FieldNames names;
  private final @Nullable String[] uris;
  private final Map<String, String> metadata;
  private @Nullable ByteBuffer text;
  private @Nullable String id;
  private @Nullable String domain;

  Fields(Source source) {
    this.source = source;
    this.names = source.options().fields();
    this.uris = new String[names.uris().size()];
    this.metadata = new HashMap<>(source.place().metadata());
  }

  boolean isText(String name) {
    return names.text().equals(name);
  }

  /** The document, in UTF-8. */
  void text(byte[] utf8) {
    text = ByteBuffer.wrap(utf8);
  }

  void text(String value) {
    text(value.getBytes(StandardCharsets.UTF_8));
  }

  Optional<ByteBuffer> text() {
    return Optional.ofNullable(text);
  }

  /** Any field but the text. */
  void set(String name, String value) {
    int uri = names.uris().indexOf(name);
    boolean isId = names.id().equals(name);
    if (isId) id = value;
    if (uri >= 0) uris[uri] = value;
    if (isId || uri >= 0) return;
    if (name.equals(FieldNames.DOMAIN)) {
      domain = value;
    } else {
      metadata.put(name, value);
    }
  }

  void metadata(String name, String value) {
    metadata.put(name, value);
  }

  /**
   * The document, or damage where its fields do not fit.
   *
   * @param position of it among others, in the name of a document that has no other
   */
  Item document(long offset, String position) {
    if (text == null) throw new IllegalStateException("no text at " + position);
    return source.document(
        offset,
        new RawDocument(
            filled(id).or(this::uri).orElseGet(() -> source.place().position(position)),
            filled(domain).orElse(source.options().domain()),
            uri().orElse(null),
            MediaTypes.PLAIN,
            StandardCharsets.UTF_8.name(),
            text,
            null,
            metadata));
  }

  private Optional<String> uri() {
    for (String uri : uris) {
      if (uri != null && !uri.isBlank()) return Optional.of(uri);
    }
    return Optional.empty();
  }

  private static Optional<String> filled(@Nullable String value) {
    return Optional.ofNullable(value).filter(v -> !v.isBlank());
  }
}
