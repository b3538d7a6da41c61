package dev.millrace.trainer;

import dev.millrace.model.Initialiser;
import dev.millrace.model.Shapes;
import dev.millrace.runtime.artifacts.ArtifactStore;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.checkpoint.TrainerState;
import dev.millrace.trainer.torch.ScriptedModel;
import dev.millrace.trainer.torch.TrainedTensor;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a trainer begins: at the last announced checkpoint that is sound, or, where none was ever
 * announced, at the checkpoint that it branches from, at a model from elsewhere or at weights drawn
 * from the seed. The model is in that state.
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
   * @param curriculum Kafka's id of the topic that is trained on
   * @param imported what a new run begins with in place of weights drawn from the seed
   * @throws IOException where checkpoints were announced and not one of them can be read
   * @throws IllegalStateException where the run file has changed what a run cannot change, or names
   *     a branch from where none can begin
   */
  static Beginning find(
      Restorer restorer,
      Shapes shapes,
      ArtifactStore store,
      Announcements announcements,
      String curriculum,
      Optional<ImportedModel> imported)
      throws IOException {
    TrainerRun run = restorer.run();
    TrainingConfig config = restorer.config();
    List<CheckpointPublished> announced = announcements.checkpoints(run.name());
    int attempt = 1 + announcements.lastAttempt(announced, store.names());
    if (!announced.isEmpty()) {
      Restorer.Restored resumed = restorer.last(announced);
      return new Beginning(resumed.state(), resumed.announced())
          .takenOver(attempt, precision(config), curriculum)
          .said(restorer.files());
    }
    if (config.branch().isPresent()) {
      TrainerState parent = config.branch().get().restore(restorer, announcements);
      return new Beginning(parent.branched(run.name(), restorer.ownBatch()), List.of())
          .takenOver(attempt, precision(config), curriculum)
          .said(restorer.files());
    }
    ScriptedModel model = restorer.files().model();
    if (imported.isPresent()) imported.get().load(model, shapes);
    else model.write(TrainedTensor.WEIGHT, Initialiser.weights(shapes, config.seed()));
    TrainerState start =
        TrainerState.start(
            run.name(),
            attempt,
            config.seed(),
            restorer.batch(),
            precision(config),
            run.vocabulary().id(),
            curriculum);
    return new Beginning(start, List.of()).said(restorer.files());
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
