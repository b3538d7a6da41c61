package dev.millrace.schemas.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalDouble;

/**
 * What a trainer knows between two steps, beside weights and optimizer: {@code state.json}.
 *
 * @param attempt which trainer of the run saved it, counted from 1
 * @param step steps done
 * @param tokens target tokens trained on
 * @param loss mean nats per target token of the last step; none before the first
 * @param nextOrdinal the position in the curriculum: the next step's first ordinal
 * @param nextOffset the next offset to read in the curriculum topic
 * @param nonFiniteSteps steps skipped in a row, up to and with the last one
 * @param seed the run's
 * @param precision {@code fp32} or {@code bf16}: what the step computed in
 * @param tokenizer first 16 hex digits of the SHA-256 of tokenizer.json
 */
public record TrainerState(
    String run,
    int attempt,
    long step,
    long tokens,
    OptionalDouble loss,
    long nextOrdinal,
    long nextOffset,
    int nonFiniteSteps,
    long seed,
    String precision,
    String tokenizer) {
  public TrainerState {
    if (step < 0 || tokens < 0 || nextOrdinal < 0 || nextOffset < 0 || nonFiniteSteps < 0) {
      throw new IllegalArgumentException(
          "step %d, tokens %d, position %d at offset %d, %d steps skipped: none may be negative"
              .formatted(step, tokens, nextOrdinal, nextOffset, nonFiniteSteps));
    }
  }

  /**
   * Reads a state.
   *
   * @throws DamagedCheckpointException naming file and field
   */
  public static TrainerState read(Path file) throws IOException {
    JsonFile json = JsonFile.read(file);
    try {
      return new TrainerState(
          json.text("run"),
          json.smallNumber("attempt"),
          json.wholeNumber("step"),
          json.wholeNumber("tokens"),
          json.number("loss"),
          json.wholeNumber("nextOrdinal"),
          json.wholeNumber("nextOffset"),
          json.smallNumber("nonFiniteSteps"),
          json.wholeNumber("seed"),
          json.text("precision"),
          json.text("tokenizer"));
    } catch (IllegalArgumentException e) {
      throw new DamagedCheckpointException(file, e.getMessage(), e);
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
            .put("tokens", tokens);
    loss.ifPresent(value -> json.put("loss", value));
    json.put("nextOrdinal", nextOrdinal)
        .put("nextOffset", nextOffset)
        .put("nonFiniteSteps", nonFiniteSteps)
        .put("seed", seed)
        .put("precision", precision)
        .put("tokenizer", tokenizer);
    JsonFile.write(file, json);
  }
}
