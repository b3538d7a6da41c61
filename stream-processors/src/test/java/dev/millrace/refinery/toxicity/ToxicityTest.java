package dev.millrace.refinery.toxicity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.refinery.Judged;
import dev.millrace.refinery.classifier.InvalidClassifierException;
import dev.millrace.refinery.classifier.Learnt;
import dev.millrace.refinery.stage.Stage;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.Words;
import dev.millrace.runtime.config.Defaults;
import dev.millrace.runtime.config.RunFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ToxicityTest {
  @TempDir Path folder;

  private static Toxicity parse(String yaml) {
    return RunFile.parse(yaml, "run.yaml", Toxicity.class).value();
  }

  private Stage listing(double wordsMax, String entries) throws IOException {
    Files.writeString(folder.resolve("list"), entries);
    return parse("{words: list, wordsMax: %s}".formatted(wordsMax)).in(folder).stage();
  }

  private static double share(List<String> entries, String text) {
    return new WordList(entries).shareOf(Words.of(text));
  }

  @Test
  void keepsTheLargestShareAllowed() throws IOException {
    Stage quarter = listing(0.25, "# comment\n\nsluice\n");
    Judged.by(quarter, "The Sluice is open").kept("toxicity.word-list", 0.25);
    Judged.by(quarter, "a sluice open").dropped("toxicity.word-list", 1 / 3.0, 0.25);
    Judged.by(quarter, "two sluices of sluicegate").kept("toxicity.word-list", 0);
    Judged.by(quarter, "").kept("toxicity.word-list", 0);
  }

  @Test
  void dropsADocumentWithOneWordWhereNoneIsAllowed() throws IOException {
    Stage none = listing(0, "sluice");
    Judged.by(none, "word ".repeat(999) + "SLUÏCE!").dropped("toxicity.word-list", 0.001, 0);
    Judged.by(none, "word ".repeat(999)).kept("toxicity.word-list", 0);
  }

  @Test
  void countsEveryWordOfAPhraseOnce() {
    assertEquals(0.5, share(List.of("mill race"), "a mill race here"));
    assertEquals(0, share(List.of("mill race"), "race mill"), "in this order only");
    assertEquals(0, share(List.of("mill race"), "the mill"), "cut off");
    assertEquals(1, share(List.of("a b", "b c", "b"), "a b c"));
    assertEquals(0.75, share(List.of("a", "a b c"), "a b c d"), "the longest");
    assertEquals(1, share(List.of("a a"), "a a a"));
  }

  @Test
  void findsWordsWhereNoSpacesAre() {
    assertEquals(0.5, share(List.of("水車"), "水車小屋"));
  }

  @Test
  void anEmptyListIsNoRule() throws IOException {
    Judged.by(listing(0, "\n# nothing\n!\n"), "anything").kept("toxicity.word-list", 0);
  }

  @Test
  void hasAShortBuiltInList() {
    Stage usual = Defaults.of(Toxicity.class).stage();
    Judged.by(usual, "what a Piece of Shit").dropped("toxicity.word-list", 0.6, 0.01);
    for (String innocent :
        List.of(
            "Scunthorpe and Penistone",
            "the cock crowed at Shitake dawn over Essex",
            "breast cancer, sex education and gay rights",
            "a chink in the armour; a retarding agent; snigger; niggardly")) {
      Judged.by(usual, innocent).kept("toxicity.word-list", 0);
    }
  }

  @Test
  void judgesByAClassifierWhereThereIsOne() throws IOException {
    Path file = Learnt.file(folder, Map.of("mill", 0.25, "wheel", 0.5, "race", 0.75));
    Stage taught = parse("classifier: " + file.getFileName()).in(folder).stage();
    Judged.by(taught, "wheel").kept("toxicity.classifier", 0.5);
    Verdict.Drop drop = (Verdict.Drop) Judged.by(taught, "race").verdict();
    assertEquals("toxicity.classifier", drop.rule());
    assertEquals(0.75, drop.measured(), 1e-7);
    assertEquals(List.of("toxicity.word-list", "toxicity.classifier"), keys(drop));
    Stage untaught = Defaults.of(Toxicity.class).stage();
    assertEquals(List.of("toxicity.word-list"), keys(Judged.by(untaught, "race").verdict()));
  }

  private static List<String> keys(Verdict verdict) {
    return List.copyOf(verdict.signals().keySet());
  }

  @Test
  void judgesTheListFirst() throws IOException {
    Path file = Learnt.file(folder, Map.of("race", 0.75));
    Path list = Files.writeString(folder.resolve("list"), "race");
    Stage both = new Toxicity(Optional.of(list), 0, Optional.of(file), 0.5).stage();
    Judged.by(both, "race").dropped("toxicity.word-list", 1, 0);
  }

  @Test
  void namesTheFileThatCannotBeRead() {
    UncheckedIOException list =
        assertThrows(
            UncheckedIOException.class, () -> parse("words: absent.txt").in(folder).stage());
    assertTrue(
        list.getMessage().contains(folder.resolve("absent.txt").toString()), list.getMessage());
    InvalidClassifierException classifier =
        assertThrows(
            InvalidClassifierException.class, () -> parse("classifier: absent").in(folder).stage());
    assertTrue(
        classifier.getMessage().contains(folder.resolve("absent").toString()),
        classifier.getMessage());
  }

  @Test
  void refusesThresholdsThatAreNoShares() {
    for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new Toxicity(Optional.empty(), share, Optional.empty(), 0.5));
      assertThrows(
          IllegalArgumentException.class,
          () -> new Toxicity(Optional.empty(), 0.5, Optional.empty(), share));
    }
  }
}
