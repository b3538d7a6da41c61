package dev.millrace.schemas.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalDouble;

/**
 * What a trainer knows between two steps, beside weights and optimizer: {@code state.json}.
 *
 * @param attempt which trainer of the run saved it, counted from 1; a rewind counts as another
 * @param step steps done
 * @param tokens target tokens trained on
 * @param optimizerSteps steps that changed the weights
 * @param loss mean nats per target token of the last step that did; none before the first
 * @param nextOrdinal the position in the curriculum: the next step's first ordinal
 * @param nextOffset the next offset to read in the curriculum topic
 * @param nonFiniteSteps steps skipped in a row, up to and with the last one
 * @param seed the run's
 * @param batch which sequences make a step, and how: a change would give other steps
 * @param precision {@code fp32} or {@code bf16}: what the step computed in
 * @param tokenizer first 16 hex digits of the SHA-256 of tokenizer.json
 * @param curriculum Kafka's id of the curriculum topic: another topic of the same name is another
 *     training order
 * @param faults what was skipped, and by what spikes are told
 */
public record TrainerState(
    String run,
    int attempt,
    long step,
    long tokens,
    long optimizerSteps,
    OptionalDouble loss,
    long nextOrdinal,
    long nextOffset,
    int nonFiniteSteps,
    long seed,
    String batch,
    String precision,
    String tokenizer,
    String curriculum,
    TrainingFaults faults) {
  public TrainerState {
    if (step < 0 || tokens < 0 || nextOrdinal < 0 || nextOffset < 0 || nonFiniteSteps < 0) {
      throw new IllegalArgumentException(
          "step %d, tokens %d, position %d at offset %d, %d steps skipped: none may be negative"
              .formatted(step, tokens, nextOrdinal, nextOffset, nonFiniteSteps));
    }
    if (optimizerSteps < 0 || optimizerSteps > step) {
      throw new IllegalArgumentException(
          "optimizerSteps " + optimizerSteps + " of " + step + " steps");
    }
    if (loss.isPresent() && !Double.isFinite(loss.getAsDouble())) {
      throw new IllegalArgumentException("loss must be finite: " + loss.getAsDouble());
    }
  }

  /** Before the first step of a run. */
  public static TrainerState start(
      String run,
      int attempt,
      long seed,
      String batch,
      String precision,
      String tokenizer,
      String curriculum) {
    return new TrainerState(
        run,
        attempt,
        0,
        0,
        0,
        OptionalDouble.empty(),
        0,
        0,
        0,
        seed,
        batch,
        precision,
        tokenizer,
        curriculum,
        TrainingFaults.NONE);
  }

  /** The same place, as the beginning of another run. */
  public TrainerState branched(String newRun, String newBatch) {
    return new TrainerState(
        newRun,
        attempt,
        step,
        tokens,
        optimizerSteps,
        loss,
        nextOrdinal,
        nextOffset,
        nonFiniteSteps,
        seed,
        newBatch,
        precision,
        tokenizer,
        curriculum,
        faults);
  }

  /** The same place, taken over by another trainer. */
  public TrainerState takenOver(int newAttempt, String newPrecision, String newCurriculum) {
    return new TrainerState(
        run,
        newAttempt,
        step,
        tokens,
        optimizerSteps,
        loss,
        nextOrdinal,
        nextOffset,
        nonFiniteSteps,
        seed,
        batch,
        newPrecision,
        tokenizer,
        newCurriculum,
        faults);
  }

  /** After a step that changed the weights. */
  public TrainerState trained(
      long targetTokens,
      double stepLoss,
      long newNextOrdinal,
      long newNextOffset,
      TrainingFaults newFaults) {
    return new TrainerState(
        run,
        attempt,
        step + 1,
        tokens + targetTokens,
        optimizerSteps + 1,
        OptionalDouble.of(stepLoss),
        newNextOrdinal,
        newNextOffset,
        0,
        seed,
        batch,
        precision,
        tokenizer,
        curriculum,
        newFaults);
  }

  /** After a step that changed nothing but the position, since something was not finite. */
  public TrainerState skipped(long newNextOrdinal, long newNextOffset, String why) {
    TrainingFaults.Skip skip =
        new TrainingFaults.Skip(step + 1, nextOrdinal, newNextOrdinal, false, why);
    return passed(newNextOrdinal, newNextOffset, nonFiniteSteps + 1, faults.skipped(skip));
  }

  /**
   * After a step that changed nothing but the position, since it was a spike.
   *
   * @param rewound whether this state is an earlier one, and some of the sequences up to the new
   *     position had been trained on after it
   */
  public TrainerState spiked(long newNextOrdinal, long newNextOffset, boolean rewound, String why) {
    TrainingFaults.Skip skip =
        new TrainingFaults.Skip(step + 1, nextOrdinal, newNextOrdinal, rewound, why);
    return passed(newNextOrdinal, newNextOffset, nonFiniteSteps, faults.spiked(skip));
  }

  private TrainerState passed(
      long newNextOrdinal, long newNextOffset, int newNonFiniteSteps, TrainingFaults newFaults) {
    return new TrainerState(
        run,
        attempt,
        step + 1,
        tokens,
        optimizerSteps,
        loss,
        newNextOrdinal,
        newNextOffset,
        newNonFiniteSteps,
        seed,
        batch,
        precision,
        tokenizer,
        curriculum,
        newFaults);
  }

  /**
   * Reads a state.
   *
   * @throws DamagedCheckpointException naming file and field
   */
  public static TrainerState read(Path file) throws IOException {
    return read(JsonFile.read(file));
  }

  /**
   * What a file holds.
   *
   * @param file named where it is damaged
   * @throws DamagedCheckpointException where it says anything else
   */
  public static TrainerState read(byte[] content, Path file) throws IOException {
    return read(JsonFile.read(content, file));
  }

  private static TrainerState read(JsonFile json) throws IOException {
    try {
      return new TrainerState(
          json.text("run"),
          json.smallNumber("attempt"),
          json.wholeNumber("step"),
          json.wholeNumber("tokens"),
          json.wholeNumber("optimizerSteps"),
          json.number("loss"),
          json.wholeNumber("nextOrdinal"),
          json.wholeNumber("nextOffset"),
          json.smallNumber("nonFiniteSteps"),
          json.wholeNumber("seed"),
          json.text("batch"),
          json.text("precision"),
          json.text("tokenizer"),
          json.text("curriculum"),
          TrainingFaults.read(json, "faults"));
    } catch (IllegalArgumentException e) {
      throw new DamagedCheckpointException(json.file(), e.getMessage(), e);
    }
  }

  /** Writes a new file and forces it to the disk. */
  public void write(Path file) throws IOException {
    ObjectNode json =
        JsonFile.JSON
            .createObjectNode()
            .put("run", run)
            .put("attempt", attempt)
            .put("step", step)
            .put("tokens", tokens)
            .put("optimizerSteps", optimizerSteps);
    loss.ifPresent(value -> json.put("loss", value));
    json.put("nextOrdinal", nextOrdinal)
        .put("nextOffset", nextOffset)
        .put("nonFiniteSteps", nonFiniteSteps)
        .put("seed", seed)
        .put("batch", batch)
        .put("precision", precision)
        .put("tokenizer", tokenizer)
        .put("curriculum", curriculum);
    faults.write(json.putObject("faults"));
    JsonFile.write(file, json);
  }
}
