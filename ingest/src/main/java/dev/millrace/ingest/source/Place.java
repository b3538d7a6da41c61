package dev.millrace.ingest.source;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where bytes come from.
 *
 * @param name says which bytes they are, wherever and whenever they are read; documents without an
 *     id of their own are named after it
 * @param uri of the bytes as a whole, where they have one
 * @param shown what the user calls them
 * @param fileName tells the format
 * @param metadata that every document here carries
 */
public record Place(
    String name,
    Optional<String> uri,
    String shown,
    String fileName,
    Map<String, String> metadata) {
  public Place {
    metadata = Map.copyOf(metadata);
  }

  /** A place without metadata. */
  public static Place of(String name, Optional<String> uri, String shown, String fileName) {
    return new Place(name, uri, shown, fileName, Map.of());
  }

  /** A file of a tree: its path within it is metadata. */
  public Place withPath(String path) {
    return with("path", path);
  }

  /** An entry of the archive at this place. */
  Place entry(String path) {
    String archive = metadata.getOrDefault("archive", fileName);
    return new Place(
        name + "!/" + path,
        uri.map(u -> u + "!/" + path),
        shown + "!/" + path,
        path.substring(path.lastIndexOf('/') + 1),
        with("archive", archive).with("path", path).metadata);
  }

  /** A file that is under such a licence. */
  Place licensed(String licence) {
    return with("licence", licence);
  }

  /** The name of a record within these bytes. */
  String position(String fragment) {
    return name + "#" + fragment;
  }

  private Place with(String key, String value) {
    Map<String, String> more = new HashMap<>(metadata);
    more.put(key, value);
    return new Place(name, uri, shown, fileName, more);
  }
}
