package dev.millrace.trainer;

import dev.millrace.runtime.config.Default;
import dev.millrace.trainer.objective.MaskedTokens.Masking;

/**
 * Which tokens a masked language model must find out, in the words of Hugging Face's {@code
 * DataCollatorForLanguageModeling}; the defaults are BERT's.
 *
 * @param mlmProbability share of a text's tokens that are chosen
 * @param maskReplaceProb share of the chosen that become the mask
 * @param randomReplaceProb share of the chosen that become any token; the rest stay what they are
 */
public record MaskedLmConfig(
    @Default("0.15") double mlmProbability,
    @Default("0.8") double maskReplaceProb,
    @Default("0.1") double randomReplaceProb) {
  public MaskedLmConfig {
    require(
        mlmProbability > 0 && mlmProbability <= 1,
        "mlmProbability must be more than 0 and at most 1: " + mlmProbability);
    require(
        maskReplaceProb >= 0 && maskReplaceProb <= 1,
        "maskReplaceProb must be from 0 to 1: " + maskReplaceProb);
    require(
        randomReplaceProb >= 0 && maskReplaceProb + randomReplaceProb <= 1,
        "randomReplaceProb must be from 0 to what maskReplaceProb leaves: " + randomReplaceProb);
  }

  Masking masking(int mask, int[] vocabulary) {
    return new Masking(mlmProbability, maskReplaceProb, randomReplaceProb, mask, vocabulary);
  }

  private static void require(boolean holds, String problem) {
    if (!holds) throw new IllegalArgumentException(problem);
  }
}
