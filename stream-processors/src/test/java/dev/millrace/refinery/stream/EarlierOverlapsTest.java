package dev.millrace.refinery.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.refinery.RefineryConfig;
import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Topics;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class EarlierOverlapsTest {
  private static final String EXAM =
      "which of these four rivers of the north carries the most water in spring";

  @TempDir Path folder;

  private record Run(RefineryConfig refinery) {}

  @Test
  void aSetThatIsNewIsCountedOnceOverWhatWasRefinedBefore(TestKafka kafka) throws Exception {
    TestLog log = TestLog.create(kafka);
    refined(log.topics(), log);
    Files.writeString(folder.resolve("exam.txt"), EXAM);
    Files.writeString(folder.resolve("other.txt"), "words that nobody ever wrote ".repeat(5));
    String one = "sets: {exam: exam.txt}";
    assertEquals(Map.of("exam", 2L), overlaps(log, one).count());
    // A commit is answered a little before its records can be read.
    Await.until("known", Duration.ofSeconds(30), () -> overlaps(log, one).count().isEmpty());
    assertEquals(
        Map.of("other", 0L), overlaps(log, "sets: {exam: exam.txt, other: other.txt}").count());
    Files.writeString(folder.resolve("exam.txt"), EXAM + " and in autumn");
    Files.writeString(folder.resolve("copy.txt"), EXAM);
    assertEquals(
        Map.of("exam", 2L, "copy", 2L),
        overlaps(log, "sets: {exam: exam.txt, copy: copy.txt}").count(),
        "one changed, and a new one with the same words");
  }

  private EarlierOverlaps overlaps(TestLog log, String section) {
    String yaml = "refinery: {stages: [contamination], contamination: {%s}}".formatted(section);
    RefineryConfig config = RunFile.parse(yaml, "run.yaml", Run.class).value().refinery();
    return new EarlierOverlaps(log.connection(), log.topics(), config.in(folder));
  }

  private static void refined(Topics topics, TestLog log) throws Exception {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (String text :
        List.of("Nothing at all.", EXAM + "?", "Well: " + EXAM, "no " + EXAM.substring(9))) {
      RefinedDocument document =
          PlainRules.refined(PlainRules.raw(text, "d", text), text, new Origin(0, 0));
      records.add(topics.refined().record(text, document));
    }
    records.add(topics.refined().record(0, "gone", null));
    log.push(records);
  }
}
