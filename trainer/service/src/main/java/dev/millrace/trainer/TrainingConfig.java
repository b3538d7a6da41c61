package dev.millrace.trainer;

import dev.millrace.model.Objective;
import dev.millrace.model.Precision;
import dev.millrace.runtime.config.Default;
import dev.millrace.runtime.config.Defaults;
import dev.millrace.runtime.config.Refused;
import dev.millrace.trainer.torch.AdamW;
import dev.millrace.trainer.torch.Muon;
import dev.millrace.trainer.torch.Optimizer;
import dev.millrace.trainer.torch.TorchDevice;
import java.util.List;
import java.util.Optional;

/**
 * The run file's {@code training} section, in the words of Hugging Face's {@code
 * TrainingArguments}.
 *
 * @param learningRate the peak
 * @param warmupSteps the learning rate grows linearly over so many steps
 * @param lrSchedulerType its course after that
 * @param cooldownFraction of {@code maxSteps}, at the end, in which {@code wsd} decays
 * @param branch makes this run the cooldown of another, from one of its checkpoints to {@code
 *     maxSteps}; {@code cooldownFraction} has no part in it
 * @param minLrRate where a decay ends, as a fraction of the peak
 * @param optim the optimizer; a run keeps it
 * @param muonMomentum of {@code muon}; its other settings are AdamW's
 * @param weightDecay of matrices and embeddings, not of biases and gains
 * @param maxGradNorm clips the gradient's global L2 norm
 * @param perDeviceTrainBatchSize sequences in a microbatch
 * @param gradientAccumulationSteps microbatches in a step
 * @param batchRamp fewer or more microbatches in a step, until a step; in order
 * @param contextRamp sequences cut shorter until a step, in order: of a sequence of n tokens come
 *     ceil(n / length) rows of about equal length, which train each of its tokens once
 * @param maxSteps ends the run; -1: goes on for as long as there is data
 * @param saveSteps a checkpoint every so many steps
 * @param saveTotalLimit so many of the newest checkpoints are kept, beside the best one; at least
 *     2, so that there is one to fall back to
 * @param keepUnevaluated keep every checkpoint until it has been evaluated
 * @param loggingSteps a line in the log every so many steps
 * @param seed of initial weights and dropout
 * @param bf16 linear layers and attention in bfloat16: {@code auto} where the hardware is fast at
 *     it
 * @param fp16 refused
 * @param gradientCheckpointing a fifth more time for less memory
 * @param device what to compute on
 * @param threads on a CPU; 0: one a processor. Losses repeat bit by bit for equal numbers only
 * @param nonFiniteStepsMax so many steps skipped in a row stop the run
 * @param spikes what to do where loss or gradient norm jump
 * @param maskedLm of family bert: which tokens it must find out; BERT's shares unless given
 * @param denoising of family bart: how texts are spoilt; BART's way unless given
 * @param peakTeraflops dense peak of the hardware in the precision of training, for the MFU
 */
@Refused(key = "warmupRatio", because = "a stream has no length; say warmupSteps")
@Refused(key = "numTrainEpochs", because = "a stream has no epochs; say maxSteps")
@Refused(
    key = "perDeviceEvalBatchSize",
    because = "the evaluator is another service; see evaluation")
