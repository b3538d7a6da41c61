package dev.millrace.evaluator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.evaluator.metrics.DocumentSums;
import dev.millrace.evaluator.metrics.Perplexity;
import dev.millrace.evaluator.metrics.Sums;
import dev.millrace.evaluator.scoring.Document;
import dev.millrace.evaluator.scoring.MaskedReading;
import dev.millrace.evaluator.scoring.Reading;
import dev.millrace.runtime.terminal.Onlooker;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a model makes of a file, computed as the evaluator does.
 *
 * @param objective {@code causal}, {@code masked} or {@code denoising}; each token is scored at
 *     most once
 * @param definition of that objective's nll: see {@link Reading}
 * @param contextLength tokens that go through the model at once, those around a text included
 * @param documents of the file
 * @param tokens scored
 * @param words of the text, split on white space
 * @param bytes of the text in UTF-8
 * @param nll the sum, in nats
 * @param nllStandardError of the mean nats per token
 * @param seconds from opening the model to the last token
 * @param provider CPU or CUDA
 */
public record Score(
    String checkpoint,
    String file,
    String objective,
    String definition,
    int contextLength,
    int stride,
    long documents,
    long tokens,
    long words,
    long bytes,
    double nll,
    double nllStandardError,
    double tokenPerplexity,
    double wordPerplexity,
    double bytePerplexity,
    double bitsPerByte,
    double seconds,
    String provider) {
  private static final int BATCH_TOKENS = 2048;
  private static final int EVERY_TOKEN = 1;

  /** Scores every token of a file: see {@link #of(Path, Path, OptionalInt, int, ModelOptions)}. */
  public static Score of(Path checkpoint, Path text, OptionalInt stride, ModelOptions options)
      throws IOException {
    return of(checkpoint, text, stride, EVERY_TOKEN, options);
  }

  /**
   * Scores a file.
   *
   * @param checkpoint a checkpoint directory or a Hugging Face one
   * @param text one document of plain text, or JSON Lines with a {@code text} each (*.jsonl), UTF-8
   * @param stride absent: as many tokens as a window has
   * @param maskedEvery of a masked model's tokens one in so many is scored; 1 for all, and for
   *     other models
   * @throws IllegalArgumentException in one line, for a file that is not what its name says, one
   *     without a token, a stride beyond the context, or tokens left out of a model that masks none
   * @throws dev.millrace.schemas.checkpoint.DamagedCheckpointException where the checkpoint is not
   *     one
   */
  public static Score of(
      Path checkpoint, Path text, OptionalInt stride, int maskedEvery, ModelOptions options)
      throws IOException {
    return of(checkpoint, text, stride, maskedEvery, options, Onlooker.NOBODY);
  }

  /**
   * As above.
   *
   * @param onlooker sees passes through the model
   */
  public static Score of(
      Path checkpoint,
      Path text,
      OptionalInt stride,
      int maskedEvery,
      ModelOptions options,
      Onlooker onlooker)
      throws IOException {
    List<Document> documents = Texts.read(text);
    long start = System.nanoTime();
    try (LoadedModel model =
        LoadedModel.open(
            new CheckpointDirectory(checkpoint), options, ScratchDirectory.temporary())) {
      Reading reading = model.reading(model.contextLength(), stride, maskedEvery);
      requireMasked(reading, maskedEvery);
      List<DocumentSums> sums =
          model.scorer(model.tokenNll(), reading, BATCH_TOKENS).score(documents, onlooker);
      double seconds = (System.nanoTime() - start) / 1e9;
      Sums all = Sums.of(sums);
      if (all.tokens() == 0) throw new IllegalArgumentException(text + " has no text");
      return of(checkpoint.toString(), text, model, reading, new Perplexity(all), seconds);
    }
  }

  private static void requireMasked(Reading reading, int maskedEvery) {
    if (maskedEvery == EVERY_TOKEN || reading instanceof MaskedReading) return;
    throw new IllegalArgumentException(
        "maskedEvery is for masked models, this one's objective is " + reading.objective());
  }

  private static Score of(
      String checkpoint,
      Path text,
      LoadedModel model,
      Reading reading,
      Perplexity perplexity,
      double seconds) {
    Sums sums = perplexity.sums();
    return new Score(
        checkpoint,
        text.toString(),
        reading.objective(),
        reading.definition(),
        model.contextLength(),
        reading.windows().stride(),
        sums.documents(),
        sums.tokens(),
        sums.words(),
        sums.bytes(),
        sums.nll(),
        perplexity.nllStandardError(),
        perplexity.token(),
        perplexity.word(),
        perplexity.oneByte(),
        perplexity.bitsPerByte(),
        seconds,
        model.provider());
  }

  /** The same as JSON, in this order; what is infinite or no number is null. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("checkpoint", checkpoint).put("file", file).put("objective", objective);
    json.put("contextLength", contextLength).put("stride", stride);
    json.put("documents", documents).put("tokens", tokens).put("words", words).put("bytes", bytes);
    json.put("nll", finite(nll)).put("nllStandardError", finite(nllStandardError));
    json.put("tokenPerplexity", finite(tokenPerplexity));
    json.put("wordPerplexity", finite(wordPerplexity));
    json.put("bytePerplexity", finite(bytePerplexity)).put("bitsPerByte", finite(bitsPerByte));
    return json.put("seconds", seconds).put("provider", provider);
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
