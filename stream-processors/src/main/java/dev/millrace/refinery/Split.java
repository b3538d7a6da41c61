package dev.millrace.refinery;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.millrace.refinery.text.ContentHash;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which documents are held out: a pure function of the seed and of a document's group or content,
 * whatever came before it.
 */
public final class Split {
  private static final String ARCHIVE = "archive";

  private final HeldOutConfig config;
  private final Hasher64 hasher;

  public Split(HeldOutConfig config) {
    this.config = config;
    hasher = Hashing.xxh3_64(config.seed());
  }

  /** Whether a document goes to the held-out set. */
  public boolean holdsOut(ContentHash content, Optional<String> uri, Map<String, String> metadata) {
    long hash =
        group(uri, metadata)
            .map(hasher::hashCharsToLong)
            .orElseGet(() -> hasher.hashBytesToLong(content.bytes()));
    return (hash >>> 11) * 0x1p-53 < config.fraction();
  }

  private Optional<String> group(Optional<String> uri, Map<String, String> metadata) {
    return switch (config.by()) {
      case DOCUMENT -> Optional.empty();
      case HOST -> uri.flatMap(Split::host);
      case ARCHIVE -> Optional.ofNullable(metadata.get(ARCHIVE));
    };
  }

  /** In lower case, without user and port, also where the rest is no valid URI. */
  private static Optional<String> host(String uri) {
    int scheme = uri.indexOf("://");
    if (scheme < 0) return Optional.empty();
    int end = scheme + 3;
    int start = end;
    while (end < uri.length() && "/?#".indexOf(uri.charAt(end)) < 0) {
      if (uri.charAt(end++) == '@') start = end;
    }
    String authority = uri.substring(start, end);
    int port = authority.indexOf(':', authority.indexOf(']') + 1);
    String host = port < 0 ? authority : authority.substring(0, port);
    return host.isEmpty() ? Optional.empty() : Optional.of(host.toLowerCase(Locale.ROOT));
  }
}