@Refused(key = "evalSteps", because = "every checkpoint is evaluated; say saveSteps")
@Refused(key = "evalStrategy", because = "every checkpoint is evaluated; say saveSteps")
@Refused(key = "saveStrategy", because = "checkpoints come every saveSteps")
@Refused(key = "loggingStrategy", because = "lines come every loggingSteps")
@Refused(key = "loggingDir", because = "every step is a record of training.progress")
@Refused(key = "reportTo", because = "every step is a record of training.progress")
@Refused(key = "outputDir", because = "checkpoints go below artifacts")
@Refused(key = "resumeFromCheckpoint", because = "a run always goes on from its last checkpoint")
@Refused(key = "ignoreDataSkip", because = "a position is an offset; there is nothing to skip")
@Refused(key = "loadBestModelAtEnd", because = "the best checkpoint is kept and not loaded")
@Refused(key = "pushToHub", because = "checkpoints are directories that from_pretrained opens")
@Refused(key = "deepspeed", because = "one process trains the whole model")
@Refused(key = "fsdp", because = "one process trains the whole model")
@Refused(key = "fsdpConfig", because = "one process trains the whole model")
@Refused(key = "acceleratorConfig", because = "one process trains the whole model")
@Refused(key = "parallelismConfig", because = "one process trains the whole model")
@Refused(key = "fp16FullEval", because = "checkpoints are scored in float32")
@Refused(key = "bf16FullEval", because = "checkpoints are scored in float32")
@Refused(
    key = "tf32",
    because =
        "libtorch reads it from its environment: TORCH_ALLOW_TF32_CUBLAS_OVERRIDE=1 is tf32: true")
