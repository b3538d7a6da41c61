package dev.millrace.refinery.text;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How many sentences a line has, by the rules of spaCy's English tokenizer and sentencizer, which
 * datatrove counts by: a sentence ends with a token that is one sentence mark, and the next begins
 * with the next token that is not all punctuation. Whether a mark is a token is what takes work: it
 * is not in {@code Mr.}, {@code U.S.}, {@code 3.5}, {@code example.com} and {@code ...}.
 */
public final class Sentences {
  private static final String MARKS =
      "!.?\u0589\u061f\u06d4\u0700\u0701\u0702\u07f9\u0964\u0965\u104a\u104b\u1362\u1367\u1368"
          + "\u166e\u1735\u1736\u1803\u1809\u1944\u1945\u1aa8\u1aa9\u1aaa\u1aab\u1b5a\u1b5b\u1b5e"
          + "\u1b5f\u1c3b\u1c3c\u1c7e\u1c7f\u203c\u203d\u2047\u2048\u2049\u2e2e\u2e3c\ua4ff\ua60e"
          + "\ua60f\ua6f3\ua6f7\ua876\ua877\ua8ce\ua8cf\ua92f\ua9c8\ua9c9\uaa5d\uaa5e\uaa5f\uaaf0"
          + "\uaaf1\uabeb\ufe52\ufe56\ufe57\uff01\uff0e\uff1f\uff61\u3002";

  private static final byte ORDINARY = 0;
  private static final byte MARK = 1;
  private static final byte SPACE = 2;

  /** Of each UTF-16 unit. */
  private static final byte[] KIND = new byte[1 << Character.SIZE];

  static {
    for (int c = 0; c < KIND.length; c++) if (Whitespace.is((char) c)) KIND[c] = SPACE;
    for (char mark : MARKS.toCharArray()) KIND[mark] = MARK;
  }

  /** Split off at either end of a word. The point is not among them. */
  private static final String PUNCTUATION = "…,:;!?¿؟¡()[]{}<>_#*&。？！，、；：～·।،۔؛٪";

  private static final String QUOTES = ",'\"”“`‘´’‚„»«「」『』（）〔〕【】《》〈〉〈〉⟦⟧";
  private static final String PREFIXES = "§%=—–";
  private static final String CURRENCIES = "$£¥฿﷼";
  private static final String SUFFIXES = "—–";

  /** What a point may follow and still be a token of its own, besides small letters and digits. */
  private static final String BEFORE_POINT = "%²-+|";

  /** Between two parts of a word that are tokens each. */
  private static final String JOINTS = "-–—~:<>=/,";

  /** Words that keep their points, besides single small letters. */
  private static final Set<String> ABBREVIATIONS =
      Set.of(
          ("Adm. Ak. Ala. Apr. Ariz. Ark. Aug. Bros. Calif. Co. Colo. Conn. Corp. D.C. Dec. Del."
                  + " Dr. E.G. E.g. Feb. Fla. Ga. Gen. Gov. I.E. I.e. Ia. Id. Ill. Inc. Ind. Jan."
                  + " Jr. Jul. Jun. Kan. Kans. Ky. La. Ltd. Mar. Mass. Md. Messrs. Mich. Minn."
                  + " Miss. Mo. Mont. Mr. Mrs. Ms. Mt. N.C. N.D. N.H. N.J. N.M. N.Y. Neb. Nebr."
                  + " Nev. Nov. O.O O.o Oct. Okla. Ore. Pa. Ph.D. Prof. Rep. Rev. S.C. Sen. Sep."
                  + " Sept. St. Tenn. V.V Va. Wash. Wis. a.m. co. e.g. i.e. o.O o.o p.m. v.s. vs."
                  + " ä. ö. ü. °C. °F. °K. °c. °f. °k.")
              .split(" "));

  /** Written without their apostrophe; the letter contracted keeps a point behind it. */
  private static final Set<String> CONTRACTIONS =
      Set.of(
          ("hed hes howd hows i'ma id im ima itd i’ma shes thatd thats thered theres thesed theyd"
                  + " thisd thiss thosed wed whatd whats whend whens whered wheres whod whos whyd"
                  + " whys youd")
              .split(" "));

  private static final int ABBREVIATION_MAX = 7;

  /** From Hebrew on; what comes before, as the ordinal º, is in no script's alphabet. */
  private static final char FIRST_UNCASED = 'א';

  /** East Asian radicals, marks and kana are taken for letters. */
  private static final char FIRST_CJK = '⺀';

  private static final char LAST_CJK = 'ヿ';

  private static final Pattern HOUR = Pattern.compile("(1[0-2]|[1-9])[ap]\\.m\\.");

  /** By first character of ASCII: the lengths that abbreviations and hours have, a bit each. */
  private static final int[] ABBREVIATION_LENGTHS = new int[0x80];

