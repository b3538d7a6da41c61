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

  /** This device, or the CPU where PyTorch finds no GPU. */
  public TorchDevice orCpu() {
    return this == CUDA && engine().getGpuCount() == 0 ? CPU : this;
  }

  /**
   * Whether training in bfloat16 is faster here than in float32, for want of which it is slower.
   */
  public boolean hasFastBfloat16() {
    return switch (orCpu()) {
      case CPU -> CpuFlags.read().haveBfloat16();
      case CUDA -> Integer.parseInt(CudaUtils.getComputeCapability(0)) >= AMPERE;
    };
  }

  /** Whether MKL, to which PyTorch leaves products on a CPU, is slow here. */
  boolean prefersOneDnn() {
    return orCpu() == CPU && CpuFlags.read().isAmd();
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
