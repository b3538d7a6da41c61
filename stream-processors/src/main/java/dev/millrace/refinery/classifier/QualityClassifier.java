package dev.millrace.refinery.classifier;

import dev.millrace.refinery.stage.Rule;
import dev.millrace.refinery.stage.Rules;
import dev.millrace.refinery.stage.Stage;
import dev.millrace.runtime.config.Default;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How much a document looks like those that a classifier was taught to be good (as DCLM chose its
 * documents, Li et al. 2024, arXiv:2406.11794). The score is kept as a signal, from which the
 * curriculum takes the document's quality; {@code scoreMin: 0} keeps every document and its score.
 *
 * @param file of {@code millrace classifier train}, relative to the run file; must be there where
 *     the stage is listed
 * @param scoreMin 0 to 1
 */
public record QualityClassifier(Optional<Path> file, @Default("0.5") double scoreMin) {
  /** The family's name. */
  public static final String NAME = "quality-classifier";

  public QualityClassifier {
    if (!(scoreMin >= 0 && scoreMin <= 1)) {
      throw new IllegalArgumentException("scoreMin must be from 0 to 1: " + scoreMin);
    }
  }

  /** With its file looked for in this folder. */
  public QualityClassifier in(Path folder) {
    return new QualityClassifier(file.map(folder::resolve), scoreMin);
  }

  /** Its rules in the order in which they are judged. */
  public List<Rule> rules() {
    return List.of(Rule.atLeast("score-min", scoreMin));
  }

  /**
   * The stage, with the classifier read.
   *
   * @throws InvalidClassifierException naming the file that is none
   */
  public Stage stage() {
    LinearClassifier classifier = ClassifierFile.read(file.orElseThrow());
    return text ->
        new Rules(NAME, rules())
            .judge("score-min", () -> classifier.score(text.foldedWords()))
            .verdict();
  }
}
