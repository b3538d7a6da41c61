package dev.millrace.model;

import dev.millrace.model.Graph.Input;
import java.util.List;
import java.util.Set;

/**
 * What an architecture consists of and costs, found by running it over shapes alone.
 *
 * @param parameters in the order in which the architecture first names them
 * @param inputs what it must be fed with
 * @param heads what it says, the language model first
 * @param positionParameters values in tables that are looked up by position
 * @param attentionWidth sum over the attention operations of heads * head width
 */
public record Shapes(
    List<Parameter> parameters,
    Set<Input> inputs,
    List<Head> heads,
    long positionParameters,
    long attentionWidth) {

  /**
   * An output: nll shaped as its targets.
   *
   * @param classes of which each target is one
   */
  public record Head(String name, Input targets, long classes) {}

  public Shapes {
    parameters = List.copyOf(parameters);
    inputs = Set.copyOf(inputs);
    heads = List.copyOf(heads);
  }

  /**
   * Runs the architecture over shapes.
   *
   * @throws IllegalArgumentException where two of them do not fit together
   */
  public static Shapes of(Architecture architecture) {
    return ShapeGraph.run(architecture);
  }

  /** All trained values; tied ones count once. */
  public long parameterCount() {
    return parameters.stream().mapToLong(Parameter::elements).sum();
  }

  /** Of all trained values, as float32; tied ones count once. */
  public long bytes() {
    return parameters.stream().mapToLong(Parameter::bytes).sum();
  }

  /**
   * Floating point operations to train on one token, 6 N + 12 L H Q T: N parameters without those
   * of positions, L layers of H heads of width Q, T tokens (Chowdhery et al. 2022,
   * arXiv:2204.02311, appendix B; N as nanoGPT counts it). The backward pass is two forward passes,
   * recomputation is not counted and neither is what a causal mask saves. Where there is a decoder
   * beside an encoder, a token is one of each and both have the length.
   *
   * @param length T, tokens a sequence
   */
  public long trainingFlopsPerToken(int length) {
    return 6 * (parameterCount() - positionParameters) + 12 * attentionWidth * length;
  }

  /**
   * Model FLOPs utilisation, 0 to 1: the share of the hardware's peak that training at this rate
   * uses.
   *
   * @param length tokens a sequence
   * @param tokensPerSecond trained
   * @param peakFlopsPerSecond of the hardware, dense, in the precision of training
   */
  public double modelFlopsUtilization(
      int length, double tokensPerSecond, double peakFlopsPerSecond) {
    return trainingFlopsPerToken(length) * tokensPerSecond / peakFlopsPerSecond;
  }
}
