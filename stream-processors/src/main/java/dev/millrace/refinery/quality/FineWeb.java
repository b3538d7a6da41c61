package dev.millrace.refinery.quality;

import dev.millrace.refinery.stage.Rule;
import dev.millrace.refinery.stage.Rules;
import dev.millrace.refinery.stage.Stage;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.runtime.config.Default;
import java.util.List;

/**
 * The rules that FineWeb added (Penedo et al. 2024, arXiv:2406.17557) in datatrove's variant: lines
 * are what line feeds separate, without blank ones; of equal lines the first is no duplicate. A
 * text without lines has no punctuation. Words are as in {@link GopherQuality}.
 *
 * @param linePunctuationMin part of the lines that end in a sentence mark of any script; white
 *     space behind it counts as another end
 * @param shortLineCharacters code points up to which a line is short
 * @param shortLinesMax part of the lines that are short
 * @param duplicateLineCharactersMax part of the code points, line feeds not counted
 * @param listRatioMax line feeds a word
 */
public record FineWeb(
    @Default("0.12") double linePunctuationMin,
    @Default("30") int shortLineCharacters,
    @Default("0.67") double shortLinesMax,
    @Default("0.01") double duplicateLineCharactersMax,
    @Default("0.3") double listRatioMax)
    implements Stage {
  /** The family's name. */
  public static final String NAME = "fineweb";

  public FineWeb {
    fraction("linePunctuationMin", linePunctuationMin);
    require(
        shortLineCharacters >= 0,
        "shortLineCharacters must not be negative: ",
        shortLineCharacters);
    fraction("shortLinesMax", shortLinesMax);
    fraction("duplicateLineCharactersMax", duplicateLineCharactersMax);
    require(listRatioMax >= 0, "listRatioMax must not be negative: ", listRatioMax);
  }

  private static void fraction(String key, double value) {
    require(value >= 0 && value <= 1, key + " must be from 0 to 1: ", value);
  }

  private static void require(boolean valid, String otherwise, Number value) {
    if (!valid) throw new IllegalArgumentException(otherwise + value);
  }

  /** Its rules in the order in which they are judged. */
  public List<Rule> rules() {
    return List.of(
        Rule.atLeast("line-punctuation-min", linePunctuationMin),
        Rule.atMost("short-lines-max", shortLinesMax),
        Rule.atMost("duplicate-line-characters-max", duplicateLineCharactersMax),
        Rule.atMost("list-ratio-max", listRatioMax));
  }

  @Override
  public Verdict judge(RefinedText text) {
    LineEnds lines = LineEnds.of(text.text(), shortLineCharacters);
    return new Rules(NAME, rules())
        .judge("line-punctuation-min", lines::punctuatedFraction)
        .judge("short-lines-max", lines::shortFraction)
        .judge("duplicate-line-characters-max", () -> lines.duplicateFraction(text.codePoints()))
        .judge("list-ratio-max", () -> lines.feedsPerWord(text.words().count()))
        .verdict();
  }
}
