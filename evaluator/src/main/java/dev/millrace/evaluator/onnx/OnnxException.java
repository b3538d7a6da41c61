package dev.millrace.evaluator.onnx;

/** ONNX Runtime cannot load or run a model. */
public final class OnnxException extends RuntimeException {
  OnnxException(String message) {
    super(message);
  }

  OnnxException(String message, Throwable cause) {
    super(message, cause);
  }
}