  static {
    for (String word : ABBREVIATIONS) {
      if (word.charAt(0) < 0x80) ABBREVIATION_LENGTHS[word.charAt(0)] |= 1 << word.length();
    }
    for (char digit = '1'; digit <= '9'; digit++) {
      ABBREVIATION_LENGTHS[digit] |= 1 << "1a.m.".length() | 1 << "12a.m.".length();
    }
  }

  private final String line;
  private int count = 1;
  private boolean ended;

  private Sentences(String line) {
    this.line = line;
  }

  /** Sentences in a line; one where it is blank. */
  public static int count(String line) {
    Sentences sentences = new Sentences(line);
    sentences.read();
    return sentences.count;
  }

  private void read() {
    int i = 0;
    while (i < line.length()) {
      int start = Whitespace.skip(line, i, line.length());
      // One space separates; any other white space is a token, which is no punctuation.
      if (start - i > 1 || (start > i && line.charAt(i) != ' ')) next();
      int kinds = ORDINARY;
      for (i = start; i < line.length(); i++) {
        byte kind = KIND[line.charAt(i)];
        if (kind == SPACE) break;
        kinds |= kind;
      }
      if (kinds == MARK) new Affixes(start, i).read();
      else token(start, i);
    }
  }

  /** A token that is neither mark nor punctuation. */
  private void next() {
    if (ended) count++;
    ended = false;
  }

  private static boolean isMark(char c) {
    return KIND[c] == MARK;
  }

  private void token(int start, int end) {
    if (start == end) return;
    if (end - start == 1 && isMark(line.charAt(start))) {
      ended = true;
    } else if (!isPunctuation(start, end)) {
      next();
    }
  }

