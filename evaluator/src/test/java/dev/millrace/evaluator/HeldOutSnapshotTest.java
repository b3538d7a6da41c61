package dev.millrace.evaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.millrace.evaluator.heldout.HeldOutTexts;
import dev.millrace.runtime.artifacts.FolderStore;
import dev.millrace.schemas.KafkaWait;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import dev.millrace.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class HeldOutSnapshotTest {
  private final TestKafka kafka;
  @TempDir private Path directory;
  private TestRun run;
  private Tokenizer tokenizer;

  HeldOutSnapshotTest(TestKafka kafka) {
    this.kafka = kafka;
  }

  @BeforeEach
  void holdOutThreeDocuments() throws Exception {
    run = TestRun.create(kafka.bootstrap(), directory);
    Path file = directory.resolve("tokenizer.json");
    TestModel.writeTokenizer(file);
    tokenizer = Tokenizer.read(file);
    for (String text : List.of("the water", "the wheel", "the stone")) {
      run.holdOut(0, "mill", text);
    }
  }

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void isFrozenWithoutWhatWasTakenBackBefore() throws Exception {
    run.takeBack("the wheel");
    assertEquals(
        Map.of("mill", List.of("the water", "the stone")), get(snapshot(), Optional.empty()));
  }

  @Test
  void isFrozenAnewWithoutADocumentThatIsTakenBack() throws Exception {
    HeldOutSnapshot snapshot = snapshot();
    HeldOutTexts before = snapshot.get(Optional.empty(), tokenizer);
    assertEquals(Map.of("mill", List.of("the water", "the wheel", "the stone")), before.texts());
    run.takeBack("the water");
    HeldOutTexts after = snapshot.get(Optional.of(before.set().id()), tokenizer);
    assertEquals(Map.of("mill", List.of("the wheel", "the stone")), after.texts());
    assertNotEquals(before.set().id(), after.set().id());
    FolderStore store = FolderStore.at(directory.resolve("heldout"));
    assertEquals(List.of(after.set().id()), store.names());
    assertEquals(after, snapshot().get(Optional.of(before.set().id()), tokenizer), "restarted");
    assertEquals(after, snapshot().get(Optional.of(after.set().id()), tokenizer), "restarted");
  }

  @Test
  void staysWhereWhatIsTakenBackIsNotInIt() throws Exception {
    HeldOutSnapshot snapshot = snapshot();
    HeldOutTexts before = snapshot.get(Optional.empty(), tokenizer);
    run.holdOut(1, "mill", "the mill came later");
    run.takeBack("the mill came later");
    assertEquals(before, snapshot.get(Optional.of(before.set().id()), tokenizer));
  }

  private Map<String, List<String>> get(HeldOutSnapshot snapshot, Optional<String> lastSetId)
      throws Exception {
    return snapshot.get(lastSetId, tokenizer).texts();
  }

  private HeldOutSnapshot snapshot() {
    return new HeldOutSnapshot(
        List.of("mill"),
        TestRun.config(""),
        run.topics,
        run.kafka,
        new KafkaWait(() -> false),
        () -> false,
        FolderStore.at(directory.resolve("heldout")));
  }
}
