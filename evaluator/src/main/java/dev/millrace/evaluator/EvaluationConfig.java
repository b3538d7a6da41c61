package dev.millrace.evaluator;

import dev.millrace.evaluator.sampling.Sampler;
import dev.millrace.runtime.config.Default;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The run file's {@code evaluation} section.
 *
 * @param heldOutTokens how much of each domain's held-out text is frozen, in tokens
 * @param heldOutWait how long the first evaluation waits for that much; then what there is is
 *     frozen, as soon as every domain has something
 * @param files further texts to score, by the name that results give them: one document of plain
 *     text, or JSON Lines with a {@code text} each
 * @param stride tokens by which windows move on; absent: the model's context length, the least work
 * @param maskedEvery of a masked model's tokens one in so many is scored, for each takes a pass of
 *     a whole window; 1 for all
 * @param batchTokens tokens that go through the model at once: memory is this times the vocabulary
 * @param prompts texts to continue, to see what the model has learnt
 * @param sampleTokens of each continuation, at most
 * @param temperature of sampling; 0 takes the likeliest token each time
 * @param topK how many of the likeliest tokens sampling chooses from; 0 for all
 * @param sampleSeed makes samples repeat
 * @param newestOnly evaluate the newest checkpoint only and say of the others that they were passed
 *     over
 * @param parityMax by how much the exported model's nll of a token may differ from the trainer's,
 *     relative to the larger of the trainer's and one nat
 * @param provider what to compute on
 * @param threads for one operation on the CPU; 0: as many as there are cores
 */
public record EvaluationConfig(
    @Default("20_000") int heldOutTokens,
    @Default("30s") Duration heldOutWait,
    @Default("{}") Map<String, Path> files,
    Optional<Integer> stride,
    @Default("16") int maskedEvery,
    @Default("2048") int batchTokens,
    @Default("[The]") List<String> prompts,
    @Default("48") int sampleTokens,
    @Default("0.8") double temperature,
    @Default("40") int topK,
    @Default("1") long sampleSeed,
    @Default("false") boolean newestOnly,
    @Default("1e-4") double parityMax,
    @Default("auto") Device provider,
    @Default("0") int threads) {

  /** What to compute on. */
  public enum Device {
    /** CUDA where it works, else the CPU. */
    AUTO,
    CPU,
    /** Nothing else will do. */
    CUDA
  }

  /** Judges every value; the message begins with the key. */
  public EvaluationConfig {
    require(heldOutTokens >= 1, "heldOutTokens must be at least 1: " + heldOutTokens);
    require(!heldOutWait.isNegative(), "heldOutWait must not be negative: " + heldOutWait);
    require(files.keySet().stream().noneMatch(String::isBlank), "files: every file needs a name");
    require(stride.orElse(1) >= 1, "stride must be at least 1: " + stride.orElse(1));
    require(maskedEvery >= 1, "maskedEvery must be at least 1: " + maskedEvery);
    require(batchTokens >= 1, "batchTokens must be at least 1: " + batchTokens);
    require(sampleTokens >= 0, "sampleTokens must be at least 0: " + sampleTokens);
    require(
        temperature >= 0 && Double.isFinite(temperature),
        "temperature must be at least 0: " + temperature);
    require(topK >= 0, "topK must be at least 0: " + topK);
    require(parityMax > 0, "parityMax must be above 0: " + parityMax);
    require(threads >= 0, "threads must be at least 0: " + threads);
    files = Map.copyOf(files);
    prompts = List.copyOf(prompts);
  }

  /** The same with its files found from here, where they are not absolute. */
  public EvaluationConfig relativeTo(Path base) {
    Map<String, Path> found = new TreeMap<>();
    files.forEach((name, file) -> found.put(name, base.resolve(file)));
    return withFiles(found);
  }

  EvaluationConfig withFiles(Map<String, Path> others) {
    return new EvaluationConfig(
        heldOutTokens,
        heldOutWait,
        others,
        stride,
        maskedEvery,
        batchTokens,
        prompts,
        sampleTokens,
        temperature,
        topK,
        sampleSeed,
        newestOnly,
        parityMax,
        provider,
        threads);
  }

  /** How samples are drawn. */
  Sampler sampler() {
    return new Sampler(temperature, topK);
  }

  /** How models are run. */
  ModelOptions model() {
    return new ModelOptions(provider, threads);
  }

  private static void require(boolean holds, String problem) {
    if (!holds) throw new IllegalArgumentException(problem);
  }
}
