package dev.millrace.cli.plan;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The families of models that are planned, each with the vocabulary and context it came with. */
enum Family {
  /** As wide as deep as GPT-3's sizes are (Brown et al. 2020, arXiv:2005.14165, table 2.1). */
  GPT2(50_257, 1024, 64, 128),
  /** As Llama 3 and 3.2 are, 102 to 131, and down to 80, or there are gaps between sizes. */
  LLAMA(128_256, 8192, 80, 131);

  private final int vocabularySize;
  private final int contextLength;
  private final int aspectMin;
  private final int aspectMax;

  Family(int vocabularySize, int contextLength, int aspectMin, int aspectMax) {
    this.vocabularySize = vocabularySize;
    this.contextLength = contextLength;
    this.aspectMin = aspectMin;
    this.aspectMax = aspectMax;
  }

  /** By its word on the command line. */
  static Family of(String word) {
    return Arrays.stream(values())
        .filter(family -> family.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--family is one of %s, not %s"
                        .formatted(
                            Arrays.stream(values())
                                .map(Family::word)
                                .collect(Collectors.joining(", ")),
                            word)));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Unless another is asked for. */
  int vocabularySize() {
    return vocabularySize;
  }

  /** Unless another is asked for, in tokens. */
  int contextLength() {
    return contextLength;
  }

  /** Width over layers, at least. */
  int aspectMin() {
    return aspectMin;
  }

  /** Width over layers, at most. */
  int aspectMax() {
    return aspectMax;
  }

  /** A model of these sizes, where the family has such. */
  Optional<PlannedModel> model(
      int vocabularySize, int contextLength, int layers, int width, int heads) {
    return switch (this) {
      case GPT2 -> PlannedGpt2.of(vocabularySize, contextLength, layers, width, heads);
      case LLAMA -> PlannedLlama.of(vocabularySize, contextLength, layers, width, heads);
    };
  }
}
