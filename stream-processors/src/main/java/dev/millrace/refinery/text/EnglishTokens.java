package dev.millrace.refinery.text;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a stretch of text without white space, by the rules of spaCy's English tokenizer,
 * which datatrove's filters count by: affixes go from outside to inside, then what stands between
 * two words is split off, and what {@link EnglishWords} names has parts of its own.
 */
final class EnglishTokens {
  /** Split off at either end of a word. The point is not among them. */
  private static final String PUNCTUATION = "…,:;!?¿؟¡()[]{}<>_#*&。？！，、；：～·।،۔؛٪";

  private static final String QUOTES = ",'\"”“`‘´’‚„»«「」『』（）〔〕【】《》〈〉〈〉⟦⟧";
  private static final String PREFIXES = "§%=—–";
  private static final String CURRENCIES = "$£¥฿﷼";
  private static final String SUFFIXES = "—–";

  /** What a point may follow and still be a token of its own, besides small letters and digits. */
  private static final String BEFORE_POINT = "%²-+|";

  /** Between two words, each a token. */
  private static final List<String> HYPHENS = List.of("-", "–", "—", "--", "---", "——", "~");

  /** Split off behind a digit. */
  private static final Set<String> UNITS =
      Set.of(
          ("km km² km³ m m² m³ dm dm² dm³ cm cm² cm³ mm mm² mm³ ha µm nm yd in ft kg g mg µg t lb oz"
                  + " m/s km/h kmh mph hPa Pa mbar mb MB kb KB gb GB tb TB T G M K % км км² км³ м"
                  + " м² м³ дм дм² дм³ см см² см³ мм мм² мм³ нм кг г мг м/с км/ч кПа Па мбар Кб КБ"
                  + " кб Мб МБ мб Гб ГБ гб Тб ТБ")
              .split(" "));

  private static final int UNIT_MAX = 4;

  /** From Hebrew on; what comes before, as the ordinal º, is in no script's alphabet. */
  private static final char FIRST_UNCASED = 'א';

  /** East Asian radicals, marks and kana are taken for letters. */
  private static final char FIRST_CJK = '⺀';

  private static final char LAST_CJK = 'ヿ';

  private final String text;

  /** What is left of the stretch between its affixes. */
  private int start;

  private int end;

  /** Where each token ends, and the next begins. */
  private int[] ends = new int[16];

  private int count;

  /** Where suffixes begin, the outermost first. */
  private int[] suffixes = new int[16];

  private int suffixCount;

  EnglishTokens(String text) {
    this.text = text;
  }

  /** Finds the tokens between two indexes; they follow each other without a gap. */
  void read(int from, int to) {
    start = from;
    end = to;
    count = 0;
    suffixCount = 0;
    affixes();
    middle();
    for (int s = suffixCount - 1; s >= 0; s--) add(s == 0 ? to : suffixes[s - 1]);
    join(from);
  }

  /** How many tokens there are. */
  int count() {
    return count;
  }

  /** Index after a token's last UTF-16 unit. */
  int end(int token) {
    return ends[token];
  }

  private void add(int tokenEnd) {
    if (count == ends.length) ends = Arrays.copyOf(ends, 2 * count);
    ends[count++] = tokenEnd;
  }

  private void affixes() {
    while (start < end && !isWhole(start, end)) {
      int prefix = prefix();
      if (prefix > 0 && isWhole(start + prefix, end)) {
        takePrefix(prefix);
        return;
      }
      int suffix = suffix(start + prefix);
      if (suffix > 0 && isWhole(start, end - suffix)) {
        takeSuffix(suffix);
        return;
      }
      if (prefix + suffix == 0) return;
      takePrefix(prefix);
      takeSuffix(suffix);
    }
  }

  private boolean isWhole(int from, int to) {
    return EnglishWords.parts(text, from, to) != null;
  }

  private void takePrefix(int length) {
    if (length == 0) return;
    start += length;
    add(start);
  }

  private void takeSuffix(int length) {
    if (length == 0) return;
    end -= length;
    if (suffixCount == suffixes.length) suffixes = Arrays.copyOf(suffixes, 2 * suffixCount);
    suffixes[suffixCount++] = end;
  }

  private int prefix() {
    char c = text.charAt(start);
    if (c == '.') {
      int points = run(start);
      return points > 1 ? points : 0;
    }
    if (c == '+') return start + 1 < end && isDigit(start + 1) ? 0 : 1;
    if (PUNCTUATION.indexOf(c) >= 0 || isQuote(c) || PREFIXES.indexOf(c) >= 0) return 1;
    return currency(start) + symbol(start);
  }

