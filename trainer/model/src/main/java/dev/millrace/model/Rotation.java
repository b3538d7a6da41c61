package dev.millrace.model;

import dev.millrace.schemas.checkpoint.Rope;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How rotary positions turn a head: pair i by position * frequency i.
 *
 * @param frequencies radians a position, one for each pair of the head's dimensions
 * @param magnitude what the turned pairs are multiplied by
 */
public record Rotation(List<Double> frequencies, double magnitude) {
  public Rotation {
    frequencies = List.copyOf(frequencies);
  }

  /** Of heads of an even width. */
  public static Rotation of(Rope rope, int headWidth) {
    List<Double> unscaled =
        IntStream.range(0, headWidth / 2)
            .mapToObj(i -> Math.pow(rope.theta(), -2.0 * i / headWidth))
            .toList();
    Rope.Scaling scaling = rope.scaling();
    if (scaling instanceof Rope.Linear linear) {
      return new Rotation(unscaled.stream().map(f -> f / linear.factor()).toList(), 1);
    }
    if (scaling instanceof Rope.Llama3 llama3) {
      return new Rotation(unscaled.stream().map(f -> llama3(llama3, f)).toList(), 1);
    }
    if (scaling instanceof Rope.Yarn yarn) return yarn(yarn, unscaled, rope.theta());
    return new Rotation(unscaled, 1);
  }

  /** d. */
  public int headWidth() {
    return 2 * frequencies.size();
  }

  private static double llama3(Rope.Llama3 scaling, double frequency) {
    double turns = scaling.originalContextLength() * frequency / (2 * Math.PI);
    double low = scaling.lowFrequencyFactor();
    double kept = clamp((turns - low) / (scaling.highFrequencyFactor() - low));
    return kept * frequency + (1 - kept) * frequency / scaling.factor();
  }

  private static Rotation yarn(Rope.Yarn scaling, List<Double> unscaled, double theta) {
    int pairs = unscaled.size();
    double low = dimension(scaling, scaling.betaFast(), 2 * pairs, theta);
    double high = dimension(scaling, scaling.betaSlow(), 2 * pairs, theta);
    double first = Math.max(scaling.truncate() ? Math.floor(low) : low, 0);
    double last = Math.min(scaling.truncate() ? Math.ceil(high) : high, 2 * pairs - 1);
    double span =
        first == last ? 0.001 : last - first; // As there, so that nothing is divided by 0.
    List<Double> frequencies =
        IntStream.range(0, pairs)
            .mapToObj(
                i -> {
                  double divided = clamp((i - first) / span);
                  double f = unscaled.get(i);
                  return divided * f / scaling.factor() + (1 - divided) * f;
                })
            .toList();
    return new Rotation(frequencies, scaling.attentionFactor());
  }

  /** Which pair turns so often within the original context. */
  private static double dimension(Rope.Yarn scaling, double turns, int headWidth, double theta) {
    double wavelength = scaling.originalContextLength() / turns;
    return headWidth * Math.log(wavelength / (2 * Math.PI)) / (2 * Math.log(theta));
  }

  private static double clamp(double value) {
    return Math.min(1, Math.max(0, value));
  }
}
