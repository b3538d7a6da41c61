package dev.millrace.trainer;

import dev.millrace.runtime.config.Default;
import dev.millrace.schemas.checkpoint.TrainingFaults;
import java.util.List;

/**
 * The run file's {@code training.spikes} section: tells a step whose loss or gradient norm lies
 * many standard deviations above those of the last steps. What it says depends on the values that
 * it is given alone, which are part of the state, so that a resumed run sees the same spikes.
 *
 * @param policy what becomes of a spike
 * @param window trained steps to compare with; before there are so many nothing is a spike
 * @param zScoreMax standard deviations above the mean that are still none; a deviation counts as a
 *     thousandth of the mean at least
 * @param inARowMax so many one after another are spikes; the next is a new level, is trained on and
 *     begins a new window
 */
public record SpikeDetector(
    @Default("none") Policy policy,
    @Default("128") int window,
    @Default("6") double zScoreMax,
    @Default("5") int inARowMax) {
  private static final double DEVIATION_MIN = 1e-3;

  /** What becomes of a spike. */
  public enum Policy {
    NONE,
    /** Its sequences are passed over, before the weights change. */
    SKIP,
    /**
     * Back to the last checkpoint, passing over all sequences from there to the spike (Chowdhery et
     * al. 2022, arXiv:2204.02311, section 5.1).
     */
    REWIND
  }

  public SpikeDetector {
    require(window >= 2, "window must be at least 2: " + window);
    require(zScoreMax > 0, "zScoreMax must be positive: " + zScoreMax);
    require(inARowMax >= 1, "inARowMax must be at least 1: " + inARowMax);
  }

  /** The largest loss that is no spike; infinite where none would be one. */
  double lossMax(TrainingFaults recent) {
    return max(recent, recent.losses());
  }

  /** The largest gradient norm that is no spike; infinite where none would be one. */
  double gradientNormMax(TrainingFaults recent) {
    return max(recent, recent.gradientNorms());
  }

  private double max(TrainingFaults recent, List<Double> values) {
    boolean compares =
        policy != Policy.NONE && values.size() >= window && recent.spikes() < inARowMax;
    if (!compares) return Double.POSITIVE_INFINITY;
    double mean = values.stream().mapToDouble(v -> v).sum() / values.size();
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    double deviation = Math.sqrt(squares / values.size());
    return mean + zScoreMax * Math.max(deviation, DEVIATION_MIN * Math.abs(mean));
  }

  /** What to compare the next steps with, after one that changed the weights. */
  TrainingFaults trained(TrainingFaults recent, double loss, double gradientNorm) {
    if (policy == Policy.NONE) return recent;
    TrainingFaults known = recent.spikes() < inARowMax ? recent : recent.levelled();
    return known.trained(loss, gradientNorm, window);
  }

  private static void require(boolean holds, String problem) {
    if (!holds) throw new IllegalArgumentException(problem);
  }
}