  private int currency(int at) {
    if (text.startsWith("US$", at)) return 3;
    if (text.startsWith("C$", at) || text.startsWith("A$", at)) return 2;
    char c = text.charAt(at);
    return CURRENCIES.indexOf(c) >= 0 || (c >= '₠' && c <= '₿') ? 1 : 0;
  }

  /** How many points there are in a row. */
  private int run(int from) {
    int i = from;
    while (i < end && text.charAt(i) == '.') i++;
    return i - from;
  }

  /** UTF-16 units of a pictograph or another symbol, else 0. */
  private int symbol(int at) {
    int codePoint = text.codePointAt(at);
    return codePoint >= 0x80 && Character.getType(codePoint) == Character.OTHER_SYMBOL
        ? Character.charCount(codePoint)
        : 0;
  }

  private int suffix(int from) {
    if (from >= end) return 0;
    char last = text.charAt(end - 1);
    if (last == '.') return points(from);
    if ((last == 's' || last == 'S') && end - 2 >= from && isApostrophe(text.charAt(end - 2))) {
      return 2;
    }
    if (PUNCTUATION.indexOf(last) >= 0 || isQuote(last) || SUFFIXES.indexOf(last) >= 0) return 1;
    if (last == '+') return end - 2 >= from && isDigit(end - 2) ? 1 : 0;
    int behindNumber = behindNumber(from);
    if (behindNumber > 0 || Character.isLetterOrDigit(last)) return behindNumber;
    int symbol = text.offsetByCodePoints(end, -1);
    return symbol >= from ? symbol(symbol) : 0;
  }

  /** UTF-16 units of the unit or currency that follows a digit, else 0. */
  private int behindNumber(int from) {
    int first = end;
    while (first > from && end - first <= UNIT_MAX && !isDigit(first - 1)) first--;
    if (first == end || first == from || end - first > UNIT_MAX) return 0;
    boolean known = UNITS.contains(text.substring(first, end)) || currency(first) == end - first;
    return known ? end - first : 0;
  }

  private int points(int from) {
    int first = end - 1;
    while (first > from && text.charAt(first - 1) == '.') first--;
    if (end - first > 1) return end - first;
    if (first == from) return 0;
    char before = text.charAt(first - 1);
    boolean own =
        isLower(before)
            || (before >= '0' && before <= '9')
            || BEFORE_POINT.indexOf(before) >= 0
            || PUNCTUATION.indexOf(before) >= 0
            || isQuote(before)
            || (isUpper(before) && first - 2 >= from && mayPrecedeUpper(first - 2));
    return own ? 1 : 0;
  }

  /** Another capital, or the sign before a degree's letter. */
  private boolean mayPrecedeUpper(int at) {
    return isUpper(text.charAt(at)) || text.charAt(at) == '°';
  }

  /** What is left without affixes. */
  private void middle() {
    if (start >= end) return;
    int @Nullable [] parts = EnglishWords.parts(text, start, end);
    if (parts != null) {
      addParts(start, parts);
      return;
    }
    if (!isAddress()) {
      int from = start;
      int i = start + Character.charCount(text.codePointAt(start));
      while (i < end) {
        int infix = infix(i);
        if (infix > 0) {
          if (i > from) add(i);
          add(i + infix);
          from = i + infix;
        }
        i += Math.max(1, infix);
      }
      if (from == end) return;
    }
    add(end);
  }

  private void addParts(int from, int[] parts) {
    int at = from;
    for (int part : parts) {
      at += part;
      add(at);
    }
  }

  /** UTF-16 units of what is a token even within a word, else 0. */
  private int infix(int at) {
    char c = text.charAt(at);
    if (Character.isLetterOrDigit(c)) return 0;
    char before = text.charAt(at - 1);
    char after = at + 1 < end ? text.charAt(at + 1) : ' ';
    return switch (c) {
      case '…' -> 1;
      case '.' -> points(at, before, after);
      case ',' -> isAlphabetic(before) && isAlphabetic(after) ? 1 : 0;
      case ':', '<', '>', '=', '/' -> isAlphanumeric(before) && isAlphabetic(after) ? 1 : 0;
      case '+', '*', '^' -> isBetweenNumbers(before, after) ? 1 : 0;
      case '-' -> isBetweenNumbers(before, after) ? 1 : hyphen(at, before);
      case '–', '—', '~' -> hyphen(at, before);
      default -> symbol(at);
    };
  }

  /** More than one, or one that joins two sentences. */
  private int points(int at, char before, char after) {
    int points = run(at);
    boolean joins = (isLower(before) || isQuote(before)) && (isUpper(after) || isQuote(after));
    return points > 1 || joins ? points : 0;
  }

  private static boolean isBetweenNumbers(char before, char after) {
    return isAsciiDigit(before) && (isAsciiDigit(after) || after == '-');
  }

