/**
 * Runs the programs that {@link dev.millrace.model.TorchScript} writes, through DJL's PyTorch
 * engine: weights, gradients and optimizers on a CPU or a GPU.
 */
@NullMarked
package dev.millrace.trainer.torch;

import org.jspecify.annotations.NullMarked;
