package dev.millrace.trainer;

import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.schemas.checkpoint.TrainerState;
import java.io.IOException;
import java.util.List;

/**
 * Makes a run the cooldown of another: it begins at a checkpoint of that run, goes on in its
 * training order, and leaves checkpoints of its own, while the other run goes on undisturbed.
 *
 * @param run the other run, under the same topic prefix
 * @param step of an announced checkpoint, at which the learning rate was at its peak
 */
public record Branch(String run, long step) {
  public Branch {
    if (run.isBlank()) throw new IllegalArgumentException("run must be the name of a run");
    if (step < 1) throw new IllegalArgumentException("step must be at least 1: " + step);
  }

  /**
   * Puts the model into the state of the checkpoint.
   *
   * @throws IllegalStateException where there is none, or the learning rate was not the peak
   */
  TrainerState restore(Restorer restorer, Announcements announcements) throws IOException {
    CheckpointPublished checkpoint = checkpoint(announcements);
    double peak = restorer.config().learningRate();
    double learningRate =
        announcements
            .lastTrained(run, step, checkpoint.getAttempt())
            .map(TrainingProgress::getLearningRate)
            .orElseThrow(
                () -> new IllegalStateException("run " + run + " has trained no step by " + step));
    if (learningRate != peak) {
      throw new IllegalStateException(
          ("step %d of run %s was trained at %s and training.learningRate is %s:"
                  + " a cooldown begins where the rate is stable")
              .formatted(step, run, learningRate, peak));
    }
    return restorer.load(checkpoint, restorer.batch());
  }

  /**
   * The checkpoint that it begins from.
   *
   * @throws IllegalStateException where there is none
   */
  CheckpointPublished checkpoint(Announcements announcements) {
    List<CheckpointPublished> announced = announcements.checkpoints(run);
    return announced.stream()
        .filter(checkpoint -> checkpoint.getStep() == step)
        .reduce((earlier, later) -> later)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "run %s has no checkpoint of step %d; it has those of steps %s"
                        .formatted(
                            run,
                            step,
                            announced.stream()
                                .filter(c -> isThere(announcements.run(), c))
                                .map(CheckpointPublished::getStep)
                                .toList())));
  }

  private static boolean isThere(TrainerRun run, CheckpointPublished checkpoint) {
    try {
      return run.artifact(checkpoint).isThere();
    } catch (IllegalArgumentException e) {
      return false; // It was announced where nothing of these artifacts is.
    } catch (IOException e) {
      return true; // As far as anybody knows.
    }
  }
}
