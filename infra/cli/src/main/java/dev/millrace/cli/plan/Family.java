package dev.millrace.cli.plan;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The families of models that are planned, each with the vocabulary and context it came with. */
enum Family {
  GPT2(50_257, 1024),
  LLAMA(128_256, 8192);

  private final int vocabularySize;
  private final int contextLength;

  Family(int vocabularySize, int contextLength) {
    this.vocabularySize = vocabularySize;
    this.contextLength = contextLength;
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

  /** A model of these sizes, where the family has such. */
  Optional<PlannedModel> model(
      int vocabularySize, int contextLength, int layers, int width, int heads) {
    return switch (this) {
      case GPT2 -> PlannedGpt2.of(vocabularySize, contextLength, layers, width, heads);
      case LLAMA -> PlannedLlama.of(vocabularySize, contextLength, layers, width, heads);
    };
  }
}
