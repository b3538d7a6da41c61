package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that print a line for each line that they read, into a file, watched on a terminal. */
class ProgressBarsTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path directory;

  /** The same line comes again and again until the bar was seen. */
  private void assertBar(String line, String bar, String answer, String... command)
      throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/script")), "no script(1) to make a terminal with");
    Path input = Files.writeString(directory.resolve("input"), line);
    Path end = directory.resolve("end-" + command[0]);
    Path printed = directory.resolve("printed");
    String watched =
        "(while [ ! -e %s ]; do cat %s; done) | $* > %s".formatted(end, input, printed);
    try (ChildJvm child =
        ChildJvm.of(Millrace.class)
            .launcher(List.of("sh", "-c", "exec script -qec \"" + watched + "\" /dev/null", "sh"))
            .environment("TERM", "xterm")
            .arguments(command)
            .start(directory.resolve("terminal"))) {
      Await.until(bar, LONG, () -> !child.isAlive() || child.output().contains(bar));
      Files.createFile(end);
      assertEquals(0, child.awaitExit(LONG), child.output());
      List<String> lines = Files.readAllLines(printed);
      assertTrue(lines.get(lines.size() - 1).startsWith(answer), lines.toString());
    }
  }

  @Test
  void explainShowsHowManyDocumentsAreExplained() throws Exception {
    assertBar(
        "{\"id\": \"a\", \"text\": \"A mill.\"}\n", "explain  ", "{\"id\":\"a\",", "explain", "-");
  }

  @Test
  void encodeShowsHowManyLinesAreEncoded() throws Exception {
    Path tokenizer = directory.resolve("tokenizer.json");
    Path text = Files.writeString(directory.resolve("text"), "A mill by the river.\n".repeat(9));
    Ran learnt =
        Ran.of(
            "tokenizer", "train", "--vocab", "262", "--out", tokenizer.toString(), text.toString());
    assertEquals(0, learnt.exit(), learnt.err());
    assertBar(
        "A mill.\n", "encode  ", "3", "tokenizer", "encode", "--tokenizer", tokenizer.toString());
  }

  private String documents(String word) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String more = "x"; more.length() <= 60; more += "x") {
      lines.append("{\"text\": \"A %s, %s.\"}\n".formatted(word, more));
    }
    return Files.writeString(directory.resolve(word + ".jsonl"), lines).toString();
  }

  @Test
  void scoreShowsHowManyDocumentsAreScored() throws Exception {
    Path classifier = directory.resolve("river.classifier");
    Ran learnt =
        Ran.of(
            "classifier",
            "train",
            "--positive",
            documents("river"),
            "--negative",
            documents("mill"),
            "--buckets",
            "2^8",
            "--out",
            classifier.toString());
    assertEquals(0, learnt.exit(), learnt.err());
    assertBar(
        "{\"id\": \"a\", \"text\": \"A mill.\"}\n",
        "score  ",
        "{\"id\":\"a\",",
        "classifier",
        "score",
        "--classifier",
        classifier.toString(),
        "-");
  }
}
