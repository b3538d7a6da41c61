package dev.millrace.refinery.pii;

import java.util.Arrays;
import java.util.List;

/**
 * IPv6 addresses that the public internet routes, in the forms of RFC 4291: the global unicast
 * block 2000::/3 without what the IANA registry of special-purpose addresses takes out of it, and
 * public IPv4 addresses mapped into IPv6.
 */
final class Ipv6 {
  private static final int LENGTH_MAX = 45;
  private static final int GROUPS = 8;

  private Ipv6() {}

  static void find(String text, List<Span> spans) {
    int from = 0;
    for (int colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', from)) {
      int start = colon;
      while (start > from && isPart(text.charAt(start - 1)) && colon - start <= 4) start--;
      if (isLabel(text, start, colon)) {
        from = colon + 1;
        continue;
      }
      int end = end(text, colon);
      if (isAddress(text, start, end)) spans.add(new Span(Kind.IPV6, start, end));
      from = Math.max(colon + 1, end);
    }
  }

  /** Whether a colon ends what says that an address follows, as in {@code [IPv6:2600::1]}. */
  private static boolean isLabel(String text, int start, int colon) {
    if (colon + 1 < text.length() && text.charAt(colon + 1) == ':') return false;
    return start > 0 && isJoined(text.charAt(start - 1)) && !isPart(text.charAt(start - 1));
  }

  /** The end of the run of address characters, without the punctuation of a sentence. */
  private static int end(String text, int colon) {
    int end = colon + 1;
    while (end < text.length() && isPart(text.charAt(end))) end++;
    while (end > colon + 1 && text.charAt(end - 1) == '.') end--;
    boolean single = end - 1 > colon && text.charAt(end - 1) == ':' && text.charAt(end - 2) != ':';
    return single ? end - 1 : end;
  }

  private static boolean isPart(char c) {
    return c < 0x80 && (Character.digit(c, 16) >= 0 || c == ':' || c == '.');
  }

  private static boolean isAddress(String text, int start, int end) {
    if (end - start < 3 || end - start > LENGTH_MAX || text.charAt(start) == '.') return false;
    if (start > 0 && isJoined(text.charAt(start - 1))) return false;
    if (end < text.length() && isJoined(text.charAt(end))) return false;
    int[] groups = new int[GROUPS];
    return parse(text.substring(start, end), groups) && isPublic(groups);
  }

  private static boolean isJoined(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  /** Whether this is an address; its groups. */
  static boolean parse(String address, int[] groups) {
    int gap = address.indexOf("::");
    if (gap < 0) return parse(address, groups, 0) == GROUPS;
    if (address.indexOf("::", gap + 1) >= 0) return false;
    int[] tail = new int[GROUPS];
    int before = gap == 0 ? 0 : parse(address.substring(0, gap), groups, 0);
    String rest = address.substring(gap + 2);
    int after = rest.isEmpty() ? 0 : parse(rest, tail, 0);
    if (before < 0 || after < 0 || before + after >= GROUPS) return false;
    if (before > 0 && address.lastIndexOf('.', gap) >= 0) return false;
    Arrays.fill(groups, before, GROUPS, 0);
    System.arraycopy(tail, 0, groups, GROUPS - after, after);
    return true;
  }

  /** How many groups there are between single colons, or -1. */
  private static int parse(String part, int[] groups, int from) {
    int count = from;
    int start = 0;
    while (start <= part.length()) {
      int colon = part.indexOf(':', start);
      int end = colon < 0 ? part.length() : colon;
      if (colon < 0 && part.indexOf('.', start) >= 0) return quad(part, start, groups, count);
      int value = group(part, start, end);
      if (value < 0 || count == GROUPS) return -1;
      groups[count++] = value;
      start = end + 1;
    }
    return count;
  }

  private static int quad(String part, int start, int[] groups, int count) {
    if (count + 2 > GROUPS || Ipv4.end(part, start) != part.length()) return -1;
    long value = Ipv4.value(part.substring(start));
    groups[count] = (int) (value >>> 16);
    groups[count + 1] = (int) (value & 0xFFFF);
    return count + 2;
  }

  private static int group(String part, int start, int end) {
    if (end == start || end - start > 4) return -1;
    int value = 0;
    for (int i = start; i < end; i++) {
      int digit = Character.digit(part.charAt(i), 16);
      if (digit < 0) return -1;
      value = value << 4 | digit;
    }
    return value;
  }

  static boolean isPublic(int[] g) {
    if (isMapped(g)) return Ipv4.isPublic((long) g[6] << 16 | g[7]);
    boolean global = g[0] >>> 13 == 1; // 2000::/3
    boolean protocols = g[0] == 0x2001 && g[1] < 0x200; // 2001::/23
    boolean documentation =
        (g[0] == 0x2001 && g[1] == 0xdb8) // 2001:db8::/32
            || (g[0] == 0x3fff && g[1] < 0x1000); // 3fff::/20
    boolean sixToFour = g[0] == 0x2002; // 2002::/16
    return global && !protocols && !documentation && !sixToFour;
  }

  private static boolean isMapped(int[] g) {
    return g[0] == 0 && g[1] == 0 && g[2] == 0 && g[3] == 0 && g[4] == 0 && g[5] == 0xFFFF;
  }
}
