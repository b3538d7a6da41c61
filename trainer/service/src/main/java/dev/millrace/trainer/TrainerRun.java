package dev.millrace.trainer;

import dev.millrace.schemas.Topics;
import java.nio.file.Path;

/**
 * Which run a trainer is for.
 *
 * @param name of the run
 * @param runFile its text as in force, kept with every checkpoint
 * @param artifacts where checkpoints go: {@code checkpoints/NAME/step-N-attempt-A} below it
 */
public record TrainerRun(
    String name, Topics topics, String runFile, Vocabulary vocabulary, Path artifacts) {

  /** The same for every trainer of the run, so that a newer one fences the older. */
  String transactionalId() {
    return topics.prefix() + name + ".trainer";
  }

  Topics.Run own() {
    return topics.run(name);
  }
}
