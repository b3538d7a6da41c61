package dev.millrace.refinery.url;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A URI taken apart, in lower case.
 *
 * @param domains its host and every domain that the host is in
 * @param words runs of ASCII letters and digits, each once
 * @param joined all ASCII letters and digits, one behind the other
 */
record UriWords(Set<String> domains, Set<String> words, String joined) {
  private static final Pattern OTHERS = Pattern.compile("[^a-z0-9]+");

  /** Of a host's name (RFC 1035, section 2.3.4). */
  private static final int HOST_MAX = 253;

  static UriWords of(String uri) {
    String lower = uri.toLowerCase(Locale.ROOT);
    Set<String> words = new LinkedHashSet<>(Arrays.asList(OTHERS.split(lower)));
    words.remove("");
    return new UriWords(domains(host(lower)), words, OTHERS.matcher(lower).replaceAll(""));
  }

  /** Without user, port and the root's point; a URI without scheme begins with its host. */
  private static String host(String uri) {
    int start = afterScheme(uri);
    int end = start;
    while (end < uri.length() && "/?#\\".indexOf(uri.charAt(end)) < 0) end++;
    int user = uri.lastIndexOf('@', end - 1);
    if (user >= start) start = user + 1;
    int port = uri.indexOf(':', start);
    if (port >= 0 && port < end) end = port;
    while (end > start && uri.charAt(end - 1) == '.') end--;
    return uri.substring(start, end);
  }

  /** Two slashes later on are part of a path or of another URI in the query. */
  private static int afterScheme(String uri) {
    int slashes = uri.indexOf("//");
    boolean first = slashes == 0 || (slashes > 0 && uri.charAt(slashes - 1) == ':');
    for (int i = 0; first && i < slashes; i++) first = "/?#".indexOf(uri.charAt(i)) < 0;
    return first ? slashes + 2 : 0;
  }

  private static Set<String> domains(String host) {
    Set<String> domains = new LinkedHashSet<>();
    if (host.length() > HOST_MAX) return domains;
    for (int start = 0; start < host.length(); ) {
      domains.add(host.substring(start));
      int dot = host.indexOf('.', start);
      if (dot < 0) break;
      start = dot + 1;
    }
    return domains;
  }
}
