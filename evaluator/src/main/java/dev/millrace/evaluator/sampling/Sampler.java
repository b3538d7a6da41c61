package dev.millrace.evaluator.sampling;

import java.util.Arrays;
import java.util.Comparator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Picks a token: temperature, then the {@code topK} likeliest (Fan et al. 2018, arXiv:1805.04833),
 * then chance.
 *
 * @param temperature divides the logits; 0 always takes the likeliest
 * @param topK how many tokens may be picked; 0 for all
 */
public record Sampler(double temperature, int topK) {
  public Sampler {
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException("temperature must be at least 0: " + temperature);
    }
    if (topK < 0) throw new IllegalArgumentException("topK must be at least 0: " + topK);
  }

  /** The next token; of equally likely ones the lower id comes first. */
  public int pick(float[] logits, RandomGenerator random) {
    int[] candidates = likeliest(logits);
    if (temperature == 0) return candidates[0];
    double[] weights = new double[candidates.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.exp((logits[candidates[i]] - logits[candidates[0]]) / temperature);
    }
    double left = random.nextDouble() * Arrays.stream(weights).sum();
    for (int i = 0; i < weights.length; i++) {
      left -= weights[i];
      if (left < 0) return candidates[i];
    }
    return candidates[0]; // Rounding used the weights up.
  }

  private int[] likeliest(float[] logits) {
    int count = temperature == 0 ? 1 : topK == 0 ? logits.length : Math.min(topK, logits.length);
    if (count == 1) return new int[] {argmax(logits)};
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -logits[i]))
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static int argmax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
    return best;
  }
}
