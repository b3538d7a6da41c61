/** Runs the ONNX models that {@link dev.millrace.model.OnnxModel} writes, in ONNX Runtime. */
@NullMarked
package dev.millrace.evaluator.onnx;

import org.jspecify.annotations.NullMarked;
