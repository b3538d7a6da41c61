package dev.millrace.evaluator;

import dev.millrace.evaluator.EvaluationConfig.Device;
import dev.millrace.evaluator.onnx.OnnxSession;
import dev.millrace.evaluator.onnx.Provider;
import dev.millrace.evaluator.sampling.NextToken;
import dev.millrace.evaluator.sampling.TextGenerator;
import dev.millrace.evaluator.scoring.CausalReading;
import dev.millrace.evaluator.scoring.DenoisingReading;
import dev.millrace.evaluator.scoring.MaskedReading;
import dev.millrace.evaluator.scoring.Reading;
import dev.millrace.evaluator.scoring.Row;
import dev.millrace.evaluator.scoring.Scorer;
import dev.millrace.evaluator.scoring.TokenNll;
import dev.millrace.evaluator.scoring.Windows;
import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Graph;
import dev.millrace.model.Graph.Input;
import dev.millrace.model.OnnxModel;
import dev.millrace.model.Shapes;
import dev.millrace.model.StoredWeights;
import dev.millrace.schemas.checkpoint.BartSpec;
import dev.millrace.schemas.checkpoint.BertSpec;
import dev.millrace.schemas.checkpoint.CausalSpec;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.schemas.checkpoint.Probe;
import dev.millrace.schemas.checkpoint.WeightFiles;
import dev.millrace.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
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

  private final ModelSpec spec;
  private final Tokenizer tokenizer;
  private final Marks marks;
  private final Feed feed;
  private final OnnxSession session;
  private final ScratchDirectory scratch;

  private LoadedModel(
      ModelSpec spec,
      Tokenizer tokenizer,
      Marks marks,
      Feed feed,
      OnnxSession session,
      ScratchDirectory scratch) {
    this.spec = spec;
    this.tokenizer = tokenizer;
    this.marks = marks;
    this.feed = feed;
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
      ModelSpec saved = directory.spec();
      Tokenizer tokenizer = tokenizer(directory, saved);
      ModelSpec spec = saved.endingWith(tokenizer.endOfText());
      Marks marks = Marks.of(spec, tokenizer, directory.file(CheckpointDirectory.TOKENIZER));
      Path onnx = scratch.path().resolve("model.onnx");
      Architecture architecture = Architectures.of(spec);
      export(directory, architecture, onnx);
      Feed feed = new Feed(Shapes.of(architecture).inputs());
      return new LoadedModel(spec, tokenizer, marks, feed, session(onnx, options), scratch);
    } catch (IOException | RuntimeException e) {
      scratch.close();
      throw e;
    }
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

  private static void export(CheckpointDirectory directory, Architecture architecture, Path onnx)
      throws IOException {
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

  /** CPU or CUDA. */
  String provider() {
    return session.provider().name();
  }

  /** The tokens that the model takes at once. */
  int contextLength() {
    return spec.contextLength();
  }

  /** The model as it scores tokens. */
  TokenNll tokenNll() {
    return rows -> nll(feed.of(rows), rows.size());
  }

  /**
   * What the model says of a checkpoint's probe.
   *
   * @throws IllegalArgumentException where that is not of such a model
   */
  float[][] nll(Probe probe) {
    return nll(feed.of(probe), probe.inputs().size());
  }

  /**
   * What its further heads say of a checkpoint's probe, of those that the probe has numbers of.
   *
   * @return by the head's name, [rows * length] or [rows]
   * @throws IllegalArgumentException where the probe is not of such a model
   */
  Map<String, float[]> nllOfHeads(Probe probe) {
    Map<String, float[]> nll = new TreeMap<>();
    for (String head : probe.headNll().keySet()) {
      nll.put(head, session.nll(head, feed.of(probe), probe.inputs().size()));
    }
    return nll;
  }

  private float[][] nll(Map<Input, long[]> batch, int rows) {
    float[] flat = session.nll(batch, rows);
    int length = flat.length / rows;
    float[][] nll = new float[rows][];
    for (int r = 0; r < rows; r++) nll[r] = Arrays.copyOfRange(flat, r * length, (r + 1) * length);
    return nll;
  }

  /**
   * How texts are put to a model of this kind.
   *
   * @param length tokens that go through it at once, those around a text included
   * @param stride absent: as long as a window, the least work
   * @param maskedEvery of a masked model's tokens one in so many is scored
   * @throws IllegalArgumentException where the stride is not from 1 to the tokens of a window
   */
  Reading reading(int length, OptionalInt stride, int maskedEvery) {
    if (spec instanceof CausalSpec causal) {
      return new CausalReading(causal.beginOfText(), windows(length, stride));
    }
    if (spec instanceof BartSpec bart) {
      Windows windows = windows(length - DenoisingReading.AROUND, stride);
      return new DenoisingReading(
          bart.decoderStart(), marks.begin(), marks.end(), marks.mask(), windows);
    }
    Windows windows = windows(length - MaskedReading.AROUND, stride);
    return new MaskedReading(marks.begin(), marks.end(), marks.mask(), windows, maskedEvery);
  }

  /** What models of this kind are scored by. */
  static String objective(ModelSpec spec) {
    if (spec instanceof CausalSpec) return CausalReading.OBJECTIVE;
    return spec instanceof BartSpec ? DenoisingReading.OBJECTIVE : MaskedReading.OBJECTIVE;
  }

  private static Windows windows(int context, OptionalInt stride) {
    return new Windows(context, stride.orElse(context));
  }

  /** Scores texts with it. */
  Scorer scorer(TokenNll model, Reading reading, int batchTokens) {
    return new Scorer(model, tokenizer::encode, reading, batchTokens);
  }

  /** Whether it can continue a text. */
  boolean writes() {
    return writes(spec);
  }

  /** Whether a model of this kind can continue a text. */
  static boolean writes(ModelSpec spec) {
    return !(spec instanceof BertSpec);
  }

  /**
   * Continues texts with it.
   *
   * @param watched what is done to the model before it is asked
   * @throws IllegalStateException where the model {@linkplain #writes() writes} nothing
   */
  TextGenerator generator(UnaryOperator<NextToken> watched) {
    if (spec instanceof CausalSpec causal) {
      NextToken model = watched.apply(next(tokens -> Row.of(tokens, ignored(tokens.length))));
      return new TextGenerator(
          prompt -> model,
          tokenizer::encode,
          tokenizer::decode,
          causal.beginOfText(),
          causal.endOfText(),
          causal.contextLength());
    }
    if (spec instanceof BartSpec bart) {
      return new TextGenerator(
          prompt -> watched.apply(next(tokens -> infilling(bart, prompt, tokens))),
          tokenizer::encode,
          tokenizer::decode,
          bart.beginOfText(),
          bart.endOfText(),
          bart.contextLength() - 1);
    }
    throw new IllegalStateException(spec.family() + " writes no text");
  }

  /** The encoder sees the prompt's end and a mask behind it, for which the decoder writes on. */
  private Row infilling(BartSpec bart, int[] prompt, int[] tokens) {
    int seen = Math.min(prompt.length, bart.contextLength() - 3);
    int[] source = new int[seen + 3];
    source[0] = marks.begin();
    System.arraycopy(prompt, prompt.length - seen, source, 1, seen);
    source[seen + 1] = marks.mask();
    source[seen + 2] = marks.end();
    int[] written = new int[tokens.length + 1];
    written[0] = bart.decoderStart();
    System.arraycopy(tokens, 0, written, 1, tokens.length);
    return new Row(source, written, ignored(written.length));
  }

  private static int[] ignored(int length) {
    int[] ignored = new int[length];
    Arrays.fill(ignored, Graph.IGNORED);
    return ignored;
  }

  /**
   * The model as it says what comes next. Of its vocabulary, which may be padded, only what the
   * tokenizer can spell.
   */
  private NextToken next(Function<int[], Row> row) {
    BitSet spelled = spelled();
    return tokens -> {
      float[] logits = session.lastLogits(feed.of(List.of(row.apply(tokens))), 1);
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

  @Override
  public void close() {
    session.close();
    scratch.close();
  }
}
