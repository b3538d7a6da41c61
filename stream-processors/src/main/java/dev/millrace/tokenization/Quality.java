package dev.millrace.tokenization;

import java.util.Map;

/**
 * How good a document is, in [0, 1], by what the refinery measured of it: the score of a quality
 * classifier where one judged it, else the product of the shares that it has among these.
 *
 * <ul>
 *   <li>{@code language.score-min}: how sure its language is
 *   <li>{@code gopher-quality.alphabetic-words-min}: words that have a letter
 *   <li>{@code gopher-repetition.duplicate-lines}, {@code .duplicate-5-gram}: what is not repeated
 * </ul>
 */
final class Quality {
  /** Of a document of which nothing was measured. */
  static final double NEUTRAL = 0.5;

  private static final String CLASSIFIED = "quality-classifier.score-min";

  private Quality() {}

  static double of(Map<String, Double> signals) {
    Double classified = signals.get(CLASSIFIED);
    if (classified != null) return classified;
    double product = 1;
    int measured = 0;
    for (Share share : Share.values()) {
      Double value = signals.get(share.signal);
      if (value == null) continue;
      double part = Math.min(1, Math.max(0, value));
      product *= share.isGood ? part : 1 - part;
      measured++;
    }
    return measured == 0 ? NEUTRAL : product;
  }

  private enum Share {
    LANGUAGE("language.score-min", true),
    ALPHABETIC_WORDS("gopher-quality.alphabetic-words-min", true),
    DUPLICATE_LINES("gopher-repetition.duplicate-lines", false),
    DUPLICATE_GRAMS("gopher-repetition.duplicate-5-gram", false);

    final String signal;
    final boolean isGood;

    Share(String signal, boolean isGood) {
      this.signal = signal;
      this.isGood = isGood;
    }
  }
}
