package dev.millrace.trainer;

import dev.millrace.schemas.Commands;
import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.ControlCommand;
import dev.millrace.schemas.ControlKind;
import dev.millrace.schemas.ControlOutcome;
import dev.millrace.schemas.SkipList;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.checkpoint.TrainerState;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Obeys commands between two steps. Each is acknowledged in the log before its effect or in one
 * transaction with it, so that a killed trainer's successor neither repeats nor misses it:
 *
 * <ul>
 *   <li>pause, resume: the last acknowledged one holds;
 *   <li>skip: all acknowledged ones hold, for every step from the position at that time on;
 *   <li>checkpoint, cooldown: acknowledged with the announcement.
 * </ul>
 */
final class Controls {
  /** What the trainer obeys. */
  static final Set<ControlKind> KINDS =
      Set.of(
          ControlKind.PAUSE,
          ControlKind.RESUME,
          ControlKind.CHECKPOINT,
          ControlKind.COOLDOWN,
          ControlKind.SKIP);

  private static final Logger LOG = LoggerFactory.getLogger(Controls.class);

  /**
   * The end of a skip lies so many ordinals beyond the position at most. What is skipped does not
   * count as the scheduler's lead: without an end, all there is would be released for nobody.
   */
  static final long SKIP_AHEAD_MAX = 1_000_000;

  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private final TrainerRun run;
  private final TrainingConfig config;
  private final Commands commands;
  private final Ledger ledger;
  private final Checkpoints checkpoints;
  private final Cooldowns cooldowns;
  private final SkipList skips;
  private final TrainerMetrics metrics;
  private final Stop stop;
  private long lookedNanos = System.nanoTime() - LOOK_EVERY.toNanos();
  private boolean paused;

  Controls(
      TrainerRun run,
      TrainingConfig config,
      Commands commands,
      Ledger ledger,
      Checkpoints checkpoints,
      Cooldowns cooldowns,
      SkipList skips,
      TrainerMetrics metrics,
      Stop stop) {
    this.run = run;
    this.config = config;
    this.commands = commands;
    this.ledger = ledger;
    this.checkpoints = checkpoints;
    this.cooldowns = cooldowns;
    this.skips = skips;
    this.metrics = metrics;
    this.stop = stop;
    commands.acknowledged().forEach(this::take);
  }

  /**
   * Passes over what the run that this is a branch of passes over, and writes that down as if it
   * had been told so itself: what that run is told later is not about the branch.
   *
   * @param parents all that was acknowledged there
   */
  void inherit(List<ControlAcknowledged> parents) {
    Set<String> own =
        commands.acknowledged().stream()
            .map(acknowledged -> acknowledged.getCommand().getId())
            .collect(Collectors.toCollection(HashSet::new));
    List<ControlAcknowledged> inherited =
        parents.stream()
            .filter(acknowledged -> acknowledged.getCommand().getKind() == ControlKind.SKIP)
            .filter(acknowledged -> acknowledged.getOutcome() == ControlOutcome.APPLIED)
            .filter(acknowledged -> own.add(acknowledged.getCommand().getId()))
            .toList();
    if (inherited.isEmpty()) return;
    ledger.acknowledge(inherited);
    inherited.forEach(this::take);
  }

  /** Obeys what waits; returns when the run is not paused, or told to stop. */
  void obey(TrainerState state) {
    look();
    obeyAll(state);
    while (paused && !stop.requested()) {
      long start = metrics.time().now();
      commands.await();
      metrics.time().paused(start);
      obeyAll(state);
    }
  }

  /** Whether {@link #obey} has something to do. */
  boolean areWaiting() {
    look();
    return commands.isAnyWaiting();
  }

  private void look() {
    if (System.nanoTime() - lookedNanos < LOOK_EVERY.toNanos()) return;
    commands.look();
    lookedNanos = System.nanoTime();
  }

  private void obeyAll(TrainerState state) {
    Optional<ControlCommand> next = commands.next();
    while (next.isPresent()) {
      obey(next.get(), state);
      next = commands.next();
    }
  }

  private void obey(ControlCommand command, TrainerState state) {
    switch (command.getKind()) {
      case PAUSE, RESUME -> done(applied(command, state));
      case SKIP -> done(skip(command, state));
      case CHECKPOINT -> save(command, state);
      case COOLDOWN ->
          mayNotCool(command, state)
              .ifPresentOrElse(
                  why -> done(refused(command, state, why)), () -> save(command, state));
      case MIXTURE, UNKNOWN -> throw new IllegalStateException(command + " is not the trainer's");
    }
  }

