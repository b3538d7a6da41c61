package dev.millrace.refinery.contamination;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.SourceDocument;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContaminationTest {
  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("exam.txt"), words("exam", 20));
    Files.writeString(
        folder.resolve("quiz.jsonl"),
        """
        {"question": "%s", "choices": ["yes", {"long": "%s"}], "n": 3}
        {"question": "too short for any n-gram"}
        """
            .formatted(words("ask", 15), words("answer", 14)));
  }

  @Test
  void dropsADocumentThatHasThirteenWordsOfASetUnderTheSetsName() {
    Verdict.Drop drop = dropped("We know that " + words("exam", 13) + " is a question.");
    assertEquals("contamination", drop.stage());
    assertEquals("contamination.ngram", drop.rule());
    assertEquals(1, drop.measured());
    assertEquals(0, drop.threshold());
    assertEquals(Optional.of("exam"), drop.detail());
  }

  @Test
  void keepsADocumentThatHasTwelve() {
    Verdict verdict = judge("We know that " + words("exam", 12) + " is a question.", 0);
    assertInstanceOf(Verdict.Keep.class, verdict);
    assertEquals(Map.of("contamination.ngram", 0.0), verdict.signals());
  }

  @Test
  void everyStringOfJsonLinesIsAText() {
    assertEquals(Optional.of("quiz"), dropped(words("ask", 13)).detail());
    assertEquals(Optional.of("quiz"), dropped(words("answer", 14)).detail());
    assertEquals(2, dropped(words("answer", 14)).measured());
  }

  @Test
  void textsDoNotRunIntoEachOther() {
    String end = words("ask", 15).split(" ", 10)[9];
    assertInstanceOf(Verdict.Keep.class, judge(end + " yes " + words("answer", 6), 0));
  }

  @Test
  void caseAndPunctuationDoNotHide() {
    String text = words("exam", 13).toUpperCase(java.util.Locale.ROOT).replace(" ", ", ");
    assertEquals(1, dropped(text).measured());
  }

  @Test
  void theFirstOverlapNamesTheSet() {
    assertEquals(Optional.of("quiz"), dropped(words("ask", 13) + " " + words("exam", 13)).detail());
  }

  @Test
  void asManyOverlapsAsAllowedAreKeptAndOneMoreIsNot() {
    assertInstanceOf(Verdict.Keep.class, judge(words("exam", 15), 3));
    assertInstanceOf(Verdict.Drop.class, judge(words("exam", 16), 3));
  }

  @Test
  void readsPackedFiles() throws IOException {
    Path packed = folder.resolve("packed.txt.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(words("packed", 13).getBytes(StandardCharsets.UTF_8));
    }
    ContaminationStage stage =
        new Contamination(13, 0, Map.of("p", Path.of("packed.txt.gz"))).in(folder).stage();
    assertEquals(Optional.of("p"), stage.contaminatedBy(words("packed", 13)));
  }

  @Test
  void aFileThatCannotBeReadIsNamed() {
    Contamination missing = new Contamination(13, 0, Map.of("gone", folder.resolve("gone.txt")));
    UncheckedIOException failure = assertThrows(UncheckedIOException.class, missing::stage);
    assertTrue(failure.getMessage().contains("evaluation set gone"), failure.getMessage());
    assertTrue(failure.getMessage().contains("gone.txt"), failure.getMessage());
  }

  @Test
  void itsOwnSetWinsOverAnEvaluationFileOfTheSameName() {
    Contamination own = new Contamination(13, 0, Map.of("a", Path.of("own")));
    assertEquals(
        Map.of("a", Path.of("own"), "b", Path.of("b")),
        own.and(Map.of("a", Path.of("other"), "b", Path.of("b"))).sets());
  }

  private Verdict.Drop dropped(String text) {
    return assertInstanceOf(Verdict.Drop.class, judge(text, 0));
  }

  private Verdict judge(String text, int overlapsMax) {
    Map<String, Path> sets = Map.of("exam", Path.of("exam.txt"), "quiz", Path.of("quiz.jsonl"));
    return new Contamination(13, overlapsMax, sets)
        .in(folder)
        .stage()
        .judge(RefinedText.of(SourceDocument.ofText("id", "d", text), text));
  }

  /** Words that no other name has: letters only, because numbers are all the same. */
  private static String words(String name, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> name + (char) ('a' + i))
        .collect(Collectors.joining(" "));
  }
}
