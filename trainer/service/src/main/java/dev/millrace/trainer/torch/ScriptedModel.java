package dev.millrace.trainer.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.ScriptCaller;
import dev.millrace.model.Architecture;
import dev.millrace.model.Graph;
import dev.millrace.model.Parameter;
import dev.millrace.model.Shapes;
import dev.millrace.model.TorchArchive;
import dev.millrace.model.TorchScript;
import dev.millrace.model.WeightSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A model in training: weights, gradients and the optimizer's moments in native memory, and the
 * program that computes with them. A step is {@link #accumulate} for every microbatch, then {@link
 * #update}.
 *
 * <p>On a CPU, the same calls in the same order with the same number of threads give the same bits,
 * in any process. One thread at a time may use it; it may be another one each time. A process must
 * not end while a call runs, as PyTorch's teardown under a running thread takes the JVM with it.
 */
public final class ScriptedModel implements AutoCloseable {
  private static final String NORM =
      """
      def gradient_norm(self, g: List[Tensor]) -> Tensor:
        torch.set_grad_enabled(False)
        return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(g, 2)), 2)
      """;

  private final List<Parameter> parameters;
  private final List<Graph.Input> inputs;
  private final int heads;
  private final Optimizer optimizer;
  private final TorchDevice device;
  private final String source;
  private final PtNDManager root;
  private final ScriptCaller script;
  private final Map<TrainedTensor, List<PtNDArray>> tensors = new EnumMap<>(TrainedTensor.class);
  private final List<PtNDArray> steps; // Scalars, as the optimizer wants one for each tensor.
  private Optional<Leaves> gathering = Optional.empty();
  private long optimizerSteps;

  /**
   * The weights as one step has them: the same numbers in tensors of their own, so that the first
   * gradient of each is taken as it comes and not added to zeros.
   */
  private record Leaves(PtNDManager manager, List<PtNDArray> weights) {}

  private ScriptedModel(Architecture architecture, TorchOptions options, Optimizer optimizer) {
    Shapes shapes = Shapes.of(architecture);
    this.parameters = shapes.parameters();
    this.inputs = shapes.inputs().stream().sorted().toList();
    this.heads = shapes.heads().size();
    this.optimizer = optimizer;
    this.device = options.device();
    this.source = TorchScript.of(architecture, options.script()) + NORM + optimizer.source();
    this.root = (PtNDManager) TorchDevice.engine().newBaseManager(device.djl());
    this.script = new ScriptCaller(root, TorchArchive.of(source));
    for (TrainedTensor kind : TrainedTensor.values()) tensors.put(kind, zeros(shapes));
    this.steps = weights().stream().map(weight -> (PtNDArray) root.create(0f)).toList();
  }

  /**
   * Allocates a model whose weights and moments are zero and compiles its program.
   *
   * @throws EngineException where PyTorch's native libraries cannot be loaded
   */
  public static ScriptedModel load(
      Architecture architecture, TorchOptions options, Optimizer optimizer) {
    TorchDevice.engine(); // Loads the native libraries, before which nothing can be set.
    JniUtils.setNumThreads(options.threads());
    return new ScriptedModel(architecture, options, optimizer);
  }

  private List<PtNDArray> zeros(Shapes shapes) {
    return shapes.parameters().stream()
        .map(parameter -> parameter.shape().stream().mapToLong(n -> n).toArray())
        .map(shape -> (PtNDArray) root.zeros(new Shape(shape)))
        .toList();
  }

  /** In the order in which the architecture names them. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** Where it runs. */
  public TorchDevice device() {
    return device;
  }

  /** The program, for people to read. */
  public String source() {
    return source;
  }

  // ---- training

  /**
   * Forward and backward: adds the gradient of sum(nll) / stepTargetTokens to what has gathered.
   *
   * @param stepTargetTokens of all microbatches of the step, so that every token weighs the same
   * @param seed of dropout, any; one of its own for every microbatch of every step
   * @return sums of nll in nats of each row, as training computes it: with dropout, in its
   *     precision
   */
  public float[] accumulate(Microbatch batch, double stepTargetTokens, long seed) {
    return accumulate(batch, new double[] {stepTargetTokens}, seed).get(0);
  }

  /**
   * As {@link #accumulate(Microbatch, double, long)}, of models with any number of heads: the loss
   * is the sum over heads of sum(nll) / stepTargets.
   *
   * @param stepTargets for each head those of all microbatches of the step, at least 1
   * @return for each head the sums of nll of each row
   */
  public List<float[]> accumulate(Microbatch batch, double[] stepTargets, long seed) {
    if (stepTargets.length != heads) {
      throw new IllegalArgumentException(
          "targets of %d heads for a model of %d".formatted(stepTargets.length, heads));
    }
    try (PtNDManager results = newManager()) {
      List<Object> arguments = arguments(results, batch, leaves());
      arguments.add(stepTargets);
      arguments.add(mixed(seed));
      return values(call(results, "accumulate", arguments));
    }
  }

  private List<PtNDArray> leaves() {
    if (gathering.isEmpty()) {
      PtNDManager manager = newManager();
      gathering = Optional.of(new Leaves(manager, called(manager, "leaves", weights())));
    }
    return gathering.get().weights();
  }

  private static List<float[]> values(NDList tensors) {
    return tensors.stream().map(NDArray::toFloatArray).toList();
  }

  /** The script adds small numbers to its seed, so that neighbours must lie far apart. */
  private static long mixed(long seed) {
    return new SplittableRandom(seed).nextLong() >>> 2;
  }

  /**
   * Clips the gathered gradients to a global norm, takes one step of the optimizer and clears them.
   * Where their norm is not finite they are cleared and nothing else changes.
   *
   * @return the norm before clipping
   * @throws IllegalStateException where no microbatch was accumulated
   */
  public double update(double maxGradientNorm, double learningRate) {
    try (PtNDManager results = newManager()) {
      List<PtNDArray> gradients = gradients(results);
      List<Object> arguments = new ArrayList<>(List.of(gradients));
      addGroups(arguments, gradients);
      for (TrainedTensor kind : TrainedTensor.values()) addGroups(arguments, tensors.get(kind));
      addGroups(arguments, steps);
      arguments.addAll(List.of(maxGradientNorm, learningRate));
      arguments.addAll(optimizer.constants());
      float norm = call(results, optimizer.method(), arguments).get(0).getFloat();
      if (Float.isFinite(norm)) optimizerSteps++;
      discard();
      return norm;
    }
  }

  /** The global L2 norm of what has gathered, as {@link #update} will find it. */
  public double gradientNorm() {
    try (PtNDManager results = newManager()) {
      return call(results, "gradient_norm", List.of(gradients(results))).get(0).getFloat();
    }
  }

  /** Clears what {@link #accumulate} gathered, without a step. */
  public void discard() {
    gathering.ifPresent(leaves -> leaves.manager().close());
    gathering = Optional.empty();
  }

  /** What has gathered for each parameter; for tests. */
  List<float[]> gradientValues() {
    try (PtNDManager results = newManager()) {
      return gradients(results).stream().map(NDArray::toFloatArray).toList();
    }
  }

  private List<PtNDArray> gradients(PtNDManager results) {
    List<PtNDArray> gradients = called(results, "gradients", leaves());
    if (gradients.size() != parameters.size()) {
      throw new IllegalStateException(
          "%d of %d parameters have a gradient".formatted(gradients.size(), parameters.size()));
    }
    return gradients;
  }

  private void addGroups(List<Object> arguments, List<PtNDArray> all) {
    for (Predicate<Parameter> group : optimizer.groups()) {
      arguments.add(
          IntStream.range(0, all.size())
              .filter(i -> group.test(parameters.get(i)))
              .mapToObj(all::get)
              .toList());
    }
  }

  // ---- scoring

  /**
   * Negative log-likelihoods in nats in full float32, whatever the precision of training, without
   * dropout.
   *
   * @return [rows][length], 0 where the label is ignored
   */
  public float[][] nll(Microbatch batch) {
    return rows(nllOfHeads(batch).get(0), batch.rows());
  }

  /**
   * As {@link #nll}, of every head.
   *
   * @return for each head [rows * length], or [rows], 0 where the target is ignored
   */
  public List<float[]> nllOfHeads(Microbatch batch) {
    try (PtNDManager results = newManager()) {
      return values(call(results, "nll", arguments(results, batch, weights())));
    }
  }

  /**
   * Logits in full float32, without dropout.
   *
   * @return [rows][length * vocabulary]
   */
  public float[][] logits(Microbatch batch) {
    try (PtNDManager results = newManager()) {
      float[] all =
          call(results, "logits", arguments(results, batch, weights())).get(0).toFloatArray();
      return rows(all, batch.rows());
    }
  }

  private static float[][] rows(float[] all, int rows) {
    int width = all.length / rows;
    return IntStream.range(0, rows)
        .mapToObj(r -> Arrays.copyOfRange(all, r * width, (r + 1) * width))
        .toArray(float[][]::new);
  }

  // ---- state

  /**
   * The live values of one kind of tensor, without a copy on the CPU. A chunk holds until the next
   * one is asked for, and until {@link #update}.
   */
  public WeightSource read(TrainedTensor kind) {
    return name -> chunks(kind, name);
  }

  /**
   * The live values of one tensor, as {@link #read} gives them.
   *
   * @throws IllegalArgumentException where there is no such parameter
   */
  public Iterable<ByteBuffer> chunks(TrainedTensor kind, String name) {
    return chunks(kind, name, TensorChunks.ELEMENTS_MAX);
  }

  Iterable<ByteBuffer> chunks(TrainedTensor kind, String name, long elementsMax) {
    PtNDArray tensor = tensor(kind, name);
    return () -> new TensorChunks(script, root, tensor, elementsMax);
  }

  /**
   * Copies values of one kind into every parameter.
   *
   * @throws IllegalArgumentException where a parameter has more or fewer values than its shape says
   */
  public void write(TrainedTensor kind, WeightSource source) throws IOException {
    for (Parameter parameter : parameters) {
      TensorChunks.write(
          script, root, tensor(kind, parameter.name()), parameter, source.chunks(parameter.name()));
    }
  }

  private PtNDArray tensor(TrainedTensor kind, String name) {
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).name().equals(name)) return tensors.get(kind).get(i);
    }
    throw new IllegalArgumentException("no parameter " + name);
  }

  /** How many steps the optimizer has taken; its bias correction depends on it. */
  public long optimizerSteps() {
    return optimizerSteps;
  }

  /** Goes on from a number of steps taken earlier. */
  public void optimizerSteps(long taken) {
    try (PtNDManager results = newManager()) {
      call(results, "fill", List.of(steps, (double) taken));
    }
    optimizerSteps = taken;
  }

  // ---- calls

  private List<PtNDArray> weights() {
    return tensors.get(TrainedTensor.WEIGHT);
  }

  /** Owns what one call makes, so that nothing outlives it. */
  private PtNDManager newManager() {
    return (PtNDManager) root.newSubManager();
  }

  private List<Object> arguments(PtNDManager manager, Microbatch batch, List<PtNDArray> weights) {
    List<Object> arguments = new ArrayList<>();
    for (Graph.Input input : inputs) {
      long[] values = batch.values(input);
      int rows = batch.rows();
      boolean one = input.axis() == Graph.Axis.ROW;
      Shape shape = one ? new Shape(rows) : new Shape(rows, values.length / rows);
      arguments.add(manager.create(values, shape));
    }
    arguments.add(weights);
    return arguments;
  }

  private List<PtNDArray> called(PtNDManager results, String method, List<PtNDArray> argument) {
    return call(results, method, List.of(argument)).stream().map(PtNDArray.class::cast).toList();
  }

  private NDList call(PtNDManager results, String method, List<?> arguments) {
    // Of the calling thread. The optimizer costs seconds at depth and gains nothing on a CPU.
    JniUtils.setGraphExecutorOptimize(false);
    return script.call(results, method, arguments);
  }

  @Override
  public void close() {
    script.close();
    root.close();
  }
}
