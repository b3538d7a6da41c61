package dev.millrace.refinery.pii;

import java.util.List;

/**
 * Numbers of payment cards (ISO/IEC 7812-1): the prefix and length of a network, the check digit of
 * Luhn's formula, and the digits either in one piece or in the groups that are embossed, with the
 * same space or hyphen between them. Groups of four that go on in either direction are a row of
 * numbers, not a card.
 */
final class PaymentCards {
  private static final int LENGTH_MIN = 12;
  private static final int LENGTH_MAX = 19;
  private static final int GROUPS_MAX = 5;

  /** First six digits from and to, shortest and longest length. */
  private static final int[][] NETWORKS = {
    {400000, 499999, 13, 13}, // Visa
    {400000, 499999, 16, 16},
    {400000, 499999, 19, 19},
    {510000, 559999, 16, 16}, // Mastercard
    {222100, 272099, 16, 16},
    {340000, 349999, 15, 15}, // American Express
    {370000, 379999, 15, 15},
    {300000, 305999, 14, 19}, // Diners Club
    {309500, 309599, 14, 19},
    {360000, 369999, 14, 19},
    {380000, 399999, 14, 19},
    {352800, 358999, 16, 19}, // JCB
    {601100, 601199, 16, 19}, // Discover
    {644000, 659999, 16, 19},
    {620000, 629999, 16, 19}, // UnionPay
    {810000, 819999, 16, 19},
    {500000, 509999, 12, 19}, // Maestro, RuPay
    {560000, 589999, 12, 19},
    {630400, 630499, 12, 19},
    {639000, 639099, 12, 19},
    {670000, 679999, 12, 19},
    {220000, 220499, 16, 19} // Mir
  };

  private PaymentCards() {}

  static void find(String text, List<Span> spans) {
    int i = 0;
    while (i < text.length()) {
      if (!Boundary.isDigit(text.charAt(i))) {
        i++;
        continue;
      }
      int end = Boundary.startsAt(text, i) ? end(text, i) : -1;
      if (end >= 0) spans.add(new Span(Kind.PAYMENT_CARD, i, end));
      i = Math.max(end, digitsEnd(text, i));
    }
  }

  private static int digitsEnd(String text, int start) {
    int end = start;
    while (end < text.length() && Boundary.isDigit(text.charAt(end))) end++;
    return end;
  }

  /** The end of the card's number that begins here, or -1. */
  private static int end(String text, int start) {
    int firstEnd = digitsEnd(text, start);
    if (firstEnd - start != 4) return isCard(text, start, firstEnd) ? firstEnd : -1;
    int[] ends = new int[GROUPS_MAX];
    int groups = groups(text, start, ends);
    int fours = fours(start, ends, groups);
    if (fours >= 3) return afterFours(text, start, ends, groups, fours);
    boolean embossed = groups >= 3 && ends[1] - ends[0] == 7; // American Express and Diners Club.
    return embossed && isCard(text, start, ends[2]) ? ends[2] : -1;
  }

  /** Where each of the groups ends that the same separator joins; how many there are. */
  private static int groups(String text, int start, int[] ends) {
    int groups = 0;
    int from = start;
    while (groups < GROUPS_MAX) {
      int end = Math.min(digitsEnd(text, from), from + LENGTH_MAX);
      if (end == from) break;
      ends[groups++] = end;
      if (end == text.length() || !Boundary.isSeparator(text.charAt(end))) break;
      if (text.charAt(end) != text.charAt(ends[0])) break;
      from = end + 1;
    }
    return groups;
  }

  /** How many groups of four digits there are before the first other one. */
  private static int fours(int start, int[] ends, int groups) {
    int fours = 0;
    int from = start;
    while (fours < groups && ends[fours] - from == 4) from = ends[fours++] + 1;
    return fours;
  }

  /** With the digits behind its fours, or, where these are sixteen, without. */
  private static int afterFours(String text, int start, int[] ends, int groups, int fours) {
    if (fours == GROUPS_MAX || isAfterFour(text, start)) return -1;
    int rest = fours < groups ? ends[fours] - ends[fours - 1] - 1 : 0;
    if (rest > 3) return -1;
    if (rest > 0 && isCard(text, start, ends[fours])) return ends[fours];
    boolean whole = rest == 0 || fours == 4;
    return whole && isCard(text, start, ends[fours - 1]) ? ends[fours - 1] : -1;
  }

  private static boolean isAfterFour(String text, int start) {
    if (start < 5 || !Boundary.isSeparator(text.charAt(start - 1))) return false;
    for (int i = start - 5; i < start - 1; i++) {
      if (!Boundary.isDigit(text.charAt(i))) return false;
    }
    return Boundary.startsAt(text, start - 5); // Else the end of a word or of a longer number.
  }

  private static boolean isCard(String text, int start, int end) {
    if (end - start > LENGTH_MAX + GROUPS_MAX || !Boundary.endsAt(text, end)) return false;
    StringBuilder digits = new StringBuilder(LENGTH_MAX);
    for (int i = start; i < end; i++) {
      if (Boundary.isDigit(text.charAt(i))) digits.append(text.charAt(i));
    }
    return digits.length() >= LENGTH_MIN && isIssued(digits) && luhn(digits);
  }

  /** Whether a network has cards of this prefix and length. */
  static boolean isIssued(CharSequence digits) {
    int prefix = 0;
    for (int i = 0; i < 6; i++) prefix = 10 * prefix + digits.charAt(i) - '0';
    for (int[] network : NETWORKS) {
      boolean ofNetwork = prefix >= network[0] && prefix <= network[1];
      if (ofNetwork && digits.length() >= network[2] && digits.length() <= network[3]) return true;
    }
    return false;
  }

  /** Luhn's formula (ISO/IEC 7812-1, annex B): from the right every second digit counts double. */
  static boolean luhn(CharSequence digits) {
    int sum = 0;
    for (int i = digits.length() - 1, place = 0; i >= 0; i--, place++) {
      int value = digits.charAt(i) - '0';
      if (place % 2 == 1) value = 2 * value > 9 ? 2 * value - 9 : 2 * value;
      sum += value;
    }
    return sum % 10 == 0;
  }
}
