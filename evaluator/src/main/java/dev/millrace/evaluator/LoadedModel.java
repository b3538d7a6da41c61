package dev.millrace.evaluator;

import dev.millrace.evaluator.EvaluationConfig.Device;
import dev.millrace.evaluator.onnx.OnnxSession;
import dev.millrace.evaluator.onnx.Provider;
import dev.millrace.evaluator.sampling.NextToken;
import dev.millrace.evaluator.sampling.TextGenerator;
import dev.millrace.evaluator.scoring.Scorer;
import dev.millrace.evaluator.scoring.TokenNll;
import dev.millrace.evaluator.scoring.Windows;
import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.OnnxModel;
import dev.millrace.model.Shapes;
import dev.millrace.model.StoredWeights;
import dev.millrace.schemas.checkpoint.CausalSpec;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.schemas.checkpoint.WeightFiles;
import dev.millrace.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.BitSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A checkpoint directory, or a Hugging Face one ({@code config.json}, {@code model.safetensors} or
 * its shards, {@code tokenizer.json}), exported to ONNX and loaded. The exported files go with
 * {@link #close}.
 */
final class LoadedModel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LoadedModel.class);
  private static final OnnxModel.Options EXPORT =
      new OnnxModel.Options(OnnxModel.Attention.FUSED, false);

  private final CausalSpec spec;
  private final Tokenizer tokenizer;
  private final OnnxSession session;
  private final ScratchDirectory scratch;

  private LoadedModel(
      CausalSpec spec, Tokenizer tokenizer, OnnxSession session, ScratchDirectory scratch) {
    this.spec = spec;
    this.tokenizer = tokenizer;
    this.session = session;
    this.scratch = scratch;
  }

  /**
   * Loads a model. The scratch directory is taken over and deleted with the model, also when this
   * fails.
   *
   * @throws DamagedCheckpointException where a file is missing or is not what it should be
   */
  static LoadedModel open(
      CheckpointDirectory directory, ModelOptions options, ScratchDirectory scratch)
      throws IOException {
    try {
      CausalSpec spec = spec(directory);
      Tokenizer tokenizer = tokenizer(directory, spec);
      Path onnx = scratch.path().resolve("model.onnx");
      export(directory, spec, onnx);
      return new LoadedModel(spec, tokenizer, session(onnx, options), scratch);
    } catch (IOException | RuntimeException e) {
      scratch.close();
      throw e;
    }
  }

  /** What the directory's {@code config.json} says. */
  static CausalSpec spec(CheckpointDirectory directory) throws IOException {
    ModelSpec spec = directory.spec();
    if (spec instanceof CausalSpec causal) return causal;
    throw new DamagedCheckpointException(
        directory.file(CheckpointDirectory.CONFIG),
        "model_type \"" + spec.family() + "\" does not say what comes next in a text");
  }

  /** The directory's tokenizer, which must know no token that the model does not. */
  static Tokenizer tokenizer(CheckpointDirectory directory, ModelSpec spec) throws IOException {
    Path file = directory.file(CheckpointDirectory.TOKENIZER);
    try {
      Tokenizer tokenizer = Tokenizer.read(file);
      if (tokenizer.vocabularySize() <= spec.vocabularySize()) return tokenizer;
      throw new DamagedCheckpointException(
          file,
          "%d tokens for a model of %d"
              .formatted(tokenizer.vocabularySize(), spec.vocabularySize()));
    } catch (NoSuchFileException e) {
      throw new DamagedCheckpointException(file, "no such file", e);
    } catch (IllegalArgumentException e) {
      throw new DamagedCheckpointException(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static void export(CheckpointDirectory directory, ModelSpec spec, Path onnx)
      throws IOException {
    Architecture architecture = Architectures.of(spec);
    try (WeightFiles files = WeightFiles.open(directory)) {
      StoredWeights weights = StoredWeights.of(files, Shapes.of(architecture));
      OnnxModel.write(architecture, weights, EXPORT, onnx);
    } catch (DamagedCheckpointException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("cannot export the model to " + onnx + ": " + e.getMessage(), e);
    }
  }

  private static OnnxSession session(Path onnx, ModelOptions options) {
    Provider preferred = options.device() == Device.CPU ? Provider.CPU : Provider.CUDA;
    OnnxSession session = OnnxSession.open(onnx, preferred, options.threads());
    if (options.device() == Device.CUDA && session.provider() != Provider.CUDA) {
      session.close();
      throw new IllegalStateException(
          "provider is cuda, and CUDA does not work here: " + session.whyNotPreferred().orElse(""));
    }
    session.whyNotPreferred().ifPresent(why -> LOG.debug("CPU and not CUDA: {}", why));
    return session;
  }

  CausalSpec spec() {
    return spec;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  /** CPU or CUDA. */
  String provider() {
    return session.provider().name();
  }

  /** The model as it scores tokens. */
  TokenNll tokenNll() {
    return this::nll;
  }

  /** Scores texts with it. */
  Scorer scorer(TokenNll model, Windows windows, int batchTokens) {
    return new Scorer(model, tokenizer::encode, spec.beginOfText(), windows, batchTokens);
  }

  /** Continues texts with it. */
  TextGenerator generator(NextToken model) {
    return new TextGenerator(
        model,
        tokenizer::encode,
        tokenizer::decode,
        spec.beginOfText(),
        spec.endOfText(),
        spec.contextLength());
  }

  /**
   * The model as it says what comes next. Of its vocabulary, which may be padded, only what the
   * tokenizer can spell.
   */
  NextToken nextToken() {
    BitSet spelled = spelled();
    return tokens -> {
      float[] logits = session.lastLogits(wide(new int[][] {tokens}), 1, tokens.length);
      for (int id = spelled.nextClearBit(0);
          id < logits.length;
          id = spelled.nextClearBit(id + 1)) {
        logits[id] = Float.NEGATIVE_INFINITY;
      }
      return logits;
    };
  }

  private BitSet spelled() {
    BitSet spelled = new BitSet();
    for (int id = 0; id < tokenizer.vocabularySize(); id++) spelled.set(id, isSpelled(id));
    return spelled;
  }

  private boolean isSpelled(int id) {
    try {
      tokenizer.decode(new int[] {id});
      return true;
    } catch (IllegalArgumentException e) {
      return false; // A hole in the numbering.
    }
  }

  private float[][] nll(int[][] inputs, int[][] targets) {
    int rows = inputs.length;
    int length = inputs[0].length;
    float[] flat = session.nll(wide(inputs), wide(targets), rows, length);
    float[][] nll = new float[rows][length];
    for (int r = 0; r < rows; r++) System.arraycopy(flat, r * length, nll[r], 0, length);
    return nll;
  }

  private static long[] wide(int[][] rows) {
    long[] wide = new long[rows.length * rows[0].length];
    int at = 0;
    for (int[] row : rows) for (int value : row) wide[at++] = value;
    return wide;
  }

  @Override
  public void close() {
    session.close();
    scratch.close();
  }
}
