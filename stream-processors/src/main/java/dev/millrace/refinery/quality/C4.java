package dev.millrace.refinery.quality;

import dev.millrace.refinery.stage.Rule;
import dev.millrace.refinery.stage.Rules;
import dev.millrace.refinery.stage.Stage;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.Sentences;
import dev.millrace.runtime.config.Default;
import java.util.List;

/**
 * Rules of the Colossal Clean Crawled Corpus (Raffel et al. 2020, JMLR 21(140), section 2.2) in
 * datatrove's variant. Line rules remove lines and citations and keep the changed text; document
 * rules look at the lines that are left, from the first to the last. A line with {@code lorem
 * ipsum} or a curly bracket that another rule removes before drops nothing; which of the two comes
 * first in the text decides. Sentences are those of {@link Sentences}.
 *
 * @param terminalPunctuation whether lines go that end in none of {@code . ? ! " '}, or in an
 *     ellipsis; FineWeb turned this off
 * @param wordsPerLineMin lines of fewer words go; white space separates words
 * @param wordLengthMax lines with a word of more code points go
 * @param citations whether Wikipedia's {@code [1]}, {@code [edit]}, {@code [citation needed]} go
 * @param javascript whether lines that mention it go
 * @param policyPhrases lines that have one go, in whatever case
 * @param loremIpsum whether a document that has a line with it goes
 * @param curlyBracket whether a document that has a line with an opening one goes
 * @param sentencesMin in the lines that are left
 */
public record C4(
    @Default("true") boolean terminalPunctuation,
    @Default("3") int wordsPerLineMin,
    @Default("1_000") int wordLengthMax,
    @Default("true") boolean citations,
    @Default("true") boolean javascript,
    @Default(
            "[terms of use, privacy policy, cookie policy, uses cookies, use of cookies, use"
                + " cookies]")
        List<String> policyPhrases,
    @Default("true") boolean loremIpsum,
    @Default("true") boolean curlyBracket,
    @Default("5") int sentencesMin)
    implements Stage {
  /** The family's name. */
  public static final String NAME = "c4";

  public C4 {
    require(wordsPerLineMin >= 0, "wordsPerLineMin must not be negative: " + wordsPerLineMin);
    require(wordLengthMax >= 1, "wordLengthMax must be at least 1: " + wordLengthMax);
    require(sentencesMin >= 0, "sentencesMin must not be negative: " + sentencesMin);
    policyPhrases = List.copyOf(policyPhrases);
    for (String phrase : policyPhrases) {
      require(
          !phrase.isBlank() && phrase.equals(CleanLines.lowerCase(phrase)),
          "policyPhrases must be words in lower case: " + phrase);
    }
  }

  private static void require(boolean valid, String otherwise) {
    if (!valid) throw new IllegalArgumentException(otherwise);
  }

  /** Its rules in the order in which they are judged. */
  public List<Rule> rules() {
    return List.of(
        Rule.atMost("lorem-ipsum", 0),
        Rule.atMost("curly-bracket", 0),
        Rule.atLeast("sentences-min", sentencesMin));
  }

  @Override
  public Verdict judge(RefinedText text) {
    CleanLines lines = CleanLines.of(text.text(), this);
    return new Rules(NAME, rules())
        .judge("lorem-ipsum", lines::loremIpsum)
        .judge("curly-bracket", lines::curlyBrackets)
        .judge("sentences-min", lines::sentences)
        .verdict(text.withText(lines.text()));
  }
}
