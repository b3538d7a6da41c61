package dev.millrace.refinery.pii;

import java.util.List;
import java.util.Set;

/**
 * Social security numbers of the United States: area 001 to 899 without 666, group 01 to 99, serial
 * 0001 to 9999, with hyphens or spaces between the three; nine digits in one piece say too little.
 * Two numbers that advertisements made known are nobody's. Source: the Social Security
 * Administration's rules of number randomization (2011).
 */
final class SocialSecurityNumbers {
  private static final int LENGTH = 11;
  private static final Set<String> ADVERTISED = Set.of("078051120", "219099999");

  private SocialSecurityNumbers() {}

  static void find(String text, List<Span> spans) {
    int i = 0;
    while (i + LENGTH <= text.length()) {
      boolean found = isNumber(text, i);
      if (found) spans.add(new Span(Kind.US_SSN, i, i + LENGTH));
      i += found ? LENGTH : 1;
    }
  }

  private static boolean isNumber(String text, int start) {
    char separator = text.charAt(start + 3);
    if (separator != '-' && separator != ' ') return false;
    if (text.charAt(start + 6) != separator) return false;
    int area = value(text, start, 3);
    int group = value(text, start + 4, 2);
    int serial = value(text, start + 7, 4);
    return isAssigned(area, group, serial)
        && Boundary.startsAt(text, start)
        && Boundary.endsAt(text, start + LENGTH)
        && !ADVERTISED.contains("%03d%02d%04d".formatted(area, group, serial));
  }

  /** Of so many digits; -1 where one of them is none. */
  private static int value(String text, int start, int digits) {
    int value = 0;
    for (int i = start; i < start + digits; i++) {
      if (!Boundary.isDigit(text.charAt(i))) return -1;
      value = 10 * value + text.charAt(i) - '0';
    }
    return value;
  }

  static boolean isAssigned(int area, int group, int serial) {
    return area >= 1 && area <= 899 && area != 666 && group >= 1 && serial >= 1;
  }
}
