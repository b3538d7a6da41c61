package dev.millrace.trainer;

import dev.millrace.model.Graph.Input;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.schemas.checkpoint.TrainerState;
import dev.millrace.trainer.torch.ScriptedModel;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The whole training loop. Everything it calls is one class away. */
final class Trainer {
  private final TrainingConfig config;
  private final Schedule schedule;
  private final SpikeDetector spikes;
  private final CurriculumReader curriculum;
  private final ScriptedModel model;
  private final StepLog log;
  private final Checkpoints checkpoints;
  private final Controls controls;
  private final int contextLength;
  private final List<Input> heads;
  private final Stop stop;

  Trainer(
      TrainingConfig config,
      int contextLength,
      List<Input> heads,
      CurriculumReader curriculum,
      ScriptedModel model,
      StepLog log,
      Checkpoints checkpoints,
      Controls controls,
      Stop stop) {
    this.config = config;
    this.contextLength = contextLength;
    this.heads = heads;
    this.schedule = config.schedule();
    this.spikes = config.spikes();
    this.curriculum = curriculum;
    this.model = model;
    this.log = log;
    this.checkpoints = checkpoints;
    this.controls = controls;
    this.stop = stop;
  }

  /** From a state to the end of the run, or to where it was told to stop. */
  TrainerState train(TrainerState state) throws IOException {
    curriculum.seek(state.nextOrdinal(), state.nextOffset()); // The position is the checkpoint's.
    while (!stop.requested() && !config.isDone(state.step())) {
      controls.obey(state); // As long as it is paused.
      StepShape shape = config.shapeOf(state.step(), contextLength);
      Optional<StepBatch> batch = curriculum.take(shape, controls::areWaiting);
      if (batch.isEmpty()) continue; // Told to stop while waiting, or something else.
      state = step(state, batch.get());
      if (checkpoints.isDue(state)) checkpoints.publish(state);
    }
    checkpoints.publishLast(state);
    return state;
  }

  private TrainerState step(TrainerState state, StepBatch batch) throws IOException {
    log.begin();
    long targetTokens = batch.targetTokens();
    if (targetTokens == 0) return skip(state, batch, "no target tokens", new StepLoss(heads), 0);
    StepLoss loss = new StepLoss(heads);
    double[] targets = batch.targets(heads);
    for (int i = 0; i < batch.microbatches().size(); i++) {
      StepBatch.Rows microbatch = batch.microbatches().get(i);
      long seed = Seeds.of(config.seed(), state.step(), i);
      // Over the step's targets, so that every token weighs the same.
      loss.add(microbatch, model.accumulate(microbatch.tensors(), targets, seed));
    }
    if (!Double.isFinite(loss.mean())) {
      model.discard(); // Before the update: the weights stay good.
      loss.acquit(this::isSoundAlone);
      return skip(state, batch, "loss is " + loss.mean(), loss, Double.NaN);
    }
    Optional<Spike> spike = spike(state, loss);
    if (spike.isPresent()) {
      model.discard();
      return passOver(state, batch, loss, spike.get());
    }
    double learningRate = schedule.learningRateAt(state.step());
    double norm = model.update(config.maxGradNorm(), learningRate);
    if (!Double.isFinite(norm)) return skip(state, batch, "gradient norm is " + norm, loss, norm);
    TrainerState next =
        state.trained(
            targetTokens,
            loss.mean(),
            batch.nextOrdinal(),
            batch.nextOffset(),
            spikes.trained(state.faults(), loss.mean(), norm));
    log.trained(next, batch, loss, norm, learningRate);
    return next;
  }

  /** Whether a row's loss is finite where no other row is beside it, as scores are computed. */
  private boolean isSoundAlone(Example row) {
    for (float[] head : model.nllOfHeads(StepBatch.Rows.alone(row).tensors())) {
      for (float nll : head) if (!Float.isFinite(nll)) return false;
    }
    return true;
  }

  /**
   * A step that must not change the weights.
   *
   * @param gradientNorm NaN where the loss was enough to tell
   */
  private record Spike(double gradientNorm, String why) {
    static Spike of(double gradientNorm, String what, double value, double max) {
      return new Spike(
          gradientNorm, String.format(Locale.ROOT, "%s %.4f is above %.4f", what, value, max));
    }
  }

  private Optional<Spike> spike(TrainerState state, StepLoss loss) {
    double lossMax = spikes.lossMax(state.faults());
    if (loss.mean() > lossMax)
      return Optional.of(Spike.of(Double.NaN, "loss", loss.mean(), lossMax));
    double normMax = spikes.gradientNormMax(state.faults());
    if (normMax == Double.POSITIVE_INFINITY) return Optional.empty(); // Not looked for, or not yet.
    double norm = model.gradientNorm();
    return norm > normMax && Double.isFinite(norm)
        ? Optional.of(Spike.of(norm, "gradient norm", norm, normMax))
        : Optional.empty();
  }

  /** A spike: its sequences, or all since the last checkpoint, are never trained on. */
  private TrainerState passOver(TrainerState state, StepBatch batch, StepLoss loss, Spike spike)
      throws IOException {
    boolean rewound = spikes.policy() == SpikeDetector.Policy.REWIND;
    TrainerState from = rewound ? checkpoints.rewind(state) : state;
    String why = rewound ? "%s at step %d".formatted(spike.why(), state.step() + 1) : spike.why();
    TrainerState next = from.spiked(batch.nextOrdinal(), batch.nextOffset(), rewound, why);
    log.skipped(next, batch.since(from.nextOrdinal()), loss, spike.gradientNorm(), why);
    return next;
  }

  /** Recorded with its ordinals; too many in a row end the run. */
  private TrainerState skip(
      TrainerState state, StepBatch batch, String why, StepLoss loss, double norm) {
    TrainerState next = state.skipped(batch.nextOrdinal(), batch.nextOffset(), why);
    TrainingProgress skipped = log.skipped(next, batch, loss, norm, why);
    if (next.nonFiniteSteps() >= config.nonFiniteStepsMax()) {
      throw new IllegalStateException(
          "%d steps in a row changed nothing, the last one step %d, ordinals %d to %d: %s; of %s"
              .formatted(
                  next.nonFiniteSteps(),
                  next.step(),
                  skipped.getFirstOrdinal(),
                  skipped.getNextOrdinal() - 1,
                  why,
                  StepLog.documents(batch, loss)));
    }
    return next;
  }
}
