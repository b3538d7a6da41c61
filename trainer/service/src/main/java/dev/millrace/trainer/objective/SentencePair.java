package dev.millrace.trainer.objective;

import static dev.millrace.model.Graph.IGNORED;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Two texts behind each other, and whether the second really follows the first (next-sentence
 * prediction; Devlin et al. 2019, arXiv:1810.04805, 3.1): {@code [CLS] first [SEP] second [SEP]}.
 *
 * @param tokens with the marks
 * @param types 0 up to the first text's mark, 1 after it
 * @param text false for the marks
 * @param label 0 where the second follows the first, 1 where it does not, {@code -100} where there
 *     is none
 * @param documents ids of those that its tokens are from, each once, in order
 */
public record SentencePair(
    int[] tokens, int[] types, boolean[] text, int label, List<String> documents) {
  /** Tokens that a pair has beyond its texts', at most. */
  public static final int MARKS = 3;

  private static final int NEXT = 0;

  /** The label of a text that does not follow. */
  public static final int NOT_NEXT = 1;

  /** Whether the second follows the first. */
  public boolean next() {
    return label == NEXT;
  }

  /** Where the first text's tokens are, and where the second's. */
  public List<boolean[]> texts() {
    return List.of(text(0), text(1));
  }

  private boolean[] text(int type) {
    boolean[] own = text.clone();
    for (int i = 0; i < own.length; i++) own[i] &= types[i] == type;
    return own;
  }

  /**
   * Half of all pairs are a text cut in two, the other half its beginning and another text's end.
   * The cut is somewhere in the text's middle half, within a document: only there does what comes
   * after it follow.
   *
   * @param text at least two tokens
   * @param other at least one token; as much of its end as the first text's had
   */
  public static SentencePair of(Text text, Text other, Ends ends, Draws draws) {
    if (text.length() < 2 || other.length() < 1) {
      throw new IllegalArgumentException(
          "too short for a pair: %d and %d tokens".formatted(text.length(), other.length()));
    }
    Stretch all = Stretch.of(text, ends);
    int[] cuts = cutsWithinDocuments(all.words);
    boolean next = draws.uniform() < 0.5 && cuts.length > 0;
    int cut = cuts.length > 0 ? cuts[draws.below(cuts.length)] : all.length() / 2;
    int left = all.length() - cut;
    if (next) return of(all.beginning(cut), all.end(left), NEXT, text.documents(), ends);
    Text second = other.piece(Math.max(0, other.length() - left), other.length());
    List<String> documents =
        Stream.of(text.piece(0, cut), second)
            .flatMap(part -> part.documents().stream())
            .distinct()
            .toList();
    return of(all.beginning(cut), Stretch.of(other, ends).end(left), NOT_NEXT, documents, ends);
  }

  /** A text alone, {@code [CLS] text [SEP]}, where there is none that it could be paired with. */
  public static SentencePair alone(Text text, Ends ends) {
    Stretch all = Stretch.of(text, ends);
    int length = all.length() + 2;
    int[] tokens = new int[length];
    boolean[] words = new boolean[length];
    all.copyTo(tokens, words, 1);
    tokens[0] = ends.begin();
    tokens[length - 1] = ends.end();
    return new SentencePair(tokens, new int[length], words, IGNORED, text.documents());
  }

  private static int[] cutsWithinDocuments(boolean[] words) {
    int quarter = Math.max(1, words.length / 4);
    return IntStream.rangeClosed(quarter, words.length - quarter)
        .filter(cut -> words[cut - 1] && words[cut])
        .toArray();
  }

  private static SentencePair of(
      Stretch first, Stretch second, int label, List<String> documents, Ends ends) {
    int[] tokens = new int[first.length() + second.length() + MARKS];
    int[] types = new int[tokens.length];
    boolean[] text = new boolean[tokens.length];
    tokens[0] = ends.begin();
    first.copyTo(tokens, text, 1);
    tokens[first.length() + 1] = ends.end();
    second.copyTo(tokens, text, first.length() + 2);
    tokens[tokens.length - 1] = ends.end();
    Arrays.fill(types, first.length() + 2, types.length, 1);
    return new SentencePair(tokens, types, text, label, documents);
  }

  /** Some of a text's tokens. */
  private static final class Stretch {
    final int[] tokens;
    final boolean[] words;

    private Stretch(int[] tokens, boolean[] words) {
      this.tokens = tokens;
      this.words = words;
    }

    static Stretch of(Text text, Ends ends) {
      return new Stretch(text.tokens(ends.end()), text.words());
    }

    int length() {
      return tokens.length;
    }

    Stretch beginning(int length) {
      return new Stretch(Arrays.copyOf(tokens, length), Arrays.copyOf(words, length));
    }

    /** So many tokens, or all. */
    Stretch end(int length) {
      int from = Math.max(0, length() - length);
      return new Stretch(
          Arrays.copyOfRange(tokens, from, length()), Arrays.copyOfRange(words, from, length()));
    }

    void copyTo(int[] toTokens, boolean[] toWords, int at) {
      System.arraycopy(tokens, 0, toTokens, at, length());
      System.arraycopy(words, 0, toWords, at, length());
    }
  }
}
