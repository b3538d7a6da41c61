package dev.millrace.trainer;

import dev.millrace.model.Objective;
import dev.millrace.schemas.checkpoint.MarkNames;
import dev.millrace.trainer.objective.MaskedTokens.Masking;
import java.util.List;

/**
 * Makes what a step trains on of its sequences: an objective at work. The same sequences give the
 * same examples; what is random of them is of the run's seed and their ordinals.
 */
interface Collator {
  /**
   * The examples of each sequence, in order.
   *
   * @param step all sequences of a step
   * @param contextLength the most tokens of an example; longer sequences become several
   */
  List<List<Example>> examples(List<PackedSequence> step, int contextLength);

  /** The token that fills rows. */
  int padding();

  /**
   * What an architecture learns, as a run file has it.
   *
   * @throws IllegalArgumentException where the vocabulary lacks marks that the objective needs
   */
  static Collator of(Objective objective, TrainingConfig config, Vocabulary vocabulary) {
    return switch (objective) {
      case CAUSAL -> new CausalCollator();
      case MASKED -> {
        Vocabulary.Marks marks = vocabulary.marks(MarkNames.BERT);
        Masking masking = config.maskedLmOrDefault().masking(marks.mask(), vocabulary.words());
        yield new MaskedCollator(config.seed(), masking, marks);
      }
      case DENOISING ->
          new DenoisingCollator(
              config.seed(),
              config.denoisingOrDefault().noise(vocabulary),
              vocabulary.marks(MarkNames.BART));
    };
  }
}
