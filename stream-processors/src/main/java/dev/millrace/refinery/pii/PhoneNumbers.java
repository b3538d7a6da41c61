package dev.millrace.refinery.pii;

import com.google.i18n.phonenumbers.PhoneNumberMatch;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.Leniency;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.List;
import java.util.Set;

/**
 * Telephone numbers that the numbering plans of libphonenumber know as valid: the international
 * ones, which begin with a plus, and what is a number within the given regions.
 *
 * <p>The library's matcher reads runs of digits and the marks between them only, at most {@link
 * #WINDOW} characters at a time: over a whole text its cost per candidate grows with the text. What
 * is cut off at a window's end the next has whole, and the longer of the two counts.
 */
final class PhoneNumbers {
  private static final PhoneNumberUtil PLANS = PhoneNumberUtil.getInstance();

  /** The library's name for no region at all: only numbers with a country code are valid. */
  private static final List<String> NO_REGIONS = List.of("ZZ");

  private static final int DIGITS_MIN = 7; // The shortest with their country code.
  private static final int MARKS_MAX = 4; // In a row: as in the library's pattern.
  private static final int LEAD_MAX = 10;
  private static final String MARKS = "-x/.()[]~ \u00A0\u202F";
  private static final String LEADS = "+\uFF0B";

  private static final int WINDOW = 320;
  private static final int OVERLAP = 96; // Longer than any number.
  private static final int BEFORE = 1; // The matcher looks for letters and currencies,
  private static final int AFTER = 3; // and whether minutes make hours of the last digits.

  /** Candidates of a window that fail before the rest is left: rows of other numbers cost much. */
  private static final int TRIES = 20;

  /** 555-0100 to 555-0199 of every area of North America are for fiction. */
  private static final int FICTION_FIRST = 555_0100;

  private static final int FICTION_LAST = 555_0199;

  private PhoneNumbers() {}

  /** Codes such as US that the library has a numbering plan for. */
  static Set<String> regions() {
    return PLANS.getSupportedRegions();
  }

  static void find(String text, List<String> regions, List<Span> spans) {
    List<String> plans = regions.isEmpty() ? NO_REGIONS : regions;
    int from = 0;
    for (int digit = nextDigit(text, 0); digit < text.length(); digit = nextDigit(text, from)) {
      int start = leadStart(text, digit, from);
      from = findInRun(text, start, digit, plans, spans);
    }
  }

  private static int nextDigit(String text, int from) {
    int i = from;
    while (i < text.length() && !Character.isDigit(text.charAt(i))) i++;
    return i;
  }

  /** Where the brackets and the plus before a first digit begin. */
  private static int leadStart(String text, int digit, int from) {
    int start = digit;
    while (start > from && digit - start < LEAD_MAX && isLead(text.charAt(start - 1))) start--;
    return start;
  }

  private static boolean isLead(char c) {
    return isMark(c) || LEADS.indexOf(c) >= 0;
  }

  private static boolean hasPlus(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (LEADS.indexOf(text.charAt(i)) >= 0) return true;
    }
    return false;
  }

  private static boolean isMark(char c) {
    return MARKS.indexOf(c) >= 0 || Character.getType(c) == Character.DASH_PUNCTUATION;
  }

  /** The end of the run of digits that begins here. */
  private static int findInRun(
      String text, int start, int digit, List<String> plans, List<Span> spans) {
    int end = digit;
    int digits = 0;
    for (int i = digit; i < text.length() && i - end <= MARKS_MAX; i++) {
      char c = text.charAt(i);
      if (Character.isDigit(c)) {
        digits++;
        end = i + 1;
      } else if (!isMark(c)) {
        break;
      }
    }
    if (digits < DIGITS_MIN) return end;
    if (plans.equals(NO_REGIONS) && !hasPlus(text, Math.max(0, start - BEFORE), digit)) return end;
    int from = start;
    for (; end - from > WINDOW; from += WINDOW - OVERLAP) {
      find(text, from, from + WINDOW, plans, spans);
    }
    find(text, from, end, plans, spans);
    return end;
  }

  /** Numbers between two places. */
  private static void find(String text, int from, int to, List<String> plans, List<Span> spans) {
    for (String plan : plans) find(text, from, to, AFTER, plan, spans);
  }

  /** The matcher gives only the last of numbers with one space between: the rest is looked at. */
  private static void find(
      String text, int from, int to, int after, String plan, List<Span> spans) {
    int offset = Math.max(0, from - BEFORE);
    String window = text.substring(offset, Math.min(text.length(), to + after));
    int rest = from;
    for (PhoneNumberMatch match : PLANS.findNumbers(window, plan, Leniency.VALID, TRIES)) {
      int start = offset + match.start();
      int end = offset + match.end();
      if (!isNumber(text, start, end, match.number())) continue;
      if (start - rest >= DIGITS_MIN) find(text, rest, start, 0, plan, spans);
      spans.add(new Span(Kind.PHONE, start, end));
      rest = end;
    }
  }

  private static boolean isNumber(String text, int start, int end, PhoneNumber number) {
    return Boundary.startsAt(text, start)
        && Boundary.endsAt(text, end)
        && Ipv4.end(text, start) != end
        && !isFiction(number)
        && !isReplacement(text, start, end);
  }

  private static boolean isFiction(PhoneNumber number) {
    long subscriber = number.getNationalNumber() % 10_000_000;
    return number.getCountryCode() == 1
        && subscriber >= FICTION_FIRST
        && subscriber <= FICTION_LAST;
  }

  /** Whether it has a part of what stands for something: in some plan that is a valid number. */
  private static boolean isReplacement(String text, int start, int end) {
    for (Kind kind : Kind.values()) {
      String replacement = kind.replacement();
      int beside = replacement.length() - 1;
      int from = Math.max(0, start - beside);
      int to = Math.min(text.length(), end + beside);
      if (text.substring(from, to).contains(replacement)) return true;
    }
    return false;
  }
}
