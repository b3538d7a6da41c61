package dev.millrace.refinery.dedup;

import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Locale;

/**
 * A URI's dedup key: the same for URIs that differ in the scheme, the case of the host, the
 * fragment or a slash at the end.
 */
final class UriKey {
  private static final long SALT = 0x0CA7_0F_A11_1D5L;

  private UriKey() {}

  /** Of a folded URI. */
  static long of(String folded) {
    return SplitMix.mix(Hashing.xxh3_64().hashCharsToLong(folded) ^ SALT);
  }

  static String folded(String uri) {
    int host = hostStart(uri);
    int fragment = uri.indexOf('#', host);
    int end = fragment < 0 ? uri.length() : fragment;
    while (end > host && uri.charAt(end - 1) == '/') end--;
    if (host == 0) return uri.substring(0, end);
    int path = host;
    while (path < end && "/?".indexOf(uri.charAt(path)) < 0) path++;
    return uri.substring(host, path).toLowerCase(Locale.ROOT) + uri.substring(path, end);
  }

  /** Behind the scheme; 0 where there is none before a host. */
  private static int hostStart(String uri) {
    int i = 0;
    while (i < uri.length() && isSchemeCharacter(uri.charAt(i))) i++;
    return i > 0 && uri.startsWith("://", i) ? i + 3 : 0;
  }

  private static boolean isSchemeCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "+-.".indexOf(c) >= 0;
  }
}
