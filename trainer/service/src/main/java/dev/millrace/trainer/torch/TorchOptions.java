package dev.millrace.trainer.torch;

import dev.millrace.model.Precision;
import dev.millrace.model.TorchScript;

/**
 * How to train.
 *
 * @param precision of linear layers and attention
 * @param dropout rate, 0 to less than 1
 * @param recompute spend time to save memory
 * @param device one that is there
 * @param threads for one operation, on the CPU; of the whole process. Results are equal bit by bit
 *     only for equal numbers of threads
 * @param oneDnn on a CPU, products go through oneDNN where PyTorch would take MKL
 */
public record TorchOptions(
    Precision precision,
    double dropout,
    boolean recompute,
    TorchDevice device,
    int threads,
    boolean oneDnn) {
  public TorchOptions {
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout must be at least 0 and less than 1: " + dropout);
    }
    if (threads < 1) throw new IllegalArgumentException("threads must be at least 1: " + threads);
  }

  /** With oneDNN where that is faster. */
  public TorchOptions(
      Precision precision, double dropout, boolean recompute, TorchDevice device, int threads) {
    this(precision, dropout, recompute, device, threads, device.prefersOneDnn());
  }

  TorchScript.Options script() {
    return new TorchScript.Options(precision, dropout, recompute, oneDnn);
  }
}
