package dev.millrace.trainer.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.util.cuda.CudaUtils;

/** Where tensors live. */
public enum TorchDevice {
  CPU,
  /** The first NVIDIA GPU. */
  CUDA;

  private static final int AMPERE = 80;

  /** The GPU where PyTorch finds one, else the CPU. */
  public static TorchDevice best() {
    return CUDA.isThere() ? CUDA : CPU;
  }

  /** Whether PyTorch finds it here. */
  public boolean isThere() {
    return this == CPU || engine().getGpuCount() > 0;
  }

  /**
   * Whether training in bfloat16 is faster here than in float32, for want of which it is slower.
   */
  public boolean hasFastBfloat16() {
    return switch (this) {
      case CPU -> CpuFlags.read().haveBfloat16();
      case CUDA -> Integer.parseInt(CudaUtils.getComputeCapability(0)) >= AMPERE;
    };
  }

  /** Whether MKL, to which PyTorch leaves products on a CPU, is slow here. */
  boolean prefersOneDnn() {
    return this == CPU && CpuFlags.read().isAmd();
  }

  Device djl() {
    return this == CUDA ? Device.gpu(0) : Device.cpu();
  }

  /** Loads PyTorch, the first time. */
  static Engine engine() {
    OpenMp.sleepSoon();
    return Engine.getEngine("PyTorch");
  }
}
