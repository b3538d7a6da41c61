package dev.millrace.schemas.checkpoint;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Rotary positions (Su et al. 2021, arXiv:2104.09864) and what stretches them beyond the context
 * that a model was first trained on: {@code rope_parameters} of a {@code config.json}, or {@code
 * rope_theta} and {@code rope_scaling} of an older one.
 *
 * @param theta base of the wavelengths
 */
public record Rope(double theta, Scaling scaling) {
  private static final double THETA = 10_000;
  private static final double BETA_FAST = 32;
  private static final double BETA_SLOW = 1;

  /** What happens to the frequencies. */
  public sealed interface Scaling {

    /** {@code rope_type} as Hugging Face names it. */
    String type();

    /** What the type needs, in Hugging Face's words. */
    Map<String, Object> settings();
  }

  /** Nothing. */
  public record Unscaled() implements Scaling {
    @Override
    public String type() {
      return "default";
    }

    @Override
    public Map<String, Object> settings() {
      return Map.of();
    }
  }

  /**
   * All of them divided (Chen et al. 2023, arXiv:2306.15595).
   *
   * @param factor at least 1
   */
  public record Linear(double factor) implements Scaling {
    public Linear {
      requireFactor(factor);
    }

    @Override
    public String type() {
      return "linear";
    }

    @Override
    public Map<String, Object> settings() {
      return Map.of("factor", factor);
    }
  }

  /**
   * Those of waves longer than {@code originalContextLength / lowFrequencyFactor} divided, those of
   * waves shorter than {@code originalContextLength / highFrequencyFactor} kept, between them in
   * between (Llama 3.1; Grattafiori et al. 2024, arXiv:2407.21783).
   *
   * @param factor at least 1
   * @param originalContextLength tokens, before stretching
   */
  public record Llama3(
      double factor,
      double lowFrequencyFactor,
      double highFrequencyFactor,
      int originalContextLength)
      implements Scaling {
    public Llama3 {
      requireFactor(factor);
      Bounds.require(
          lowFrequencyFactor > 0 && highFrequencyFactor > lowFrequencyFactor,
          "high_freq_factor must be more than low_freq_factor: %s and %s"
              .formatted(highFrequencyFactor, lowFrequencyFactor));
      requireOriginal(originalContextLength);
    }

    @Override
    public String type() {
      return "llama3";
    }

    @Override
    public Map<String, Object> settings() {
      return Map.of(
          "factor", factor,
          "low_freq_factor", lowFrequencyFactor,
          "high_freq_factor", highFrequencyFactor,
          "original_max_position_embeddings", originalContextLength);
    }
  }

  /**
   * Between division and none by how often a wave turns within the original context, and all of it
   * larger (Peng et al. 2023, arXiv:2309.00071).
   *
   * @param factor at least 1
   * @param originalContextLength tokens, before stretching
   * @param betaFast waves that turn more often are kept
   * @param betaSlow waves that turn less often are divided
   * @param attentionFactor what rotated queries and keys are multiplied by
   * @param truncate the borders to whole dimensions
   */
  public record Yarn(
      double factor,
      int originalContextLength,
      double betaFast,
      double betaSlow,
      double attentionFactor,
      boolean truncate)
      implements Scaling {
    public Yarn {
      requireFactor(factor);
      requireOriginal(originalContextLength);
      Bounds.require(
          betaSlow > 0 && betaFast >= betaSlow,
          "beta_fast must be at least beta_slow: %s and %s".formatted(betaFast, betaSlow));
      Bounds.require(attentionFactor > 0, "attention_factor must be positive: " + attentionFactor);
    }

    /** With the paper's borders and attention factor. */
    public static Yarn of(double factor, int originalContextLength) {
      return new Yarn(
          factor, originalContextLength, BETA_FAST, BETA_SLOW, magnitude(factor, 1), true);
    }

    @Override
    public String type() {
      return "yarn";
    }

    @Override
    public Map<String, Object> settings() {
      return Map.of(
          "factor", factor,
          "original_max_position_embeddings", originalContextLength,
          "beta_fast", betaFast,
          "beta_slow", betaSlow,
          "attention_factor", attentionFactor,
          "truncate", truncate);
    }
  }

