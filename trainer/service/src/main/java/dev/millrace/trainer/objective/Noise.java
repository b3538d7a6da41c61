package dev.millrace.trainer.objective;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Spoils the tokens of one document, for a model that learns to restore them (Lewis et al. 2020,
 * arXiv:1910.13461, 2.2).
 */
@FunctionalInterface
public interface Noise {
  /** The spoilt tokens; the argument stays as it is. */
  int[] spoil(int[] tokens, Draws draws);

  /** One after the other, each on what the one before left. */
  static Noise inTurn(List<Noise> all) {
    return (tokens, draws) -> {
      int[] spoilt = tokens;
      for (Noise noise : all) spoilt = noise.spoil(spoilt, draws);
      return spoilt;
    };
  }

  /**
   * Single tokens become masks.
   *
   * @param share of the tokens
   */
  record TokenMasking(double share, int mask) implements Noise {
    public TokenMasking {
      requireShare(share);
    }

    @Override
    public int[] spoil(int[] tokens, Draws draws) {
      int[] spoilt = tokens.clone();
      for (int place : some(tokens.length, share, draws)) spoilt[place] = mask;
      return spoilt;
    }
  }

  /**
   * Single tokens are gone; where, the model must find out.
   *
   * @param share of the tokens
   */
  record TokenDeletion(double share) implements Noise {
    public TokenDeletion {
      requireShare(share);
    }

    @Override
    public int[] spoil(int[] tokens, Draws draws) {
      boolean[] gone = new boolean[tokens.length];
      for (int place : some(tokens.length, share, draws)) gone[place] = true;
      return IntStream.range(0, tokens.length).filter(i -> !gone[i]).map(i -> tokens[i]).toArray();
    }
  }

  /**
   * Spans become one mask each; a span of no token puts a mask where nothing is missing. Every
   * order of spans and remaining tokens is equally likely, so that the ends of a document are
   * hidden less often than its middle.
   *
   * @param share of the tokens that the spans cover together
   * @param spanMean of the Poisson distribution of span lengths; the last span is cut to the share
   */
  record TextInfilling(double share, double spanMean, int mask) implements Noise {
    public TextInfilling {
      requireShare(share);
      if (spanMean <= 0) throw new IllegalArgumentException("spans must be longer: " + spanMean);
    }

    @Override
    public int[] spoil(int[] tokens, Draws draws) {
      List<Integer> spans = spans((int) Math.round(share * tokens.length), draws);
      int kept = tokens.length - spans.stream().mapToInt(Integer::intValue).sum();
      int[] spoilt = new int[kept + spans.size()];
      int from = 0;
      int span = 0;
      for (int to = 0; to < spoilt.length; to++) {
        if (draws.below(spoilt.length - to) < spans.size() - span) {
          spoilt[to] = mask;
          from += spans.get(span++);
        } else {
          spoilt[to] = tokens[from++];
        }
      }
      return spoilt;
    }

    private List<Integer> spans(int covered, Draws draws) {
      List<Integer> spans = new ArrayList<>();
      for (int left = covered; left > 0; left -= spans.get(spans.size() - 1)) {
        spans.add(Math.min(left, draws.poisson(spanMean)));
      }
      return spans;
    }
  }

  /**
   * Sentences come in a random order.
   *
   * @param endsSentence whether a token is the last of a sentence
   */
  record SentencePermutation(IntPredicate endsSentence) implements Noise {
    @Override
    public int[] spoil(int[] tokens, Draws draws) {
      List<int[]> sentences = new ArrayList<>();
      int start = 0;
      for (int i = 0; i < tokens.length; i++) {
        if (i + 1 < tokens.length && !endsSentence.test(tokens[i])) continue;
        sentences.add(Arrays.copyOfRange(tokens, start, i + 1));
        start = i + 1;
      }
      return Arrays.stream(draws.permutation(sentences.size()))
          .mapToObj(sentences::get)
          .flatMapToInt(Arrays::stream)
          .toArray();
    }
  }

  /** The document begins with any of its tokens and goes round. */
  record DocumentRotation() implements Noise {
    @Override
    public int[] spoil(int[] tokens, Draws draws) {
      if (tokens.length == 0) return tokens;
      int first = draws.below(tokens.length);
      return IntStream.range(0, tokens.length)
          .map(i -> tokens[(first + i) % tokens.length])
          .toArray();
    }
  }

  private static int[] some(int length, double share, Draws draws) {
    return Arrays.copyOf(draws.permutation(length), (int) Math.round(share * length));
  }

  private static void requireShare(double share) {
    if (share < 0 || share > 1) throw new IllegalArgumentException("no share: " + share);
  }
}
