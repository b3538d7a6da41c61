package dev.millrace.refinery.quality;

import dev.millrace.refinery.stage.Rule;
import dev.millrace.refinery.stage.Rules;
import dev.millrace.refinery.stage.Stage;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.runtime.config.Default;
import java.util.List;

/**
 * Length and language score as CCNet has them (Wenzek et al. 2020, arXiv:1911.00359; the thresholds
 * are those of its published code). The score is the one that the language stage measured, not
 * rounded; where that stage did not run there is none to judge.
 *
 * @param charactersMin code points
 * @param languageScoreMin 0 to 1
 */
public record Ccnet(@Default("300") int charactersMin, @Default("0.5") double languageScoreMin)
    implements Stage {
  /** The family's name. */
  public static final String NAME = "ccnet";

  private static final String LANGUAGE_SCORE = "language.score-min";

  public Ccnet {
    if (charactersMin < 0) {
      throw new IllegalArgumentException("charactersMin must not be negative: " + charactersMin);
    }
    if (!(languageScoreMin >= 0 && languageScoreMin <= 1)) {
      throw new IllegalArgumentException(
          "languageScoreMin must be from 0 to 1: " + languageScoreMin);
    }
  }

  /** Its rules in the order in which they are judged. */
  public List<Rule> rules() {
    return List.of(
        Rule.atLeast("characters-min", charactersMin),
        Rule.atLeast("language-score-min", languageScoreMin));
  }

  @Override
  public Verdict judge(RefinedText text) {
    Rules rules = new Rules(NAME, rules()).judge("characters-min", text::codePoints);
    Double score = text.signals().get(LANGUAGE_SCORE);
    if (score != null) rules.judge("language-score-min", () -> score);
    return rules.verdict();
  }
}
