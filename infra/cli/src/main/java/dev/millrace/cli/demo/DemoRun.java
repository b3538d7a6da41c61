package dev.millrace.cli.demo;

import dev.millrace.cli.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The demo's run file: a small GPT-2 for two cores.
 *
 * @param steps of training; a tenth of a second to a quarter each on two cores
 */
record DemoRun(long steps) {
  private static final int STEPS_PER_MINUTE = 200;
  private static final int STEPS_MIN = 60;
  private static final int CHECKPOINTS = 6;

  /** As much training as fits beside the rest of the demo. */
  static DemoRun within(double minutes) {
    return new DemoRun(Math.max(STEPS_MIN, Math.round(minutes * STEPS_PER_MINUTE)));
  }

  /**
   * No more training than there is text for: the trainer would wait for ever for its next step.
   *
   * @param sequences packed in all
   */
  DemoRun cappedBy(long sequences, int sequencesPerStep) {
    long affordable = sequences / sequencesPerStep;
    if (affordable >= steps) return this;
    if (affordable < STEPS_MIN) {
      throw new UserError(
          "the corpus gave %d sequences, enough for %d steps; the demo needs %d"
              .formatted(sequences, affordable, STEPS_MIN));
    }
    return new DemoRun(affordable);
  }

  Path write(Path directory) throws IOException {
    try (InputStream template =
        Objects.requireNonNull(DemoRun.class.getResourceAsStream("demo.yaml"))) {
      String yaml =
          new String(template.readAllBytes(), StandardCharsets.UTF_8)
              .replace("MAX_STEPS", Long.toString(steps))
              .replace("SAVE_STEPS", Long.toString(Math.max(1, steps / CHECKPOINTS)));
      return Files.writeString(directory.resolve("run.yaml"), yaml);
    }
  }
}
