package dev.millrace.trainer.objective;

import static dev.millrace.model.Graph.IGNORED;

import java.util.Arrays;
import java.util.List;

/**
 * Tokens of which some are hidden, and what was there (Devlin et al. 2019, arXiv:1810.04805, 3.1).
 *
 * @param tokens what the model sees
 * @param labels the hidden tokens, elsewhere {@code -100}
 */
public record MaskedTokens(int[] tokens, int[] labels) {

  /**
   * How tokens are hidden.
   *
   * @param share of a text's tokens that are chosen, 0 to 1; of one that has any, at least one
   * @param masked share of the chosen that become the mask
   * @param random share of the chosen that become any token; the rest stay what they are
   * @param mask the mask's token
   * @param vocabulary random tokens come from here
   */
  public record Masking(double share, double masked, double random, int mask, int[] vocabulary) {
    /** BERT's: 15 %, of which 80 % are masked, 10 % random and 10 % as they were. */
    public static Masking bert(int mask, int[] vocabulary) {
      return new Masking(0.15, 0.8, 0.1, mask, vocabulary);
    }

    public Masking {
      if (share <= 0 || share > 1 || masked < 0 || random < 0 || masked + random > 1) {
        throw new IllegalArgumentException(
            "shares must be 0 to 1: %s, %s, %s".formatted(share, masked, random));
      }
      if (vocabulary.length == 0) throw new IllegalArgumentException("no random token to take");
    }
  }

  /**
   * Hides some of each text, one after the other: what is hidden of one does not depend on those
   * that come after it.
   *
   * @param texts for each of them where a token may be chosen; not on those that only mark a place
   */
  public static MaskedTokens of(int[] tokens, List<boolean[]> texts, Masking how, Draws draws) {
    int[] seen = tokens.clone();
    int[] labels = new int[tokens.length];
    Arrays.fill(labels, IGNORED);
    for (boolean[] text : texts) {
      int[] places = places(text);
      int[] order = draws.permutation(places.length);
      int chosen = chosen(places.length, how.share());
      for (int i = 0; i < chosen; i++) {
        int place = places[order[i]];
        labels[place] = tokens[place];
        seen[place] = hidden(tokens[place], how, draws);
      }
    }
    return new MaskedTokens(seen, labels);
  }

  private static int chosen(int places, double share) {
    return Math.min(places, Math.max(1, (int) Math.round(share * places)));
  }

  private static int hidden(int token, Masking how, Draws draws) {
    double draw = draws.uniform();
    if (draw < how.masked()) return how.mask();
    if (draw < how.masked() + how.random()) {
      return how.vocabulary()[draws.below(how.vocabulary().length)];
    }
    return token;
  }

  private static int[] places(boolean[] candidates) {
    int[] places = new int[candidates.length];
    int count = 0;
    for (int i = 0; i < candidates.length; i++) if (candidates[i]) places[count++] = i;
    return Arrays.copyOf(places, count);
  }
}
