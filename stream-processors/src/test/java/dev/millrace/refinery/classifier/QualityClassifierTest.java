package dev.millrace.refinery.classifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.refinery.Judged;
import dev.millrace.refinery.text.Words;
import dev.millrace.runtime.config.RunFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QualityClassifierTest {
  @TempDir Path folder;

  private static QualityClassifier parse(String yaml) {
    return RunFile.parse(yaml, "run.yaml", QualityClassifier.class).value();
  }

  @Test
  void dropsBelowTheThreshold() throws IOException {
    Path file = Learnt.file(folder, Map.of("mill", 0.75, "wheel", 0.5, "race", 0.25));
    QualityClassifier half = parse("file: " + file.getFileName()).in(folder);
    double race = ClassifierFile.read(file).score(Words.of("race"));
    assertEquals(0.25, race, 1e-7);
    Judged.by(half.stage(), "race").dropped("quality-classifier.score-min", race, 0.5);
    Judged.by(half.stage(), "wheel").kept("quality-classifier.score-min", 0.5);
    double mill = ClassifierFile.read(file).score(Words.of("mill"));
    Judged.by(half.stage(), "mill").kept("quality-classifier.score-min", mill);
    QualityClassifier atRace = new QualityClassifier(Optional.of(file), race);
    Judged.by(atRace.stage(), "race").kept("quality-classifier.score-min", race);
    QualityClassifier above = new QualityClassifier(Optional.of(file), Math.nextUp(race));
    Judged.by(above.stage(), "race")
        .dropped("quality-classifier.score-min", race, Math.nextUp(race));
  }

  @Test
  void namesTheFileThatIsNotThere() {
    QualityClassifier absent = parse("file: absent.classifier").in(folder);
    InvalidClassifierException e = assertThrows(InvalidClassifierException.class, absent::stage);
    assertTrue(
        e.getMessage().startsWith(folder.resolve("absent.classifier").toString()), e.getMessage());
  }

  @Test
  void refusesThresholdsThatAreNoScores() {
    for (double score : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThrows(
          IllegalArgumentException.class, () -> new QualityClassifier(Optional.empty(), score));
    }
  }
}
