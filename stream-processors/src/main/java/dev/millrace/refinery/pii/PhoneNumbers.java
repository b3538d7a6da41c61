package dev.millrace.refinery.pii;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberMatch;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.Leniency;
import com.google.i18n.phonenumbers.PhoneNumberUtil.ValidationResult;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Telephone numbers that the numbering plans of libphonenumber know as valid: the international
 * ones, which begin with a plus, and what is a number within the given regions.
 *
 * <p>The library's matcher reads runs of digits and the marks between them only, at most {@link
 * #WINDOW} characters at a time: over a whole text its cost per candidate grows with the text. What
 * is cut off at a window's end the next has whole, and the longer of the two counts.
 *
 * <p>It takes a run as one candidate, so that digits beside a number, as in {@code 020 7031 3000 2
 * rooms}, make it none: what is left of a run is read again between any two of its spaces, near its
 * ends, as numbers that are written in the groups of their plan.
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

  /** Words of digits at either end of what is left of a run that are read again. */
  private static final int WORDS_AGAIN = 8;

  private static final int WORDS_MAX = 7; // With a country code.
  private static final int NATIONAL_WORDS_MAX = 5; // Pairs, as in France.
  private static final int DIGITS_MAX = 15; // ITU-T E.164.
  private static final int NATIONAL_DIGITS_MAX = 12; // As in Germany.

  private static final Map<String, Integer> HOME_DIGITS_MIN = new ConcurrentHashMap<>();

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
    List<Span> found = new ArrayList<>();
    for (; end - from > WINDOW; from += WINDOW - OVERLAP) {
      find(text, from, from + WINDOW, plans, found);
    }
    find(text, from, end, plans, found);
    spans.addAll(found);
    findBetween(text, start, end, found, plans, spans);
    return end;
  }

  /** Numbers in what these leave of a run. */
  private static void findBetween(
      String text, int start, int end, List<Span> found, List<String> plans, List<Span> spans) {
    found.sort(Comparator.comparingInt(Span::start));
    int rest = start;
    for (Span span : found) {
      findAgain(words(text, rest, span.start()), text, plans, spans);
      rest = Math.max(rest, span.end());
    }
    findAgain(words(text, rest, end), text, plans, spans);
  }

  /** Where a text has digits without a space between. */
  private static List<Span> words(String text, int from, int to) {
    List<Span> words = new ArrayList<>();
    for (int start = from; start < to; start++) {
      if (isSpace(text.charAt(start))) continue;
      int end = start;
      boolean digit = false;
      for (; end < to && !isSpace(text.charAt(end)); end++) {
        digit |= Character.isDigit(text.charAt(end));
      }
      if (digit) words.add(new Span(Kind.PHONE, start, end));
      start = end;
    }
    return words;
  }

  private static boolean isSpace(char c) {
    return Character.isSpaceChar(c);
  }

  private static void findAgain(
      List<Span> words, String text, List<String> plans, List<Span> spans) {
    int count = words.size();
    if (count <= 2 * WORDS_AGAIN) {
      findAmong(words, text, plans, spans);
    } else {
      findAmong(words.subList(0, WORDS_AGAIN), text, plans, spans);
      findAmong(words.subList(count - WORDS_AGAIN, count), text, plans, spans);
    }
  }

  /** The number of most words, then those before and after it. */
  private static void findAmong(
      List<Span> words, String text, List<String> plans, List<Span> spans) {
    for (int count = Math.min(words.size(), WORDS_MAX); count > 1; count--) {
      for (int first = 0; first + count <= words.size(); first++) {
        int start = words.get(first).start();
        int end = words.get(first + count - 1).end();
        boolean international = LEADS.indexOf(text.charAt(start)) >= 0;
        if (count > NATIONAL_WORDS_MAX && !international) continue;
        if (!isAnyNumber(text, start, end, international, plans)) continue;
        spans.add(new Span(Kind.PHONE, start, end));
        findAmong(words.subList(0, first), text, plans, spans);
        findAmong(words.subList(first + count, words.size()), text, plans, spans);
        return;
      }
    }
  }

  private static boolean isAnyNumber(
      String text, int start, int end, boolean international, List<String> plans) {
    int digitsMax = international ? DIGITS_MAX : NATIONAL_DIGITS_MAX;
    int digits = digits(text, start, end);
    if (digits < DIGITS_MIN || digits > digitsMax) return false;
    Leniency leniency = international ? Leniency.VALID : Leniency.STRICT_GROUPING;
    boolean goesOn = end < text.length() && isSpace(text.charAt(end));
    int offset = Math.max(0, start - BEFORE);
    String window = text.substring(offset, goesOn ? end : Math.min(text.length(), end + AFTER));
    for (String plan : plans) {
      if (!international && digits < homeDigitsMin(plan)) continue;
      if (!isValid(text.substring(start, end), plan)) continue;
      for (PhoneNumberMatch match : PLANS.findNumbers(window, plan, leniency, 1)) {
        int from = offset + match.start();
        int to = offset + match.end();
        if (digits(text, from, to) == digits && isNumber(text, from, to)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The fewest digits of a plan's numbers; without a plus no number is of no plan. */
  private static int homeDigitsMin(String plan) {
    return HOME_DIGITS_MIN.computeIfAbsent(plan, PhoneNumbers::shortest);
  }

  private static int shortest(String plan) {
    int countryCode = PLANS.getCountryCodeForRegion(plan);
    long number = 1;
    for (int digits = 1; digits <= DIGITS_MAX; digits++, number *= 10) {
      PhoneNumber any = new PhoneNumber().setCountryCode(countryCode).setNationalNumber(number);
      if (PLANS.isPossibleNumberWithReason(any) == ValidationResult.IS_POSSIBLE) return digits;
    }
    return Integer.MAX_VALUE;
  }

  /** What the matcher asks last: first, it saves most of the time. */
  private static boolean isValid(String number, String plan) {
    try {
      return PLANS.isValidNumber(PLANS.parse(number, plan));
    } catch (NumberParseException none) {
      return false;
    }
  }

  private static int digits(String text, int start, int end) {
    int digits = 0;
    for (int i = start; i < end; i++) {
      if (Character.isDigit(text.charAt(i))) digits++;
    }
    return digits;
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
      if (!isNumber(text, start, end)) continue;
      if (start - rest >= DIGITS_MIN) find(text, rest, start, 0, plan, spans);
      spans.add(new Span(Kind.PHONE, start, end));
      rest = end;
    }
  }

  private static boolean isNumber(String text, int start, int end) {
    return Boundary.startsAt(text, start)
        && Boundary.endsAt(text, end)
        && Ipv4.end(text, start) != end
        && !isReplacement(text, start, end);
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
