package dev.millrace.evaluator.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.millrace.model.Graph;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A causal language model in ONNX Runtime, as {@link dev.millrace.model.OnnxModel} writes it. May
 * be used by several threads at a time.
 */
public final class OnnxSession implements AutoCloseable {
  private static final OrtEnvironment RUNTIME =
      OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
  private static final String IDS = Graph.Input.INPUT_IDS.id();
  private static final String LABELS = Graph.Input.LABELS.id();

  private final OrtSession session;
  private final Provider provider;
  private final Optional<String> whyNotPreferred;

  private OnnxSession(OrtSession session, Provider provider, Optional<String> whyNotPreferred) {
    this.session = session;
    this.provider = provider;
    this.whyNotPreferred = whyNotPreferred;
  }

  /**
   * Opens a model; its weights are found beside it.
   *
   * @param preferred what to compute on; where it does not work, the CPU
   * @param threads for one operation, on the CPU
   * @throws OnnxException where the model cannot be loaded
   */
  public static OnnxSession open(Path model, Provider preferred, int threads) {
    if (preferred == Provider.CPU) return cpu(model, threads, Optional.empty());
    try {
      return cuda(model, threads);
    } catch (OrtException e) { // Even builds without CUDA list it as available: only trying tells.
      return cpu(model, threads, Optional.of(e.getMessage()));
    }
  }

  private static OnnxSession cuda(Path model, int threads) throws OrtException {
    try (OrtSession.SessionOptions options = options(threads)) {
      options.addCUDA(0);
      return new OnnxSession(
          RUNTIME.createSession(model.toString(), options), Provider.CUDA, Optional.empty());
    }
  }

  private static OnnxSession cpu(Path model, int threads, Optional<String> whyNotPreferred) {
    try (OrtSession.SessionOptions options = options(threads)) {
      return new OnnxSession(
          RUNTIME.createSession(model.toString(), options), Provider.CPU, whyNotPreferred);
    } catch (OrtException e) {
      throw new OnnxException("cannot load " + model + ": " + e.getMessage(), e);
    }
  }

  private static OrtSession.SessionOptions options(int threads) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(threads);
    // The cores are shared with training: threads that wait must sleep.
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    return options;
  }

  /** What it computes on: the preferred provider, or the CPU in its place. */
  public Provider provider() {
    return provider;
  }

  /** Why {@link #provider} is not the preferred one, if it is not. */
  public Optional<String> whyNotPreferred() {
    return whyNotPreferred;
  }

  /**
   * Negative log-likelihoods in nats.
   *
   * @param inputIds tokens, [rows * length]
   * @param labels the token that follows each, or {@link Graph#IGNORED}, [rows * length]
   * @return [rows * length], 0 where the label is ignored
   * @throws OnnxException where ONNX Runtime fails, for one for a token beyond the vocabulary
   */
  public float[] nll(long[] inputIds, long[] labels, int rows, int length) {
    return run("nll", inputIds, labels, rows, length);
  }

  /**
   * Logits at the last position: unnormalised log-probabilities of the token that follows.
   *
   * @param inputIds tokens, [rows * length]
   * @return [rows * vocabulary]
   * @throws OnnxException as {@link #nll}
   */
  public float[] lastLogits(long[] inputIds, int rows, int length) {
    return run("last_logits", inputIds, ignored(inputIds.length), rows, length);
  }

  /**
   * Logits at every position, of a model that was written with them.
   *
   * @return [rows * length * vocabulary]
   * @throws OnnxException as {@link #nll}, and where the model does not output logits
   */
  public float[] logits(long[] inputIds, int rows, int length) {
    if (!session.getOutputNames().contains("logits")) {
      throw new OnnxException("the model was written without logits");
    }
    return run("logits", inputIds, ignored(inputIds.length), rows, length);
  }

  private static long[] ignored(int size) {
    long[] labels = new long[size];
    Arrays.fill(labels, Graph.IGNORED);
    return labels;
  }

  private float[] run(String output, long[] inputIds, long[] labels, int rows, int length) {
    long[] shape = {rows, length};
    try (OnnxTensor ids = OnnxTensor.createTensor(RUNTIME, LongBuffer.wrap(inputIds), shape);
        OnnxTensor targets = OnnxTensor.createTensor(RUNTIME, LongBuffer.wrap(labels), shape);
        OrtSession.Result result = session.run(Map.of(IDS, ids, LABELS, targets), Set.of(output))) {
      FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] array = new float[values.remaining()];
      values.get(array);
      return array;
    } catch (OrtException e) {
      throw new OnnxException("ONNX Runtime: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new OnnxException("closing a session: " + e.getMessage(), e);
    }
  }
}
