package dev.millrace.trainer.torch;

import dev.millrace.model.Parameter;
import java.util.List;
import java.util.function.Predicate;

/**
 * The rule by which gradients change weights: a method of the script and what it is called with.
 *
 * <p>The method takes {@code g}, all gradients; then gradients, parameters, first moments, second
 * moments and step counts (scalars), each divided into the rule's groups; then the norm to clip to,
 * the learning rate, and the rule's constants. It returns the norm before clipping; where that is
 * not finite nothing changes.
 */
public sealed interface Optimizer permits AdamW, Muon {

  /** The method's name. */
  String method();

  /** Script that the method needs and that not every program has; may be empty. */
  String source();

  /** Which parameters are in which group; each is in exactly one. */
  List<Predicate<Parameter>> groups();

  /** What stays the same from step to step. */
  List<Double> constants();
}
