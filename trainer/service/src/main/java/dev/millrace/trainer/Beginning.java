package dev.millrace.trainer;

import dev.millrace.model.Initialiser;
import dev.millrace.model.Shapes;
import dev.millrace.runtime.artifacts.ArtifactStore;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.schemas.checkpoint.TrainerState;
import dev.millrace.trainer.torch.TrainedTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a trainer begins: at the last announced checkpoint that is sound, or, where none was ever
 * announced, at weights drawn from the seed. The model is in that state.
 *
 * @param announced the run's checkpoints up to the one that it begins from, in the log's order
 */
record Beginning(TrainerState state, List<CheckpointPublished> announced) {
  private static final Logger LOG = LoggerFactory.getLogger(Beginning.class);

  Beginning {
    announced = List.copyOf(announced);
  }

  /** Whether nothing of the run was there before. */
  boolean isFirst() {
    return announced.isEmpty();
  }

  /**
   * Finds the beginning and puts the model into it. Only right when older trainers are fenced.
   *
   * @param batch what makes a step
   * @throws IOException where checkpoints were announced and not one of them can be read
   * @throws IllegalStateException where the run file has changed what a run cannot change
   */
  static Beginning find(
      TrainerRun run,
      TrainingConfig config,
      String batch,
      Shapes shapes,
      CheckpointFiles files,
      ArtifactStore store,
      Announcements announcements)
      throws IOException {
    List<CheckpointPublished> announced = announcements.checkpoints();
    int attempt = 1 + announcements.lastAttempt(announced, store.names());
    String curriculum = announcements.curriculum();
    if (!announced.isEmpty()) {
      Beginning resumed = lastSound(run, config, batch, files, announced);
      return resumed.takenOver(attempt, precision(config), curriculum).said(files);
    }
    files.model().write(TrainedTensor.WEIGHT, Initialiser.weights(shapes, config.seed()));
    TrainerState start =
        TrainerState.start(
            run.name(),
            attempt,
            config.seed(),
            batch,
            precision(config),
            run.vocabulary().id(),
            curriculum);
    return new Beginning(start, List.of()).said(files);
  }

  private Beginning takenOver(int attempt, String precision, String curriculum) {
    if (!state.precision().equals(precision)) {
      LOG.warn(
          "Trained in {} so far and in {} from here on: losses no longer repeat bit by bit",
          state.precision(),
          precision);
    }
    if (!state.curriculum().equals(curriculum)) {
      LOG.warn(
          "The curriculum topic of run {} is not the one that it was trained on so far",
          state.run());
    }
    return new Beginning(state.takenOver(attempt, precision, curriculum), announced);
  }

  private static String precision(TrainingConfig config) {
    return config.precision().name().toLowerCase(Locale.ROOT);
  }

  private static Beginning lastSound(
      TrainerRun run,
      TrainingConfig config,
      String batch,
      CheckpointFiles files,
      List<CheckpointPublished> announced)
      throws IOException {
    DamagedCheckpointException last = null;
    for (int i = announced.size() - 1; i >= 0; i--) {
      try {
        TrainerState state = load(run, config, batch, files, announced.get(i));
        return new Beginning(state, announced.subList(0, i + 1));
      } catch (DamagedCheckpointException e) {
        LOG.warn(
            "The checkpoint of step {} is damaged, the one before it is tried: {}",
            announced.get(i).getStep(),
            e.getMessage());
        if (last == null) last = e;
      }
    }
    throw new IOException(
        "None of the %d announced checkpoints of run %s can be read; the last: %s"
            .formatted(announced.size(), run.name(), last == null ? "" : last.getMessage()),
        last);
  }

  private static TrainerState load(
      TrainerRun run,
      TrainingConfig config,
      String batch,
      CheckpointFiles files,
      CheckpointPublished announced)
      throws IOException {
    CheckpointDirectory directory = CheckpointDirectory.at(announced.getUri());
    directory.verify(announced.getFiles());
    TrainerState state = directory.state();
    requireSame("tokenizer", state.tokenizer(), run.vocabulary().id());
    requireSame("training.seed", state.seed(), config.seed());
    requireSame("the batch", state.batch(), batch);
    requireSame(
        "model",
        ModelSpec.fromConfigJson(Files.readString(directory.file(CheckpointDirectory.CONFIG))),
        files.spec());
    files.read(directory, state);
    return state;
  }

  private static void requireSame(String what, Object before, Object now) {
    if (before.equals(now)) return;
    throw new IllegalStateException(
        "%s was %s when the run began and is %s now; give a changed run another name"
            .formatted(what, before, now));
  }

  private Beginning said(CheckpointFiles files) {
    LOG.info(
        "Run {}, attempt {}: {} step {}, ordinal {}, {} on {}",
        state.run(),
        state.attempt(),
        isFirst() ? "begins at" : "goes on after",
        state.step(),
        state.nextOrdinal(),
        state.precision(),
        files.model().device());
    return this;
  }
}
