package dev.millrace.evaluator;

import dev.millrace.evaluator.sampling.Sampler;
import dev.millrace.runtime.terminal.Onlooker;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.ModelSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * A text that a model wrote.
 *
 * @param text what follows the prompt, without it
 * @param provider CPU or CUDA
 */
public record Generation(String prompt, String text, String provider) {

  /**
   * Continues a prompt. The same arguments give the same text on the same machine. Where there are
   * an encoder and a decoder, the encoder sees the prompt with a mask behind it, and the decoder
   * goes on from the prompt.
   *
   * @param checkpoint a checkpoint directory or a Hugging Face one
   * @param tokensMax how many tokens at most
   * @throws IllegalArgumentException in one line, where the model continues no text
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
    return of(checkpoint, prompt, tokensMax, sampler, seed, options, Onlooker.NOBODY);
  }

  /**
   * As above.
   *
   * @param onlooker sees tokens written
   */
  public static Generation of(
      Path checkpoint,
      String prompt,
      int tokensMax,
      Sampler sampler,
      long seed,
      ModelOptions options,
      Onlooker onlooker)
      throws IOException {
    CheckpointDirectory directory = new CheckpointDirectory(checkpoint);
    ModelSpec spec = directory.spec();
    if (!LoadedModel.writes(spec)) {
      throw new IllegalArgumentException(
          "%s: a model of model_type \"%s\" fills gaps and continues no text"
              .formatted(checkpoint, spec.family()));
    }
    try (LoadedModel model = LoadedModel.open(directory, options, ScratchDirectory.temporary())) {
      String text =
          model
              .generator(UnaryOperator.identity())
              .continuation(prompt, tokensMax, sampler, seed, onlooker);
      return new Generation(prompt, text, model.provider());
    }
  }
}
