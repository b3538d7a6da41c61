package dev.millrace.bench.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.ScriptCaller;
import dev.millrace.model.Precision;
import dev.millrace.model.TorchArchive;
import java.util.ArrayList;
import java.util.List;

/**
 * The most that products of large matrices get out of this machine through the trainer's engine, of
 * all the ways that it has. A model must be loaded before it, which sets the engine's threads.
 */
final class MatrixPeak implements AutoCloseable {
  private static final int SIZE = 2048;
  private static final long FLOPS = 2L * SIZE * SIZE * SIZE;

  private static final String SOURCE =
      """
      def half(self, x: Tensor) -> Tensor:
        torch.set_grad_enabled(False)
        return torch.to(x, 15)
      def plain(self, x: Tensor) -> Tensor:
        torch.set_grad_enabled(False)
        y = torch.matmul(x, x)
        return torch.slice(torch.flatten(y), 0, 0, 1)
      def onednn(self, x: Tensor) -> Tensor:
        torch.set_grad_enabled(False)
        y = ops.mkldnn._linear_pointwise(x, x, None, "none", annotate(List[Optional[number]], []), "")
        return torch.slice(torch.flatten(y), 0, 0, 1)
      """;

  private final PtNDManager manager;
  private final ScriptCaller script;
  private final PtNDArray matrix;

  MatrixPeak(Precision precision) {
    manager = (PtNDManager) Engine.getEngine("PyTorch").newBaseManager(ai.djl.Device.cpu());
    script = new ScriptCaller(manager, TorchArchive.of(SOURCE));
    PtNDArray ones = (PtNDArray) manager.ones(new Shape(SIZE, SIZE));
    matrix =
        precision == Precision.FP32
            ? ones
            : (PtNDArray) script.call(manager, "half", List.of(ones)).get(0);
  }

  /** Least time and least processor time of some products, as FLOP/s. */
  record Rate(double flops, double flopsOfProcessorTime) {}

  Rate measure() {
    StepTimes times = new StepTimes();
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      times.time(() -> run("plain"));
      times.time(() -> run("onednn"));
    }
    seconds.addAll(times.seconds());
    return new Rate(
        FLOPS / seconds.stream().min(Double::compare).orElseThrow(),
        FLOPS / times.cpuSeconds().stream().min(Double::compare).orElseThrow());
  }

  private void run(String method) {
    try (PtNDManager results = (PtNDManager) manager.newSubManager()) {
      script.call(results, method, List.of(matrix));
    }
  }

  @Override
  public void close() {
    script.close();
    manager.close();
  }
}
