package dev.millrace.refinery.language;

import dev.millrace.refinery.language.LanguageIdentifier.Identified;
import dev.millrace.refinery.stage.Rule;
import dev.millrace.refinery.stage.Rules;
import dev.millrace.refinery.stage.Stage;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.runtime.config.Default;
import java.util.List;

/**
 * Which languages are wanted. {@code language.not-allowed} measures the score of a language that is
 * not: none may have more than 0.
 *
 * @param allowed ISO 639-1 codes; empty: every language
 * @param scoreMin how sure the identification must be, 0 to 1
 * @param charactersMax how much of the beginning of a text is looked at, in UTF-16 units
 */
public record Language(
    @Default("[en]") List<String> allowed,
    @Default("0.5") double scoreMin,
    @Default("1_000") int charactersMax) {
  /** The family's name. */
  public static final String NAME = "language";

  public Language {
    allowed = List.copyOf(allowed);
    for (String code : allowed) {
      if (!code.matches("[a-z]{2}")) {
        throw new IllegalArgumentException("allowed takes two-letter codes such as en: " + code);
      }
    }
    if (!(scoreMin >= 0 && scoreMin <= 1)) {
      throw new IllegalArgumentException("scoreMin must be from 0 to 1: " + scoreMin);
    }
    if (charactersMax < 1) {
      throw new IllegalArgumentException("charactersMax must be at least 1: " + charactersMax);
    }
  }

  /** Its rules in the order in which they are judged. */
  public List<Rule> rules() {
    return List.of(Rule.atMost("not-allowed", 0), Rule.atLeast("score-min", scoreMin));
  }

  /** The stage that labels a text with its language and drops the others. */
  public Stage stage(LanguageIdentifier identifier) {
    return text -> judge(text, identifier.identify(beginning(text.text())));
  }

  private String beginning(String text) {
    return text.length() <= charactersMax ? text : text.substring(0, charactersMax);
  }

  private Verdict judge(RefinedText text, Identified found) {
    boolean wanted = allowed.isEmpty() || allowed.contains(found.language());
    return new Rules(NAME, rules())
        .judge("not-allowed", () -> wanted ? 0 : found.score())
        .judge("score-min", found::score)
        .verdict(text.withLanguage(found.language()));
  }
}