@Refused(key = "useCpu", because = "say device: cpu")
@Refused(key = "noCuda", because = "say device: cpu")
@Refused(key = "torchCompile", because = "the model is one scripted call already")
@Refused(key = "autoFindBatchSize", because = "it would make other steps of the same ordinals")
@Refused(key = "groupByLength", because = "the curriculum orders; say curriculum.phases.order")
@Refused(key = "dataSeed", because = "the curriculum orders; its seed is curriculum's")
@Refused(key = "dataloaderNumWorkers", because = "sequences come packed from a topic")
@Refused(key = "dataloaderDropLast", because = "a stream has no last batch")
@Refused(key = "labelSmoothingFactor", because = "losses would not be nats of the text")
@Refused(key = "neftuneNoiseAlpha", because = "it is for fine-tuning")
@Refused(key = "lrSchedulerKwargs", because = "say cooldownFraction and minLrRate")
@Refused(key = "optimArgs", because = "say weightDecay, adamBeta1, adamBeta2, adamEpsilon")
@Refused(key = "adafactor", because = "say optim: adamw_torch_fused or muon")
public record TrainingConfig(
    @Default("6e-4") double learningRate,
    @Default("100") long warmupSteps,
    @Default("wsd") SchedulerType lrSchedulerType,
    @Default("0.2") double cooldownFraction,
    Optional<Branch> branch,
    @Default("0") double minLrRate,
    @Default("adamw_torch_fused") Optim optim,
    @Default("0.95") double muonMomentum,
    @Default("0.1") double weightDecay,
    @Default("0.9") double adamBeta1,
    @Default("0.95") double adamBeta2,
    @Default("1e-8") double adamEpsilon,
    @Default("1") double maxGradNorm,
    @Default("8") int perDeviceTrainBatchSize,
    @Default("1") int gradientAccumulationSteps,
    @Default("[]") List<BatchStage> batchRamp,
    @Default("[]") List<ContextStage> contextRamp,
    @Default("-1") long maxSteps,
    @Default("500") long saveSteps,
    @Default("5") int saveTotalLimit,
    @Default("true") boolean keepUnevaluated,
    @Default("10") long loggingSteps,
    @Default("42") long seed,
    @Default("auto") Bf16 bf16,
    @Default("false") boolean fp16,
    @Default("false") boolean gradientCheckpointing,
    @Default("auto") Device device,
    @Default("0") int threads,
    @Default("10") int nonFiniteStepsMax,
    SpikeDetector spikes,
    Optional<MaskedLmConfig> maskedLm,
    Optional<DenoisingConfig> denoising,
    Optional<Double> peakTeraflops) {

  /** No end. */
  public static final long ENDLESS = -1;

  /**
   * A smaller or larger batch at the beginning.
   *
   * @param untilStep so many steps of the run are done when it ends
   * @param gradientAccumulationSteps microbatches in a step until then
   */
  public record BatchStage(long untilStep, int gradientAccumulationSteps) {
    public BatchStage {
      atLeastOne("untilStep", untilStep);
      atLeastOne("gradientAccumulationSteps", gradientAccumulationSteps);
    }
  }

  /**
   * A shorter context at the beginning.
   *
   * @param untilStep so many steps of the run are done when it ends
   * @param contextLength tokens in a row until then, at most the model's
   */
  public record ContextStage(long untilStep, int contextLength) {
    public ContextStage {
      atLeastOne("untilStep", untilStep);
      require(contextLength >= 2, "contextLength must be at least 2: " + contextLength);
    }
  }

  /** How the learning rate goes on after its warm-up. */
  public enum SchedulerType {
    /** The peak from the first step on, without a warm-up. */
    CONSTANT,
    CONSTANT_WITH_WARMUP,
    LINEAR,
    COSINE,
    /** Warm-up, stable, decay: a stream has no end until one is given. */
    WSD,
    /** The same in Hugging Face's word. */
    WARMUP_STABLE_DECAY;

    boolean isWsd() {
      return this == WSD || this == WARMUP_STABLE_DECAY;
    }

    /** Whether it falls towards an end that must be known. */
    boolean wantsAnEnd() {
      return this == LINEAR || this == COSINE;
    }
  }

  /** The rule by which gradients change weights. */
  public enum Optim {
    ADAMW_TORCH_FUSED,
    /** The same: there is no other AdamW here than the fused one. */
    ADAMW_TORCH,
    /** For the matrices of the layers, with AdamW for all else. */
    MUON
  }

  /** Whether to train in bfloat16. */
  public enum Bf16 {
    AUTO,
    TRUE,
    FALSE
  }

  /** What to compute on. */
  public enum Device {
    /** CUDA where PyTorch finds a GPU, the CPU elsewhere. */
    AUTO,
    CUDA,
    CPU
  }

  public TrainingConfig {
    require(!fp16, "fp16 is not supported: its narrow range loses gradients; bf16 keeps them");
    require(learningRate > 0, "learningRate must be positive: " + learningRate);
    require(warmupSteps >= 0, "warmupSteps must not be negative: " + warmupSteps);
    require(
        cooldownFraction >= 0 && cooldownFraction <= 1,
        "cooldownFraction must be from 0 to 1: " + cooldownFraction);
    require(minLrRate >= 0 && minLrRate <= 1, "minLrRate must be from 0 to 1: " + minLrRate);
    require(
        muonMomentum >= 0 && muonMomentum < 1,
        "muonMomentum must be 0 to less than 1: " + muonMomentum);
    require(weightDecay >= 0, "weightDecay must not be negative: " + weightDecay);
    require(adamBeta1 >= 0 && adamBeta1 < 1, "adamBeta1 must be 0 to less than 1: " + adamBeta1);
    require(adamBeta2 >= 0 && adamBeta2 < 1, "adamBeta2 must be 0 to less than 1: " + adamBeta2);
    require(adamEpsilon > 0, "adamEpsilon must be positive: " + adamEpsilon);
    require(maxGradNorm > 0, "maxGradNorm must be positive: " + maxGradNorm);
    atLeastOne("perDeviceTrainBatchSize", perDeviceTrainBatchSize);
    atLeastOne("gradientAccumulationSteps", gradientAccumulationSteps);
    requireGrowing("batchRamp", batchRamp.stream().map(BatchStage::untilStep).toList());
    requireGrowing("contextRamp", contextRamp.stream().map(ContextStage::untilStep).toList());
    require(
        maxSteps == ENDLESS || maxSteps >= 1, "maxSteps must be at least 1, or -1: " + maxSteps);
    atLeastOne("saveSteps", saveSteps);
    require(saveTotalLimit >= 2, "saveTotalLimit must be at least 2: " + saveTotalLimit);
    atLeastOne("loggingSteps", loggingSteps);
    require(threads >= 0, "threads must not be negative: " + threads);
    atLeastOne("nonFiniteStepsMax", nonFiniteStepsMax);
    peakTeraflops.ifPresent(peak -> require(peak > 0, "peakTeraflops must be positive: " + peak));
    if (branch.isPresent()) {
      requireCooldown(branch.get(), lrSchedulerType, warmupSteps, maxSteps);
    } else {
      requireRoom(lrSchedulerType, warmupSteps, maxSteps, cooldownFraction);
    }
  }

  private static void requireRoom(
      SchedulerType type, long warmupSteps, long maxSteps, double cooldownFraction) {
    boolean endless = maxSteps == ENDLESS;
    require(
        !endless || !type.wantsAnEnd(),
        "maxSteps must be given, since lrSchedulerType " + type + " decays towards it");
    long cooldown = type.isWsd() ? cooldownSteps(maxSteps, cooldownFraction) : 0;
    require(
        endless || warmupSteps + cooldown <= maxSteps,
        "warmupSteps do not fit: %d of warm-up and %d of cooldown into maxSteps %d"
            .formatted(warmupSteps, cooldown, maxSteps));
  }

  private static void requireCooldown(
      Branch branch, SchedulerType type, long warmupSteps, long maxSteps) {
    require(type.isWsd(), "branch wants lrSchedulerType wsd: " + type);
    require(
        maxSteps > branch.step(),
        "branch wants maxSteps, where its cooldown ends, after step %d: %d"
            .formatted(branch.step(), maxSteps));
    require(
        warmupSteps <= branch.step(),
        "branch begins at step %d within the warm-up of %d".formatted(branch.step(), warmupSteps));
  }

  private static long cooldownSteps(long maxSteps, double cooldownFraction) {
    return Math.round(maxSteps * cooldownFraction);
  }

  private static void requireGrowing(String ramp, List<Long> untilSteps) {
    for (int i = 1; i < untilSteps.size(); i++) {
      require(
          untilSteps.get(i) > untilSteps.get(i - 1),
          ramp + " must go from earlier steps to later ones: " + untilSteps);
    }
  }

  /** What a step takes from the curriculum, at most. */
  public int sequencesPerStep() {
    int microbatches =
        batchRamp.stream()
            .mapToInt(BatchStage::gradientAccumulationSteps)
            .reduce(gradientAccumulationSteps, Math::max);
    return Math.multiplyExact(perDeviceTrainBatchSize, microbatches);
  }

  /**
   * What makes a step.
   *
   * @param step steps done before it: 0 for the first
   * @param contextLength the model's
   */
  StepShape shapeOf(long step, int contextLength) {
    int microbatches =
        batchRamp.stream()
            .filter(stage -> step < stage.untilStep)
            .map(BatchStage::gradientAccumulationSteps)
            .findFirst()
            .orElse(gradientAccumulationSteps);
    int length =
        contextRamp.stream()
            .filter(stage -> step < stage.untilStep)
            .map(ContextStage::contextLength)
            .findFirst()
            .orElse(contextLength);
    return new StepShape(perDeviceTrainBatchSize, microbatches, length);
  }

  /**
   * Refuses what does not fit the rest of a run file.
   *
   * @param run its name
   * @throws IllegalArgumentException naming the setting
   */
  public void check(String run, ModelConfig model) {
    branch.ifPresent(
        from ->
            require(
                !from.run().equals(run),
                "training.branch.run is this run itself, %s; give the branch a name of its own"
                    .formatted(run)));
    for (ContextStage stage : contextRamp) {
      require(
          stage.contextLength <= model.contextLength(),
          "training.contextRamp must not go beyond model.contextLength, %d: %d"
              .formatted(model.contextLength(), stage.contextLength));
      require(
          stage.contextLength >= model.contextLengthMin(),
          "training.contextRamp must leave room for marks and text, %d tokens at least: %d"
              .formatted(model.contextLengthMin(), stage.contextLength));
    }
    require(
        maskedLm.isEmpty() || model.family() == ModelConfig.Family.BERT,
        "training.maskedLm is a setting of model.family bert");
    require(
        denoising.isEmpty() || model.family() == ModelConfig.Family.BART,
        "training.denoising is a setting of model.family bart");
    int leastSequences =
        perDeviceTrainBatchSize
            * Math.min(
                gradientAccumulationSteps,
                batchRamp.stream()
                    .mapToInt(BatchStage::gradientAccumulationSteps)
                    .min()
                    .orElse(gradientAccumulationSteps));
    require(
        leastSequences >= 2 || model.family() != ModelConfig.Family.BERT,
        "training.perDeviceTrainBatchSize must make steps of 2 sequences at least for family bert,"
            + " which pairs each with another");
  }

  MaskedLmConfig maskedLmOrDefault() {
    return maskedLm.orElseGet(() -> Defaults.of(MaskedLmConfig.class));
  }

  DenoisingConfig denoisingOrDefault() {
    return denoising.orElseGet(() -> Defaults.of(DenoisingConfig.class));
  }

  /** The settings of an objective that has any: a run keeps them. */
  Optional<Record> settingsOf(Objective objective) {
    return switch (objective) {
      case CAUSAL -> Optional.empty();
      case MASKED -> Optional.of(maskedLmOrDefault());
      case DENOISING -> Optional.of(denoisingOrDefault());
    };
  }

  /** Whether so many steps are all of the run. */
  boolean isDone(long steps) {
    return maxSteps != ENDLESS && steps >= maxSteps;
  }

  Schedule schedule() {
    return switch (lrSchedulerType) {
      case CONSTANT -> Schedule.constant(learningRate, 0);
      case CONSTANT_WITH_WARMUP -> Schedule.constant(learningRate, warmupSteps);
      case LINEAR -> Schedule.linear(learningRate, warmupSteps, maxSteps, minLrRate);
      case COSINE -> Schedule.cosine(learningRate, warmupSteps, maxSteps, minLrRate);
      case WSD, WARMUP_STABLE_DECAY ->
          maxSteps == ENDLESS
              ? Schedule.constant(learningRate, warmupSteps)
              : Schedule.wsd(
                  learningRate,
                  warmupSteps,
                  maxSteps,
                  branch
                      .map(from -> maxSteps - from.step())
                      .orElse(cooldownSteps(maxSteps, cooldownFraction)),
                  minLrRate);
    };
  }

  Optimizer optimizer() {
    AdamW adamW = new AdamW(adamBeta1, adamBeta2, adamEpsilon, weightDecay);
    return switch (optim) {
      case ADAMW_TORCH_FUSED, ADAMW_TORCH -> adamW;
      case MUON -> new Muon(muonMomentum, adamW);
    };
  }

  /**
   * What to compute on here.
   *
   * @throws IllegalStateException where a GPU is asked for and there is none
   */
  TorchDevice torchDevice() {
    return switch (device) {
      case AUTO -> TorchDevice.best();
      case CPU -> TorchDevice.CPU;
      case CUDA -> {
        if (TorchDevice.CUDA.isThere()) yield TorchDevice.CUDA;
        throw new IllegalStateException(
            "training.device is cuda, and PyTorch finds no GPU here; auto would take the CPU");
      }
    };
  }

  Precision precision() {
    return switch (bf16) {
      case TRUE -> Precision.BF16;
      case FALSE -> Precision.FP32;
      case AUTO -> torchDevice().hasFastBfloat16() ? Precision.BF16 : Precision.FP32;
    };
  }

  int threadCount() {
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }

  private static void atLeastOne(String name, long value) {
    require(value >= 1, name + " must be at least 1: " + value);
  }

  private static void require(boolean holds, String problem) {
    if (!holds) throw new IllegalArgumentException(problem);
  }
}