  public Rope {
    Bounds.require(theta > 1 && Double.isFinite(theta), "rope_theta must be more than 1: " + theta);
  }

  /** Reads both forms. */
  static Rope from(ConfigJson config, int contextLength) {
    Optional<ConfigJson> parameters =
        config.section("rope_scaling").or(() -> config.section("rope_parameters"));
    double theta = config.number("rope_theta", THETA);
    if (parameters.isEmpty()) return new Rope(theta, new Unscaled());
    ConfigJson rope = parameters.get();
    rope.require(
        rope.number("partial_rotary_factor", 1) == 1, "partial_rotary_factor", "1, all of a head");
    return new Rope(rope.number("rope_theta", theta), scaling(rope, contextLength));
  }

  private static Scaling scaling(ConfigJson rope, int contextLength) {
    String type = rope.text(rope.isAbsent("rope_type") ? "type" : "rope_type");
    return switch (type) {
      case "default" -> new Unscaled();
      case "linear" -> new Linear(rope.number("factor"));
      case "llama3" ->
          new Llama3(
              rope.number("factor"),
              rope.number("low_freq_factor"),
              rope.number("high_freq_factor"),
              original(rope, contextLength));
      case "yarn" -> yarn(rope, contextLength);
      case "dynamic" ->
          throw new IllegalArgumentException(
              "config.json: rope_type \"dynamic\" is not supported: its frequencies change with"
                  + " the length of each sequence, and one graph has but one set"
                  + " (supported: default, linear, llama3, yarn)");
      default ->
          throw new IllegalArgumentException(
              "config.json: rope_type \""
                  + type
                  + "\" is not supported (supported: default, linear, llama3, yarn)");
    };
  }

  private static Yarn yarn(ConfigJson rope, int contextLength) {
    int original = original(rope, contextLength);
    double factor = rope.number("factor", (double) contextLength / original);
    return new Yarn(
        factor,
        original,
        rope.number("beta_fast", BETA_FAST),
        rope.number("beta_slow", BETA_SLOW),
        rope.number("attention_factor", attentionFactor(rope, factor)),
        rope.isAbsentOr("truncate", true));
  }

  /** Section 3.4 of the paper; DeepSeek's two further scales as a ratio. */
  private static double attentionFactor(ConfigJson rope, double factor) {
    double scale = rope.number("mscale", 0);
    double allDimensions = rope.number("mscale_all_dim", 0);
    if (scale == 0 || allDimensions == 0) return magnitude(factor, 1);
    return magnitude(factor, scale) / magnitude(factor, allDimensions);
  }

  private static double magnitude(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  }

  private static int original(ConfigJson rope, int contextLength) {
    String key = "original_max_position_embeddings";
    return rope.isAbsent(key) ? contextLength : rope.integer(key);
  }

  /** Both forms, so that older readers find theirs. */
  void writeTo(Map<String, Object> config) {
    Map<String, Object> scaled = new HashMap<>(scaling.settings());
    scaled.put("rope_type", scaling.type());
    Map<String, Object> all = new HashMap<>(scaled);
    all.put("rope_theta", theta);
    config.put("rope_parameters", new TreeMap<>(all));
    config.put("rope_theta", theta);
    boolean unscaled = scaling instanceof Unscaled;
    config.put("rope_scaling", unscaled ? null : new TreeMap<>(scaled));
  }

  private static void requireFactor(double factor) {
    Bounds.require(factor >= 1 && Double.isFinite(factor), "factor must be at least 1: " + factor);
  }

  private static void requireOriginal(int length) {
    Bounds.require(length >= 1, "original_max_position_embeddings must be at least 1: " + length);
  }
}
