package dev.millrace.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An architecture as TorchScript source: plain text that a person can read, one line an operation.
 * All methods take the inputs in the order of {@link Graph.Input} and then the parameters in the
 * order of {@link Shapes#parameters}.
 *
 * <ul>
 *   <li>{@code nll(inputs, p) -> List[Tensor]}: [B, T] of every head, exact FP32, no dropout.
 *   <li>{@code logits(inputs, p) -> List[Tensor]}: [B, T, N] of every head, exact FP32, no dropout.
 *   <li>{@code leaves(w) -> List[Tensor]}: the weights as the p of one step, which gathers
 *       gradients and needs none cleared.
 *   <li>{@code accumulate(inputs, p, counts, seed) -> List[Tensor]}: adds to each parameter's
 *       gradient that of the sum over heads of sum(nll) / counts[head]; returns every head's sums
 *       of nll by row, [B].
 *   <li>{@code gradients(p) -> List[Tensor]}: what has gathered; shorter than {@code p} when a
 *       parameter has none.
 *   <li>{@code update(g, gd, gn, pd, pn, md, mn, vd, vn, sd, sn, clip, lr, beta1, beta2, epsilon,
 *       decay) -> Tensor}: one step of clipped AdamW; see {@link TorchOptimizer}.
 *   <li>{@code get}, {@code put} and {@code fill}: see {@link TorchState}.
 * </ul>
 */
public final class TorchScript {
  private TorchScript() {}

  /**
   * How {@code accumulate} computes.
   *
   * @param dropout rate, 0 to less than 1
   * @param recompute keep only what enters the blocks and compute their insides again in the
   *     backward pass: less memory, a fifth more time
   * @param oneDnn on a CPU, leave products of matrices to oneDNN wherever PyTorch would leave them
   *     to MKL, which keeps its fast code for Intel's processors
   */
  public record Options(Precision precision, double dropout, boolean recompute, boolean oneDnn) {

    public Options {
      if (!(dropout >= 0 && dropout < 1)) {
        throw new IllegalArgumentException(
            "dropout must be at least 0 and less than 1: " + dropout);
      }
    }

    /** As PyTorch chooses. */
    public Options(Precision precision, double dropout, boolean recompute) {
      this(precision, dropout, recompute, false);
    }
  }

  /** The source. Equal architectures and options give equal text. */
  public static String of(Architecture architecture, Options options) {
    Map<String, String> blocks =
        new LinkedHashMap<>(); // Shared, so that equal ones are written once.
    String methods =
        nll(architecture, blocks)
            + logits(architecture, blocks)
            + accumulate(architecture, options, blocks);
    return String.join("", blocks.values()) + methods + TorchOptimizer.SOURCE + TorchState.SOURCE;
  }

  private static String nll(Architecture architecture, Map<String, String> blocks) {
    TorchScriptGraph graph = TorchScriptGraph.exact(blocks);
    List<TorchScriptGraph.Value> nll =
        architecture.forward(graph).stream().map(head -> head.nll(graph)).toList();
    return graph.method("nll", "", TorchScriptGraph.NO_GRADIENTS, returned(nll));
  }

  private static String logits(Architecture architecture, Map<String, String> blocks) {
    TorchScriptGraph graph = TorchScriptGraph.exact(blocks);
    List<Architecture.Head<TorchScriptGraph.Value>> heads = architecture.forward(graph);
    // Every method takes the same inputs, so that its caller need not know which it uses.
    heads.forEach(head -> graph.input(head.targets()));
    List<TorchScriptGraph.Value> logits = heads.stream().map(Architecture.Head::logits).toList();
    return graph.method("logits", "", TorchScriptGraph.NO_GRADIENTS, returned(logits));
  }

  private static String accumulate(
      Architecture architecture, Options options, Map<String, String> blocks) {
    TorchScriptGraph graph = TorchScriptGraph.training(options, blocks);
    List<Architecture.Head<TorchScriptGraph.Value>> heads = architecture.forward(graph);
    List<TorchScriptGraph.Value> rows =
        IntStream.range(0, heads.size())
            .mapToObj(i -> graph.rowSums(graph.trained(heads.get(i), "counts[" + i + "]")))
            .toList();
    return graph.method(
        "accumulate",
        ", counts: List[float], seed: int",
        "  torch.set_grad_enabled(True)\n  torch.manual_seed(seed)\n",
        graph.backward() + TorchScriptGraph.NO_GRADIENTS + returned(rows));
  }

  private static String returned(List<TorchScriptGraph.Value> values) {
    return values.stream()
        .map(TorchScriptGraph.Value::name)
        .collect(Collectors.joining(", ", "  return [", "]\n"));
  }
}
