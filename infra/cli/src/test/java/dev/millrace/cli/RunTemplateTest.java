package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.millrace.runtime.config.RunFile;
import dev.millrace.trainer.TrainingConfig;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the template offers in comments must work for whoever removes the mark. */
class RunTemplateTest {
  private static final String MARK = "  # ";

  private record Template(TrainingConfig training) {}

  /** The lines of the training section that are settings in comments. */
  static Stream<String> offered() throws Exception {
    return template()
        .lines()
        .dropWhile(line -> !line.equals("training:"))
        .takeWhile(line -> !line.isEmpty())
        .filter(line -> line.matches(MARK + "[A-Za-z]+: .*"))
        .map(line -> line.substring(MARK.length()));
  }

  private static String template() throws Exception {
    try (InputStream in =
        Objects.requireNonNull(RunTemplateTest.class.getResourceAsStream("run.yaml"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @MethodSource("offered")
  void everySettingOfTrainingThatIsOfferedIsOne(String setting) {
    String yaml = "training:\n  maxSteps: 9000\n  " + setting + "\n";
    TrainingConfig plain =
        RunFile.parse("training: {maxSteps: 9000}", "plain", Template.class).value().training();
    assertFalse(
        RunFile.parse(yaml, "run.yaml", Template.class).value().training().equals(plain),
        "changes nothing");
  }

  @Test
  void offersWhatItShould() throws Exception {
    List<String> keys = offered().map(line -> line.substring(0, line.indexOf(':'))).toList();
    assertEquals(
        List.of(
            "lrSchedulerType",
            "branch",
            "optim",
            "maskedLm",
            "denoising",
            "spikes",
            "batchRamp",
            "contextRamp"),
        keys);
  }
}
