package dev.millrace.trainer;

import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import dev.millrace.schemas.checkpoint.TrainerState;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the model into the state of an announced checkpoint, after its files have been compared with
 * what was announced.
 *
 * @param batch what makes a step, and how it changes the weights, of a run that is no branch
 */
record Restorer(TrainerRun run, TrainingConfig config, String batch, CheckpointFiles files) {
  private static final Logger LOG = LoggerFactory.getLogger(Restorer.class);

  /**
   * A restored state.
   *
   * @param announced the checkpoints up to the one that it is from
   */
  record Restored(TrainerState state, List<CheckpointPublished> announced) {}

  /**
   * The last checkpoint that is sound.
   *
   * @throws IOException where there are some and not one of them can be read
   * @throws IllegalStateException where the run file has changed what a run cannot change
   */
  Restored last(List<CheckpointPublished> announced) throws IOException {
    DamagedCheckpointException last = null;
    for (int i = announced.size() - 1; i >= 0; i--) {
      try {
        return new Restored(load(announced.get(i)), announced.subList(0, i + 1));
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

  /**
   * One checkpoint.
   *
   * @throws DamagedCheckpointException where it is not what was announced
   * @throws IllegalStateException where the run file has changed what a run cannot change
   */
  TrainerState load(CheckpointPublished announced) throws IOException {
    return load(announced, ownBatch());
  }

  /** What makes a step of this run: a branch is one for good. */
  String ownBatch() {
    return config.branch().map(branch -> batch + ", " + branch).orElse(batch);
  }

  /** One checkpoint, of this run or of another whose steps are made of this batch. */
  TrainerState load(CheckpointPublished announced, String batch) throws IOException {
    CheckpointDirectory directory = run.directory(announced);
    directory.verify(announced.getFiles());
    TrainerState state = directory.state();
    requireSame("tokenizer", state.tokenizer(), run.vocabulary().id());
    requireSame("training.seed", state.seed(), config.seed());
    requireSame("the batch", state.batch(), batch);
    requireSame("model", directory.spec(), files.spec());
    files.read(directory, state);
    return state;
  }

  private static void requireSame(String what, Object before, Object now) {
    if (before.equals(now)) return;
    throw new IllegalStateException(
        "%s was %s when the run began and is %s now; give a changed run another name"
            .formatted(what, before, now));
  }
}
