package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.runtime.artifacts.Artifacts;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerRunTest {
  private static final String NAME = "step-5-attempt-1";

  @TempDir Path directory;

  /** Of a run whose artifacts were in an object store. */
  static CheckpointPublished announcedElsewhere(String run, long step) {
    return CheckpointPublished.newBuilder()
        .setRun(run)
        .setAttempt(1)
        .setStep(step)
        .setTokens(100)
        .setLoss(5)
        .setNextOrdinal(0)
        .setNextOffset(0)
        .setUri("s3://bucket/checkpoints/%s/step-%d-attempt-1/".formatted(run, step))
        .setFiles(Map.of())
        .setModelSpec("{}")
        .setTokenizer("")
        .setPublishedAt(Instant.EPOCH)
        .build();
  }

  @Test
  void aCheckpointThatIsOutOfReachIsAsGoodAsDamaged() throws Exception {
    Vocabulary vocabulary = new Vocabulary(directory, "", 31, 0, Map.of(), Set.of());
    TrainerRun run =
        new TrainerRun("run", new Topics("t."), "", vocabulary, Artifacts.in(directory));
    CheckpointPublished announced = announcedElsewhere("run", 5);
    DamagedCheckpointException e =
        assertThrows(DamagedCheckpointException.class, () -> run.directory(announced));
    assertEquals("not a directory on a file system: " + announced.getUri(), e.getMessage());
    run.checkpoints().publish(NAME, files -> Files.writeString(files.resolve("a.txt"), "a"));
    assertEquals(run.checkpoints().fetch(NAME), run.directory(announced).path());
  }
}
