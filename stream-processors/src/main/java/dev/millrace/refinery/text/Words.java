package dev.millrace.refinery.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A text's words folded for comparison, the one definition behind the content hash and the shingles
 * of near dedup: lower case, diacritics stripped, punctuation and symbols as separators, every run
 * of digits one 0 (as datatrove's {@code simplify_text}, Penedo et al. 2024, arXiv:2406.17557). In
 * scripts without spaces (Han, kana, Thai, Lao, Khmer, Myanmar) every letter is a word.
 */
public final class Words {
  private static final long MULTIPLIER = 0xD6E8FEB86659FD93L;

  private static final char NONE = 0;

  /** The words, one space behind each. */
  private char[] folded;

  private int length;

  /** What was written last, or {@link #NONE} where no run of it can go on. */
  private char last = ' ';

  private long[] hashes = new long[64];
  private int count;

  /** Folds a text. */
  public static Words of(CharSequence text) {
    return new Words(text.toString());
  }

  private Words(String text) {
    folded = new char[text.length() + 1];
    for (int i = 0, end = text.length(); i < end; i++) {
      char unit = text.charAt(i);
      char usual = Folding.usual(unit);
      if (usual == Folding.UNUSUAL) i += unusual(text, i);
      else add(usual);
    }
    add(' ');
    hash();
  }

  /** One for one, but a run of spaces or of zeros is one. */
  private void add(char c) {
    folded[length] = c;
    length += c != last || c > '0' ? 1 : 0;
    last = c;
  }

  /** Takes what is more or less than one character; how many more units it has. */
  private int unusual(String text, int at) {
    char unit = text.charAt(at);
    byte kind = Folding.kind(unit);
    if (kind == Folding.NOTHING) return 0;
    // A word by itself takes two more than it has, and of what is left each unit one.
    int room = length + text.length() - at + 4;
    if (room > folded.length) folded = Arrays.copyOf(folded, Math.max(room, 2 * folded.length));
    if (kind != Folding.SURROGATE) {
      addAlone(Folding.folded(unit));
      return 0;
    }
    int codePoint = text.codePointAt(at);
    supplementary(codePoint);
    if (last != ' ') last = NONE;
    return Character.charCount(codePoint) - 1;
  }

  private void addAlone(char... letter) {
    add(' ');
    for (char c : letter) add(c);
    add(' ');
  }

  /** Takes a character beyond the basic plane or half of one. */
  private void supplementary(int codePoint) {
    byte kind = Character.isBmpCodePoint(codePoint) ? Folding.SEPARATOR : Folding.kind(codePoint);
    switch (kind) {
      case Folding.SEPARATOR -> add(' ');
      case Folding.DIGIT -> add('0');
      case Folding.LONE -> addAlone(Character.toChars(Character.toLowerCase(codePoint)));
      case Folding.LETTER -> {
        for (char c : Character.toChars(Character.toLowerCase(codePoint))) add(c);
      }
      default -> {}
    }
  }

  private void hash() {
    long hash = 0;
    for (int i = 0; i < length; i++) {
      char c = folded[i];
      if (c == ' ') {
        if (count == hashes.length) hashes = Arrays.copyOf(hashes, 2 * count);
        hashes[count++] = mix(hash);
        hash = 0;
      } else {
        hash = (hash + c) * MULTIPLIER;
        hash ^= hash >>> 32;
      }
    }
  }

  /** Finaliser of SplitMix64 (Steele et al. 2014). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** How many words there are. */
  public int count() {
    return count;
  }

  /** A word's 64-bit hash, the same in every text and on every machine. */
  public long hash(int word) {
    if (word >= count) throw new IndexOutOfBoundsException(word);
    return hashes[word];
  }

  /** The folded words with one space between any two, as UTF-16 in little endian. */
  byte[] utf16() {
    ByteBuffer bytes = ByteBuffer.allocate(2 * characters()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asCharBuffer().put(folded, 0, characters());
    return bytes.array();
  }

  private int characters() {
    return Math.max(0, length - 1);
  }

  /** The folded words with one space between any two. */
  @Override
  public String toString() {
    return new String(folded, 0, characters());
  }
}
