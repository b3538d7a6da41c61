package dev.millrace.evaluator;

import dev.millrace.evaluator.sampling.Sampler;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A text that a model wrote.
 *
 * @param text what follows the prompt, without it
 * @param provider CPU or CUDA
 */
public record Generation(String prompt, String text, String provider) {

  /**
   * Continues a prompt. The same arguments give the same text on the same machine.
   *
   * @param checkpoint a checkpoint directory or a Hugging Face one
   * @param tokensMax how many tokens at most
   * @throws dev.millrace.schemas.checkpoint.DamagedCheckpointException where the checkpoint is not
   *     one
   */
  public static Generation of(
      Path checkpoint,
      String prompt,
      int tokensMax,
      Sampler sampler,
      long seed,
      ModelOptions options)
      throws IOException {
    try (LoadedModel model =
        LoadedModel.open(
            new CheckpointDirectory(checkpoint), options, ScratchDirectory.temporary())) {
      String text =
          model.generator(model.nextToken()).continuation(prompt, tokensMax, sampler, seed);
      return new Generation(prompt, text, model.provider());
    }
  }
}
