package dev.millrace.trainer.objective;

import java.util.Arrays;

/**
 * Two texts behind each other, and whether the second really follows the first (next-sentence
 * prediction; Devlin et al. 2019, arXiv:1810.04805, 3.1): {@code [CLS] first [SEP] second [SEP]}.
 *
 * @param tokens with the marks
 * @param types 0 up to the first text's mark, 1 after it
 * @param text false for the marks
 * @param next whether the second follows the first
 */
public record SentencePair(int[] tokens, int[] types, boolean[] text, boolean next) {
  /** Tokens that a pair has beyond its texts'. */
  public static final int MARKS = 3;

  /**
   * Where a pair begins and where its texts end.
   *
   * @param begin {@code [CLS]}
   * @param end {@code [SEP]}
   */
  public record Marks(int begin, int end) {}

  /**
   * Half of all pairs are a text cut in two, the other half its beginning and another text's end.
   * The cut is somewhere in the text's middle half.
   *
   * @param text at least two tokens
   * @param other at least one token; as much of its end as the first text's had
   */
  public static SentencePair of(int[] text, int[] other, Marks marks, Draws draws) {
    if (text.length < 2 || other.length < 1) {
      throw new IllegalArgumentException(
          "too short for a pair: %d and %d tokens".formatted(text.length, other.length));
    }
    int quarter = Math.max(1, text.length / 4);
    int cut = quarter + draws.below(text.length - 2 * quarter + 1);
    boolean next = draws.uniform() < 0.5;
    int[] first = Arrays.copyOf(text, cut);
    int[] second =
        next
            ? Arrays.copyOfRange(text, cut, text.length)
            : Arrays.copyOfRange(
                other, Math.max(0, other.length - (text.length - cut)), other.length);
    return of(first, second, next, marks);
  }

  private static SentencePair of(int[] first, int[] second, boolean next, Marks marks) {
    int[] tokens = new int[first.length + second.length + MARKS];
    int[] types = new int[tokens.length];
    boolean[] text = new boolean[tokens.length];
    tokens[0] = marks.begin();
    System.arraycopy(first, 0, tokens, 1, first.length);
    tokens[first.length + 1] = marks.end();
    System.arraycopy(second, 0, tokens, first.length + 2, second.length);
    tokens[tokens.length - 1] = marks.end();
    Arrays.fill(types, first.length + 2, types.length, 1);
    Arrays.fill(text, 1, first.length + 1, true);
    Arrays.fill(text, first.length + 2, tokens.length - 1, true);
    return new SentencePair(tokens, types, text, next);
  }
}
