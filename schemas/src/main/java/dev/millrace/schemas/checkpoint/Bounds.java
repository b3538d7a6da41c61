package dev.millrace.schemas.checkpoint;

/** What the settings of any model must satisfy; every complaint names the setting. */
final class Bounds {
  private Bounds() {}

  static void require(boolean condition, String problem) {
    if (!condition) throw new IllegalArgumentException(problem);
  }

  static void atLeastOne(String name, int value) {
    require(value >= 1, name + " must be at least 1: " + value);
  }

  /** The residual stream is divided among the heads. */
  static void dividesAmong(int width, int heads) {
    require(width % heads == 0, "width must be a multiple of heads: " + width + " and " + heads);
  }

  static void dropout(double rate) {
    require(rate >= 0 && rate < 1, "dropout must be at least 0 and less than 1: " + rate);
  }

  static void token(String name, int id, int vocabularySize) {
    require(id >= 0 && id < vocabularySize, name + " must be a token of the vocabulary: " + id);
  }

  /** What is added to a variance or a mean square. */
  static void epsilon(String name, double value) {
    require(value > 0 && Double.isFinite(value), name + " must be positive: " + value);
  }
}
