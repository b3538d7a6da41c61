package dev.millrace.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunFileTest {
  enum Order {
    ARRIVAL,
    EASY_TO_HARD
  }

  record Phase(Order order, @Default("1M") long untilTokens) {}

  record Training(@Default("100") int steps, @Default("3e-4") double learningRate) {
    Training {
      if (steps < 1) throw new IllegalArgumentException("steps must be at least 1: " + steps);
      if (learningRate > 1) throw new IllegalArgumentException("that is far too fast");
    }
  }

  record Run(
      String name,
      @Default("30s") Duration patience,
      Training training,
      Optional<Path> tokenizer,
      @Default("[]") List<Phase> phases,
      @Default("{speeches: 0.5, code: 0.5}") Map<String, Double> mixture,
      @Default("false") boolean deterministic) {}

  private static Run run(String yaml) {
    return RunFile.parse(yaml, "run.yaml", Run.class).value();
  }

  private static String problems(String yaml) {
    return assertThrows(
            InvalidRunFileException.class, () -> RunFile.parse(yaml, "run.yaml", Run.class))
        .getMessage();
  }

  record Long1(long n) {}

  record Duration1(Duration d) {}

  @Test
  void readsEveryKindOfValue() {
    Run run =
        run(
            """
            name: no
            patience: 5m
            training:
              steps: 2_000
              learningRate: 1e-3
            tokenizer: some/tokenizer.json
            phases:
              - order: easy-to-hard
                untilTokens: 13.9M
              - {order: arrival}
            mixture:
              zebra: 1
              ant: 0.25
            deterministic: true
            """);
    assertEquals(
        new Run(
            "no",
            Duration.ofMinutes(5),
            new Training(2000, 1e-3),
            Optional.of(Path.of("some/tokenizer.json")),
            List.of(new Phase(Order.EASY_TO_HARD, 13_900_000), new Phase(Order.ARRIVAL, 1_000_000)),
            Map.of("zebra", 1.0, "ant", 0.25),
            true),
        run);
    assertEquals(List.of("zebra", "ant"), List.copyOf(run.mixture().keySet()));
  }

  @Test
  void takesDefaultsForWhatTheFileDoesNotSay() {
    assertEquals(
        new Run(
            "x",
            Duration.ofSeconds(30),
            new Training(100, 3e-4),
            Optional.empty(),
            List.of(),
            Map.of("speeches", 0.5, "code", 0.5),
            false),
        run("name: x\ntraining:\nmixture: ~\n"));
  }

  @Test
  void saysWhereEverySettingCameFrom() {
    RunFile<Run> file = RunFile.parse("name: a b\n\ntraining: {steps: 7}\n", "run.yaml", Run.class);
    assertEquals(
        """
        name: "a b" (run.yaml:1)
        patience: 30s (default)
        training.steps: 7 (run.yaml:3)
        training.learningRate: 3e-4 (default)
        phases: [] (default)
        mixture.speeches: 0.5 (default)
        mixture.code: 0.5 (default)
        deterministic: false (default)\
        """,
        file.settings().stream()
            .map(s -> s.path() + ": " + s.value() + " (" + s.source() + ")")
            .collect(Collectors.joining("\n")));
  }

  @Test
  void writesTheEffectiveFileWithTheSourceOfEachValue() {
    RunFile<Run> file =
        RunFile.parse(
            "name: x\nphases: [{order: arrival}, {order: easy-to-hard, untilTokens: 2k}]\n"
                + "mixture: {a.b: 1}",
            "run.yaml",
            Run.class);
    assertEquals(
        """
        name: x  # run.yaml:1
        patience: 30s  # default
        training:
          steps: 100  # default
          learningRate: 3e-4  # default
        phases:
          - order: arrival  # run.yaml:2
            untilTokens: 1M  # default
          - order: easy-to-hard  # run.yaml:2
            untilTokens: 2k  # run.yaml:2
        mixture:
          "a.b": 1  # run.yaml:3
        deterministic: false  # default
        """,
        file.toYaml());
    assertEquals(file.value(), run(file.toYaml()));
  }

  record Everything(List<List<String>> lists, Map<String, List<Phase>> phases) {}

  @Test
  void writesNestedListsSoThatTheyReadBack() {
    RunFile<Everything> file =
        RunFile.parse(
            "lists: [[a, b], [], [c]]\nphases: {\"x y\": [{order: arrival}], z: []}",
            "run.yaml",
            Everything.class);
    assertEquals(file.value(), RunFile.parse(file.toYaml(), "again", Everything.class).value());
  }

  @Test
  void reportsEveryProblemAtOnceWithItsLine() {
    assertEquals(
        """
        run.yaml:3: trainning: is no known key; did you mean training?
        run.yaml: name: is missing and has no default
        run.yaml:1: patience: is a duration with its unit, as 250ms, 30s, 5m, 2h, 7d or PT1M, not "30"
        run.yaml:2: training.steps: steps must be at least 1: 0
        run.yaml:4: tokenizer: is a path
        run.yaml:6: phases[0].order: is one of arrival, easy-to-hard, not "EASY_TO_HARD"
        run.yaml:7: phases[1].order: is missing and has no default
        run.yaml:8: mixture.a: is a number, as 0.1 or 3e-4, not "much"
        run.yaml:9: deterministic: is true or false, not "yes"\
        """,
        problems(
            """
            patience: 30
            training: {steps: 0}
            trainning: 1
            tokenizer: [a]
            phases:
              - order: EASY_TO_HARD
              - untilTokens: 5
            mixture: {a: much}
            deterministic: yes
            """));
  }

  @Refused(key = "turboMode", because = "there is one speed")
  @Refused(key = "fuel", because = "say steps")
  record Engine(@Default("1") int steps) {}

  @ParameterizedTest
  @CsvSource({"turboMode, there is one speed", "turbo_mode, there is one speed", "fuel, say steps"})
  void saysWhyAKeyOfOthersIsRefused(String key, String because) {
    InvalidRunFileException e =
        assertThrows(
            InvalidRunFileException.class,
            () -> RunFile.parse(key + ": 1\n", "run.yaml", Engine.class));
    assertEquals("run.yaml:1: " + key + ": is refused: " + because, e.getMessage());
  }

  @Test
  void readsWordsWithHyphensOrUnderscores() {
    for (String word : List.of("easy-to-hard", "easy_to_hard")) {
      assertEquals(Order.EASY_TO_HARD, RunFile.parse("o: " + word, "o", Order1.class).value().o());
    }
  }

  record Order1(Order o) {}

  @Test
  void putsARefusalThatNamesNoComponentAtItsSection() {
    assertEquals(
        "run.yaml:3: training: that is far too fast",
        problems("name: x\ntraining:\n  learningRate: 3\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "2_000_000, 2000000",
    "64k, 64000",
    "2M, 2000000",
    "1.5G, 1500000000",
    "-3, -3",
    "1e6, 1000000"
  })
  void readsWholeNumbersAsPeopleWriteThem(String text, long expected) {
    assertEquals(expected, RunFile.parse("n: " + text, "n", Long1.class).value().n());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "0x10", "9223372036854775808", "1e999", "k", "_", "1 000", "--1"})
  void refusesWhatIsNoWholeNumber(String text) {
    assertThrows(
        InvalidRunFileException.class, () -> RunFile.parse("n: " + text, "n", Long1.class));
  }

  @ParameterizedTest
  @CsvSource({"250ms, PT0.25S", "30s, PT30S", "5m, PT5M", "2h, PT2H", "7d, PT168H", "PT1M, PT1M"})
  void readsDurations(String text, Duration expected) {
    assertEquals(expected, RunFile.parse("d: " + text, "d", Duration1.class).value().d());
  }

  @Test
  void refusesAKeyThatStandsTwice() {
    assertEquals(
        "run.yaml:3: training.steps: stands twice, first at run.yaml:2",
        problems("training:\n  steps: 1\n  steps: 2\nname: x\n"));
  }

  @Test
  void refusesTagsSoThatNoTextChoosesAClass() {
    assertEquals(
        "run.yaml:1: is not YAML: Global tag is not allowed: tag:yaml.org,2002:java.io.File",
        problems("name: !!java.io.File [x]\n"));
    assertEquals("run.yaml:1: name: has the tag !mine: remove it", problems("name: !mine x\n"));
  }

  @Test
  void refusesAliases() {
    assertEquals(
        "run.yaml:2: tokenizer: is an alias (*name): write the value out",
        problems("name: &a x\ntokenizer: *a\n"));
  }

  @Test
  void refusesTextThatContainsItself() {
    assertEquals(
        "run.yaml:1: phases[0]: is an alias (*name): write the value out",
        problems("phases: &a [*a]\n"));
  }

  @Test
  void refusesAKeyThatIsNoText() {
    assertEquals("run.yaml:1: has a key that is not plain text", problems("[a]: 1\n"));
  }

  @Test
  void refusesWhatIsTooDeepOrTooLarge() {
    assertTrue(problems("[".repeat(1000)).startsWith("run.yaml"));
    assertTrue(problems("name: " + "x".repeat(RunFile.BYTES_MAX)).startsWith("run.yaml: "));
  }

  @Test
  void refusesTextThatIsNoSection() {
    assertEquals("run.yaml:1: is not a list of keys and values", problems("just words"));
    assertEquals(
        "run.yaml:1: training: is a section of keys and values: steps, learningRate",
        problems("training: [1]\nname: x\n"));
  }

  @Test
  void anEmptyFileSaysNothing() {
    assertEquals("run.yaml: name: is missing and has no default", problems(""));
    assertEquals("run.yaml: name: is missing and has no default", problems("# only a comment"));
  }

  record Names(List<String> names) {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no", "null", "", "~", "a: b", "#x", "'", "\"", "a\nb", "\u2028", "- a", "ü", "12:30",
        " a ", "\\"
      })
  void writesTextSoThatItReadsBackTheSame(String text) {
    Setting written =
        RunFile.parse("names: [" + ScalarType.quoted(text) + "]", "n", Names.class)
            .settings()
            .get(0);
    assertEquals(
        List.of(text),
        RunFile.parse("names: [" + written.value() + "]", "n", Names.class).value().names());
  }

  @Test
  void saysTheLineOfASyntaxError() {
    assertEquals("run.yaml:2: is not YAML", problems("name: x\n  y: [\n").substring(0, 23));
  }

  @Test
  void saysThatAFileIsMissingOrNotText(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("run.yaml");
    assertEquals(file + ": does not exist", message(file));
    Files.write(file, new byte[] {(byte) 0xff, 'a'});
    assertEquals(file + ": is not UTF-8 text", message(file));
    assertEquals(directory + ": is a directory", message(directory));
    Files.writeString(file, "name: x", StandardCharsets.UTF_8);
    assertEquals("x", RunFile.read(file, Run.class).value().name());
  }

  private static String message(Path file) {
    return assertThrows(InvalidRunFileException.class, () -> RunFile.read(file, Run.class))
        .getMessage();
  }

  @Test
  void givesDefaultsOrSaysWhichIsMissing() {
    assertEquals(new Training(100, 3e-4), Defaults.of(Training.class));
    assertThrows(IllegalStateException.class, () -> Defaults.of(Run.class));
  }
}