  private ControlAcknowledged skip(ControlCommand command, TrainerState state) {
    Long first = command.getFirstOrdinal();
    Long next = command.getNextOrdinal();
    if (first == null || next == null || first < 0 || next <= first) {
      return refused(command, state, "skip wants ordinals from one to a later one");
    }
    if (next <= state.nextOrdinal()) {
      return refused(
          command, state, "all of them lie before the position, ordinal " + state.nextOrdinal());
    }
    long nextMax = state.nextOrdinal() + SKIP_AHEAD_MAX;
    if (next > nextMax) {
      return refused(
          command,
          state,
          "a skip ends at ordinal %d at the latest now, %d beyond the position; this one at %d"
              .formatted(nextMax - 1, SKIP_AHEAD_MAX, next - 1));
    }
    ControlAcknowledged applied = applied(command, state);
    applied.setOrdinal(Math.max(first, state.nextOrdinal()));
    return applied;
  }

  private Optional<String> mayNotCool(ControlCommand command, TrainerState state) {
    if (config.branch().isPresent()) return Optional.of("the run is a cooldown itself");
    if (state.step() < 1) return Optional.of("nothing is trained yet");
    if (!config.lrSchedulerType().isWsd()) {
      return Optional.of("training.lrSchedulerType is not wsd: its rate falls by itself");
    }
    if (config.schedule().learningRateAt(state.step() - 1) != config.learningRate()) {
      return Optional.of("the learning rate is not at its peak, from where a cooldown begins");
    }
    Long steps = command.getBranchSteps();
    if (steps != null && (steps < 1 || steps > Long.MAX_VALUE - state.step())) {
      return Optional.of("a cooldown cannot take so many steps: " + steps);
    }
    return mayNotBeCalled(branch(command, state));
  }

  /** A branch's name is a run's: a part of topic names, and of paths. */
  private Optional<String> mayNotBeCalled(String branch) {
    if (!Topics.isWord(branch)) {
      return Optional.of(
          "a branch's name is letters, digits, - and _, %d at most: %s"
              .formatted(Topics.WORD_CHARACTERS_MAX, branch));
    }
    if (run.name().equals(branch)) return Optional.of("it needs a name of its own");
    return cooldowns.isTaken(branch)
        ? Optional.of("another run is called that already: " + branch)
        : Optional.empty();
  }

  private String branch(ControlCommand command, TrainerState state) {
    return Optional.ofNullable(command.getBranch())
        .orElse(run.name() + "-cooldown-" + state.step());
  }

  private void save(ControlCommand command, TrainerState state) {
    try {
      take(said(checkpoints.publish(state, saved(command, state))));
    } catch (IOException e) {
      metrics.checkpointFailed();
      done(refused(command, state, "the checkpoint could not be saved: " + e));
    }
  }

  private ControlAcknowledged saved(ControlCommand command, TrainerState state) {
    ControlAcknowledged applied = applied(command, state);
    if (command.getKind() == ControlKind.COOLDOWN) {
      applied.setBranch(branch(command, state));
      applied.setBranchSteps(
          Optional.ofNullable(command.getBranchSteps()).orElse(Math.max(1, state.step() / 10)));
    }
    return applied;
  }

  private static ControlAcknowledged applied(ControlCommand command, TrainerState state) {
    return Commands.applied(command, state.step(), state.nextOrdinal());
  }

  private static ControlAcknowledged refused(
      ControlCommand command, TrainerState state, String why) {
    return Commands.refused(command, state.step(), state.nextOrdinal(), why);
  }

  /** The record first, so that it holds before it has an effect. */
  private void done(ControlAcknowledged acknowledged) {
    ledger.acknowledge(List.of(acknowledged));
    take(said(acknowledged));
  }

  /** What holds from now on, of a record that is in the log. */
  private void take(ControlAcknowledged acknowledged) {
    if (acknowledged.getOutcome() != ControlOutcome.APPLIED) return;
    ControlCommand command = acknowledged.getCommand();
    switch (command.getKind()) {
      case PAUSE -> pause(true);
      case RESUME -> pause(false);
      case SKIP -> skips.add(acknowledged.getOrdinal(), command.getNextOrdinal());
      default -> {} // The rest was over when it was written.
    }
  }

  private void pause(boolean now) {
    paused = now;
    metrics.paused(now);
  }

  private static ControlAcknowledged said(ControlAcknowledged acknowledged) {
    LOG.info(
        "Command {} ({}) at step {}, ordinal {}: {}",
        acknowledged.getCommand().getId(),
        acknowledged.getCommand().getKind(),
        acknowledged.getStep(),
        acknowledged.getOrdinal(),
        Optional.ofNullable(acknowledged.getReason()).orElse(acknowledged.getOutcome().toString()));
    return acknowledged;
  }
}
