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

  static long of(String uri) {
    return SplitMix.mix(Hashing.xxh3_64().hashCharsToLong(folded(uri)) ^ SALT);
  }

  static String folded(String uri) {
    int scheme = uri.indexOf("://");
    int host = scheme < 0 ? 0 : scheme + 3;
    int fragment = uri.indexOf('#', host);
    int end = fragment < 0 ? uri.length() : fragment;
    while (end > host && uri.charAt(end - 1) == '/') end--;
    if (scheme < 0) return uri.substring(0, end);
    int path = host;
    while (path < end && "/?".indexOf(uri.charAt(path)) < 0) path++;
    return uri.substring(host, path).toLowerCase(Locale.ROOT) + uri.substring(path, end);
  }
}
