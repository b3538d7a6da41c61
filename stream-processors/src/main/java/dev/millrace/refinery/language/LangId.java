package dev.millrace.refinery.language;

import dev.millrace.refinery.text.RefinedText;

/**
 * langid.py's model of 97 languages: naive Bayes over byte n-grams that an automaton finds in one
 * pass (Lui and Baldwin 2012). Its scores are near 0 or 1 for all but short texts.
 *
 * <p>Its answers are langid-java's to the last bit, for they are the same sums of floats in the
 * same order; nor does an n-gram go over the end of a piece of 4,096 bytes.
 */
public final class LangId implements LanguageIdentifier {
  private static final LangIdModel MODEL = LangIdModel.read();
  private static final int PIECE_BYTES = 4096;

  /**
   * What is so many nats behind the likeliest adds nothing to a sum of floats that is 1 or more.
   */
  private static final float BEHIND_MAX = 40;

  private final Utf8Buffer piece = new Utf8Buffer(PIECE_BYTES);
  private final char[] states = new char[PIECE_BYTES];
  private final NGramCounts counts = MODEL.counts();
  private final float[] logarithms = new float[MODEL.languages().size()];

  @Override
  public Identified identify(CharSequence text) {
    String whole = text.toString();
    if (!hasLetter(whole)) return new Identified(RefinedText.UNDETERMINED, 0);
    counts.clear();
    int i = 0;
    while (i < whole.length()) {
      i = piece.fill(whole, i);
      MODEL.automaton().read(piece.bytes(), piece.length(), states);
      MODEL.automaton().count(states, piece.length(), counts);
    }
    MODEL.weigh(counts, logarithms);
    int likeliest = likeliest();
    return new Identified(MODEL.languages().get(likeliest), probability(logarithms[likeliest]));
  }

  private static boolean hasLetter(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isLetter(text.charAt(i))) return true;
    }
    return false;
  }

  /** The first of the likeliest. */
  private int likeliest() {
    int likeliest = 0;
    for (int language = 1; language < logarithms.length; language++) {
      if (logarithms[language] > logarithms[likeliest]) likeliest = language;
    }
    return likeliest;
  }

  private float probability(float highest) {
    float sum = 0;
    for (float logarithm : logarithms) {
      double behind = highest - logarithm;
      if (behind < BEHIND_MAX) sum = (float) (sum + Math.exp(-behind));
    }
    return 1 / sum;
  }
}
