package dev.millrace.ingest.source;

import java.util.List;

/**
 * Which fields of an object, or columns of a table, say what. The others become metadata.
 *
 * @param text the document
 * @param id of the document
 * @param uris of the document; the first that a document has
 */
public record FieldNames(String text, String id, List<String> uris) {
  /** {@code text}, {@code id}, and {@code uri} or {@code url}. */
  public static final FieldNames DEFAULT = new FieldNames("text", "id", List.of("uri", "url"));

  /** Whose documents it is, wherever it stands. */
  static final String DOMAIN = "domain";

  public FieldNames {
    uris = List.copyOf(uris);
    if (text.isEmpty() || id.isEmpty() || uris.isEmpty() || uris.contains("")) {
      throw new IllegalArgumentException("a field has a name");
    }
    if (text.equals(id) || uris.contains(text)) {
      throw new IllegalArgumentException("the field " + text + " is the text, and nothing else");
    }
  }

  public FieldNames withText(String name) {
    return new FieldNames(name, id, uris);
  }

  public FieldNames withId(String name) {
    return new FieldNames(text, name, uris);
  }

  public FieldNames withUri(String name) {
    return new FieldNames(text, id, List.of(name));
  }
}
