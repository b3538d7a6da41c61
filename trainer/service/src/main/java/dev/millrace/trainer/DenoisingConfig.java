package dev.millrace.trainer;

import dev.millrace.runtime.config.Default;
import dev.millrace.schemas.checkpoint.MarkNames;
import dev.millrace.trainer.objective.Noise;
import java.util.List;

/**
 * How texts are spoilt for a model that restores them, in the words of BART's paper and of Hugging
 * Face's script for it; the defaults are BART's.
 *
 * @param noise what is done to each document, one after the other
 * @param mlmProbability share of a document's tokens that text infilling hides, and that token
 *     masking and token deletion choose
 * @param poissonLambda mean length of the spans that text infilling hides
 */
public record DenoisingConfig(
    @Default("[sentence-permutation, text-infilling]") List<Kind> noise,
    @Default("0.3") double mlmProbability,
    @Default("3") double poissonLambda) {
  private static final double SPAN_MIN = 0.5; // Below it nearly all spans hide nothing.
  private static final double SPAN_MAX = 100;

  /** The paper's five, in its order. */
  public enum Kind {
    TOKEN_MASKING,
    TOKEN_DELETION,
    TEXT_INFILLING,
    SENTENCE_PERMUTATION,
    DOCUMENT_ROTATION
  }

  public DenoisingConfig {
    noise = List.copyOf(noise);
    require(!noise.isEmpty(), "noise must name one at least: there is nothing else to learn");
    require(noise.stream().distinct().count() == noise.size(), "noise names one twice: " + noise);
    require(
        mlmProbability > 0 && mlmProbability < 1,
        "mlmProbability must be more than 0 and less than 1: " + mlmProbability);
    require(
        poissonLambda >= SPAN_MIN && poissonLambda <= SPAN_MAX,
        "poissonLambda must be from %s to %s: %s".formatted(SPAN_MIN, SPAN_MAX, poissonLambda));
  }

  Noise noise(Vocabulary vocabulary) {
    return Noise.inTurn(noise.stream().map(kind -> noise(kind, vocabulary)).toList());
  }

  private Noise noise(Kind kind, Vocabulary vocabulary) {
    int mask = vocabulary.marks(MarkNames.BART).mask();
    return switch (kind) {
      case TOKEN_MASKING -> new Noise.TokenMasking(mlmProbability, mask);
      case TOKEN_DELETION -> new Noise.TokenDeletion(mlmProbability);
      case TEXT_INFILLING -> new Noise.TextInfilling(mlmProbability, poissonLambda, mask);
      case SENTENCE_PERMUTATION ->
          new Noise.SentencePermutation(vocabulary.sentenceEnds()::contains);
      case DOCUMENT_ROTATION -> new Noise.DocumentRotation();
    };
  }

  private static void require(boolean holds, String problem) {
    if (!holds) throw new IllegalArgumentException(problem);
  }
}
