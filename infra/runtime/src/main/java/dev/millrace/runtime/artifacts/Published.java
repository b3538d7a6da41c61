package dev.millrace.runtime.artifacts;

import java.net.URI;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An artifact that is safely kept.
 *
 * @param uri of its directory, with a slash at its end
 * @param sha256 in lower-case hexadecimal, by file name relative to the directory, {@code /}
 *     between the parts, sorted
 */
public record Published(URI uri, SortedMap<String, String> sha256) {
  public Published {
    sha256 = Collections.unmodifiableSortedMap(new TreeMap<>(sha256));
  }
}