  private int hyphen(int at, char before) {
    if (!isAlphanumeric(before)) return 0;
    for (String hyphen : HYPHENS) {
      int behind = at + hyphen.length();
      if (behind < end && text.startsWith(hyphen, at) && isAlphabetic(text.charAt(behind))) {
        return hyphen.length();
      }
    }
    return 0;
  }

  /** URLs, e-mail addresses and names of hosts: nothing separates their parts. */
  private boolean isAddress() {
    int at = end - 1;
    while (at > start && text.charAt(at) != '@') at--; // No further back: a text has many words.
    if (at > start && isHost(at + 1)) return true;
    int scheme = start;
    while (scheme < end
        && (isAlphanumeric(text.charAt(scheme)) || "_+-.".indexOf(text.charAt(scheme)) >= 0)) {
      scheme++;
    }
    boolean named = scheme >= start + 2 && text.startsWith("://", scheme);
    return isHost(named ? scheme + 3 : start);
  }

  /**
   * Names joined by points, the last of small letters, and behind them a port, a path or nothing.
   */
  private boolean isHost(int from) {
    int behind = from;
    int point = -1;
    while (behind < end && isHostPart(text.charAt(behind))) {
      if (text.charAt(behind) == '.') {
        if (behind == point + 1 || behind == from || isBar(behind - 1)) return false;
        point = behind;
      } else if (isBar(behind) && (behind == from || behind == point + 1)) {
        return false;
      }
      behind++;
    }
    if (point < 0 || behind - point < 3) return false;
    for (int i = point + 1; i < behind; i++) if (!isLower(text.charAt(i))) return false;
    if (behind < end && text.charAt(behind) == ':') {
      int digits = behind + 1;
      while (digits < end && isDigit(digits)) digits++;
      if (digits - behind < 3 || digits - behind > 6) return false;
      behind = digits;
    }
    return behind == end || "/?#".indexOf(text.charAt(behind)) >= 0;
  }

  private boolean isBar(int at) {
    return text.charAt(at) == '-' || text.charAt(at) == '_';
  }

  private static boolean isHostPart(char c) {
    if (c >= 0xa1) return true;
    return c == '.' || c == '-' || c == '_' || (c < 0x80 && Character.isLetterOrDigit(c));
  }

  /** Neighbours that make one of {@link EnglishWords} have its parts, whatever split them. */
  private void join(int from) {
    int kept = 0;
    int at = from;
    for (int token = 0; token < count; ) {
      int last = lastOfWord(at, token);
      int @Nullable [] parts = last > token ? EnglishWords.parts(text, at, ends[last]) : null;
      // Never more parts than tokens: what is written lies before what is read.
      if (parts == null || parts.length > last - token + 1) {
        at = ends[token++];
        ends[kept++] = at;
      } else {
        for (int part : parts) ends[kept++] = at += part;
        token = last + 1;
      }
    }
    count = kept;
  }

  /**
   * The last token of the longest known word that begins with this one, else itself. Words without
   * marks are known only where they stand alone: {@code thats.} is {@code that} and {@code s.}
   */
  private int lastOfWord(int from, int token) {
    int last = token;
    for (int t = token + 1; t < count && ends[t] - from <= EnglishWords.LENGTH_MAX; t++) {
      if (isWhole(from, ends[t]) && hasMark(from, ends[t])) last = t;
    }
    return last;
  }

  private boolean hasMark(int from, int to) {
    for (int i = from; i < to; i++) if (!Character.isLetterOrDigit(text.charAt(i))) return true;
    return false;
  }

  private boolean isDigit(int at) {
    return isAsciiDigit(text.charAt(at));
  }

  private static boolean isAsciiDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isAlphanumeric(char c) {
    return isAsciiDigit(c) || isAlphabetic(c);
  }

  private static boolean isAlphabetic(char c) {
    return isLower(c) || isUpper(c);
  }

  private static boolean isApostrophe(char c) {
    return c == '\'' || c == '’';
  }

  /** Letters of scripts without case are both lower and upper. */
  private static boolean isLower(char c) {
    if (c < 0x80) return c >= 'a' && c <= 'z';
    return Character.getType(c) == Character.LOWERCASE_LETTER || isUncased(c);
  }

  private static boolean isUpper(char c) {
    if (c < 0x80) return c >= 'A' && c <= 'Z';
    return Character.getType(c) == Character.UPPERCASE_LETTER || isUncased(c);
  }

  private static boolean isUncased(char c) {
    return c >= FIRST_UNCASED
        && (Character.getType(c) == Character.OTHER_LETTER || (c >= FIRST_CJK && c <= LAST_CJK));
  }

  private static boolean isQuote(char c) {
    return QUOTES.indexOf(c) >= 0;
  }
}
