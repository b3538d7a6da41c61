package dev.millrace.refinery.text;

import java.util.Arrays;

/**
 * A text's words folded for comparison, the one definition behind the content hash and the shingles
 * of near dedup: lower case, diacritics stripped, punctuation and symbols as separators, every run
 * of digits one 0 (as datatrove's {@code simplify_text}, Penedo et al. 2024, arXiv:2406.17557). In
 * scripts without spaces (Han, kana, Thai, Lao, Khmer, Myanmar) every letter is a word.
 */
public final class Words {
  private static final long MULTIPLIER = 0xD6E8FEB86659FD93L;

  private char[] folded;
  private int length;
  private long[] hashes = new long[64];
  private int count;
  private long hash;
  private boolean inWord;

  /** Folds a text in one pass. */
  public static Words of(CharSequence text) {
    return new Words(text);
  }

  private Words(CharSequence text) {
    folded = new char[text.length() + 16];
    boolean inNumber = false;
    for (int i = 0, end = text.length(); i < end; i++) {
      char unit = text.charAt(i);
      byte kind = Folding.kind(unit);
      if (kind == Folding.SURROGATE) {
        i += supplementary(Character.codePointAt(text, i)) - 1;
        inNumber = false;
        continue;
      }
      if (kind == Folding.NOTHING) continue;
      if (kind == Folding.SEPARATOR || kind == Folding.LONE) endWord();
      if (kind >= Folding.LETTER || (kind == Folding.DIGIT && !inNumber)) {
        add(Folding.folded(unit));
      }
      if (kind == Folding.LONE) endWord();
      inNumber = kind == Folding.DIGIT;
    }
    endWord();
  }

  /** Takes a character beyond the basic plane; how many units it has. */
  private int supplementary(int codePoint) {
    int units = Character.charCount(codePoint);
    byte kind = units == 1 ? Folding.SEPARATOR : Folding.kind(codePoint);
    if (kind == Folding.NOTHING) return units;
    if (kind == Folding.SEPARATOR || kind == Folding.LONE) endWord();
    if (kind == Folding.DIGIT) add('0');
    if (kind >= Folding.LETTER) {
      int lower = Character.toLowerCase(codePoint);
      add(Character.highSurrogate(lower));
      add(Character.lowSurrogate(lower));
    }
    if (kind == Folding.LONE) endWord();
    return units;
  }

  private void add(char c) {
    if (length + 2 > folded.length) folded = Arrays.copyOf(folded, 2 * folded.length);
    if (!inWord && count > 0) folded[length++] = ' ';
    inWord = true;
    folded[length++] = c;
    hash = (hash + c) * MULTIPLIER;
    hash ^= hash >>> 32;
  }

  private void endWord() {
    if (!inWord) return;
    if (count == hashes.length) hashes = Arrays.copyOf(hashes, 2 * count);
    hashes[count++] = mix(hash);
    hash = 0;
    inWord = false;
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

  /** The folded words with one space between any two. */
  @Override
  public String toString() {
    return new String(folded, 0, length);
  }
}
