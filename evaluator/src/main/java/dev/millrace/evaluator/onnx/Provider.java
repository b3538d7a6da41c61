package dev.millrace.evaluator.onnx;

/** What ONNX Runtime computes on. */
public enum Provider {
  CPU,
  /** The first NVIDIA GPU; wants ONNX Runtime's GPU artifact and CUDA 12 libraries. */
  CUDA
}
