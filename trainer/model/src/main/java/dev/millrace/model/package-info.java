/**
 * Each architecture written once over {@link dev.millrace.model.Graph}, and what can be made of it:
 * a TorchScript program to train, an ONNX model to evaluate, a plain Java computation to test them
 * against, shapes and operation counts. Pure: no engine, no Kafka.
 */
@NullMarked
package dev.millrace.model;

import org.jspecify.annotations.NullMarked;