  private boolean isPunctuation(int start, int end) {
    for (int i = start; i < end; i++) {
      char c = line.charAt(i);
      if (Character.isLetterOrDigit(c)) return false;
      if (Character.isHighSurrogate(c)) {
        if (!isPunctuation(line.codePointAt(i))) return false;
        i++;
      } else if (!isPunctuation((int) c)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPunctuation(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  /** Splits one word: affixes from outside to inside, then at points within. */
  private final class Affixes {
    private int start;
    private int end;

    /** Where suffixes begin, the outermost first. */
    private final Deque<Integer> suffixes = new ArrayDeque<>();

    Affixes(int start, int end) {
      this.start = start;
      this.end = end;
    }

    void read() {
      int wordEnd = end;
      while (start < end && !isAbbreviation(start, end)) {
        int prefix = prefix();
        if (prefix > 0 && isAbbreviation(start + prefix, end)) {
          takePrefix(prefix);
          break;
        }
        int suffix = suffix(start + prefix);
        if (suffix > 0 && isAbbreviation(start, end - suffix)) {
          takeSuffix(suffix);
          break;
        }
        if (prefix + suffix == 0) break;
        takePrefix(prefix);
        takeSuffix(suffix);
      }
      if (middle() && !suffixes.isEmpty()) suffixes.pop();
      while (!suffixes.isEmpty()) {
        int from = suffixes.pop();
        token(from, suffixes.isEmpty() ? wordEnd : suffixes.element());
      }
    }

    private void takePrefix(int length) {
      token(start, start + length);
      start += length;
    }

    private void takeSuffix(int length) {
      if (length == 0) return;
      end -= length;
      suffixes.push(end);
    }

    private int prefix() {
      char c = line.charAt(start);
      if (c == '.') {
        int points = run(start);
        return points > 1 ? points : 0;
      }
      if (c == '+') return start + 1 < end && isDigit(start + 1) ? 0 : 1;
      if (PUNCTUATION.indexOf(c) >= 0 || isQuote(c) || PREFIXES.indexOf(c) >= 0) return 1;
      return currency() + symbol(start);
    }

    private int currency() {
      if (line.startsWith("US$", start)) return 3;
      if (line.startsWith("C$", start) || line.startsWith("A$", start)) return 2;
      char c = line.charAt(start);
      return CURRENCIES.indexOf(c) >= 0 || (c >= '₠' && c <= '₿') ? 1 : 0;
    }

    /** How many points there are in a row. */
    private int run(int from) {
      int i = from;
      while (i < end && line.charAt(i) == '.') i++;
      return i - from;
    }

    /** UTF-16 units of a pictograph or another symbol, else 0. */
    private int symbol(int at) {
      int codePoint = line.codePointAt(at);
      return codePoint >= 0x80 && Character.getType(codePoint) == Character.OTHER_SYMBOL
          ? Character.charCount(codePoint)
          : 0;
    }

    private int suffix(int from) {
      if (from >= end) return 0;
      char last = line.charAt(end - 1);
      if (last == '.') return points(from);
      if ((last == 's' || last == 'S') && end - 2 >= from && isApostrophe(line.charAt(end - 2))) {
        return 2;
      }
      if (PUNCTUATION.indexOf(last) >= 0 || isQuote(last) || SUFFIXES.indexOf(last) >= 0) return 1;
      if (last == '+') return end - 2 >= from && isDigit(end - 2) ? 1 : 0;
      if (Character.isLetterOrDigit(last)) return 0;
      return symbol(line.offsetByCodePoints(end, -1));
    }

    private int points(int from) {
      int first = end - 1;
      while (first > from && line.charAt(first - 1) == '.') first--;
      if (end - first > 1) return end - first;
      if (first == from) return 0;
      char before = line.charAt(first - 1);
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
      return isUpper(line.charAt(at)) || line.charAt(at) == '°';
    }

    /**
     * What is left without affixes: one token unless a point joins the ends of two sentences.
     * Whether it takes the point behind it, too.
     */
    private boolean middle() {
      if (start >= end) return false;
      if (isAbbreviation(start, end) || isAddress()) {
        token(start, end);
        return false;
      }
      int from = start;
      int i = start + 1;
      while (i < end) {
        int infix = infix(i);
        boolean stays = line.charAt(i) == '.' && infix == 1 && keepsPoint(from, i);
        if (infix > 0 && !stays) {
          token(from, i);
          token(i, i + infix);
          from = i + infix;
        }
        i += Math.max(1, infix);
      }
      token(from, end);
      return keepsPoint(from, end) || (from == start && isContraction());
    }

    private boolean isContraction() {
      if (end - start > ABBREVIATION_MAX) return false;
      String rest = line.substring(start + 1, end);
      return CONTRACTIONS.contains(Character.toLowerCase(line.charAt(start)) + rest);
    }

    /** UTF-16 units of what is a token even within a word, else 0. */
    private int infix(int at) {
      char c = line.charAt(at);
      if (c == '…') return 1;
      if (c != '.') return symbol(at);
      int points = run(at);
      return points > 1 || joinsSentences(at) ? points : 0;
    }

    private boolean joinsSentences(int point) {
      if (point + 1 >= end) return false;
      char before = line.charAt(point - 1);
      char after = line.charAt(point + 1);
      return (isLower(before) || isQuote(before)) && (isUpper(after) || isQuote(after));
    }

    /** URLs, e-mail addresses and names of hosts, roughly: their points separate nothing. */
    private boolean isAddress() {
      int host = afterUser();
      while (host < end && isHostPart(line.charAt(host))) host++;
      if (host >= start + 2 && line.startsWith("://", host)) return true;
      int dot = host - 1;
      while (dot > start && line.charAt(dot) != '.') dot--;
      if (dot <= start || host - dot < 3) return false;
      for (int i = dot + 1; i < host; i++) {
        if (!isLower(line.charAt(i))) return false;
      }
      return host == end || line.charAt(host) == '/' || line.charAt(host) == '?';
    }

    private int afterUser() {
      for (int i = end - 1; i > start; i--) {
        if (line.charAt(i) == '@') return i + 1;
      }
      return start;
    }

    private static boolean isHostPart(char c) {
      return c == '.' || c == '-' || c == '_' || Character.isLetterOrDigit(c);
    }

    private boolean isAbbreviation(int from, int to) {
      int length = to - from;
      if (length < 2 || length > ABBREVIATION_MAX) return false;
      if (length == 2 && line.charAt(to - 1) == '.') {
        char c = line.charAt(from);
        if (c >= 'a' && c <= 'z') return true;
      }
      char first = line.charAt(from);
      if (first < 0x80 && (ABBREVIATION_LENGTHS[first] >> length & 1) == 0) return false;
      String word = line.substring(from, to);
      return ABBREVIATIONS.contains(word) || HOUR.matcher(word).matches();
    }

    /** Whether a point follows the last part of a word and makes an abbreviation of it. */
    private boolean keepsPoint(int from, int to) {
      if (to == line.length() || line.charAt(to) != '.') return false;
      for (int part = to - 1; part >= from && to - part < ABBREVIATION_MAX; part--) {
        boolean begins = part == from || isJoint(part - 1, from) || isUnit(part, to);
        if (begins && isAbbreviation(part, to + 1)) return true;
      }
      return false;
    }

    private boolean isJoint(int at, int from) {
      return JOINTS.indexOf(line.charAt(at)) >= 0
          && at > from
          && Character.isLetterOrDigit(line.charAt(at - 1));
    }

    /** A metre, gram or tonne behind its number. */
    private boolean isUnit(int at, int to) {
      return to - at == 1 && "mgt".indexOf(line.charAt(at)) >= 0 && isDigit(at - 1);
    }

    private boolean isDigit(int at) {
      return line.charAt(at) >= '0' && line.charAt(at) <= '9';
    }

    private static boolean isApostrophe(char c) {
      return c == '\'' || c == '’';
    }

    /** Letters of scripts without case are both lower and upper. */
    private static boolean isLower(char c) {
      return Character.getType(c) == Character.LOWERCASE_LETTER || isUncased(c);
    }

    private static boolean isUpper(char c) {
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
}
