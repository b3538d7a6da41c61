package dev.millrace.evaluator.onnx;

import static dev.millrace.model.Graph.Input.INPUT_IDS;
import static dev.millrace.model.Graph.Input.LABELS;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import dev.millrace.model.Graph;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A language model in ONNX Runtime, as {@link dev.millrace.model.OnnxModel} writes it. May be used
 * by several threads at a time.
 */
public final class OnnxSession implements AutoCloseable {
  // What it logs as errors it also throws.
  private static final OrtEnvironment RUNTIME =
      OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);

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
    try (OrtSession.SessionOptions options = options(threads);
        OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(0)) {
      cuda.add("use_tf32", "0"); // Its ten bits of mantissa would fail the parity gate.
      options.addCUDA(cuda);
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
    requireSize(inputIds, rows, length);
    return nll(Map.of(INPUT_IDS, inputIds, LABELS, labels), rows);
  }

  /**
   * As {@link #nll(long[], long[], int, int)}, of a model with any inputs: those with document
   * masks want {@link Graph.Input#SEGMENT_IDS} too.
   *
   * @param batch every input of the model, [rows * length], or [rows] where it says so
   */
  public float[] nll(Map<Graph.Input, long[]> batch, int rows) {
    return run("nll", batch, rows);
  }

  /**
   * As {@link #nll(Map, int)}, of one of the further heads.
   *
   * @param head its name
   * @return [rows * length], or [rows], 0 where the target is ignored
   */
  public float[] nll(String head, Map<Graph.Input, long[]> batch, int rows) {
    return run(head + "_nll", batch, rows);
  }

  /**
   * Logits at the last position: unnormalised log-probabilities of the token that follows.
   *
   * @param inputIds tokens, [rows * length]
   * @return [rows * vocabulary]
   * @throws OnnxException as {@link #nll}
   */
  public float[] lastLogits(long[] inputIds, int rows, int length) {
    return lastLogits(unlabelled(inputIds, rows, length), rows);
  }

  /**
   * As {@link #lastLogits(long[], int, int)}, of a model with any inputs; of one with a decoder, at
   * the decoder's last position.
   *
   * @param batch every input of the model, [rows * length], or [rows] where it says so
   */
  public float[] lastLogits(Map<Graph.Input, long[]> batch, int rows) {
    return run("last_logits", batch, rows);
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
    return run("logits", unlabelled(inputIds, rows, length), rows);
  }

  private static Map<Graph.Input, long[]> unlabelled(long[] inputIds, int rows, int length) {
    requireSize(inputIds, rows, length);
    long[] labels = new long[inputIds.length];
    Arrays.fill(labels, Graph.IGNORED);
    return Map.of(INPUT_IDS, inputIds, LABELS, labels);
  }

  private static void requireSize(long[] inputIds, int rows, int length) {
    if (inputIds.length != rows * length) {
      throw new IllegalArgumentException(
          "%d tokens for %d rows of %d".formatted(inputIds.length, rows, length));
    }
  }

  private float[] run(String output, Map<Graph.Input, long[]> batch, int rows) {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      for (Map.Entry<Graph.Input, long[]> input : batch.entrySet()) {
        inputs.put(input.getKey().id(), tensor(input.getKey(), input.getValue(), rows));
      }
      try (OrtSession.Result result = session.run(inputs, Set.of(output))) {
        FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
        float[] array = new float[values.remaining()];
        values.get(array);
        return array;
      }
    } catch (OrtException e) {
      throw new OnnxException("ONNX Runtime: " + e.getMessage(), e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor tensor(Graph.Input input, long[] values, int rows) throws OrtException {
    boolean one = input.axis() == Graph.Axis.ROW;
    long[] shape = one ? new long[] {rows} : new long[] {rows, values.length / rows};
    return OnnxTensor.createTensor(RUNTIME, LongBuffer.wrap(values), shape);
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
