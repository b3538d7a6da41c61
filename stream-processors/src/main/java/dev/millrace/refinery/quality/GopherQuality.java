package dev.millrace.refinery.quality;

import dev.millrace.refinery.stage.Rule;
import dev.millrace.refinery.stage.Rules;
import dev.millrace.refinery.stage.Stage;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.runtime.config.Default;
import java.util.List;

/**
 * Document length and symbol rules after Gopher (Rae et al. 2021, arXiv:2112.11446, table A1) in
 * datatrove's variant, the one behind FineWeb. Words are {@link RefinedText#words()}, punctuation
 * marks among them; those of punctuation alone are symbols.
 *
 * @param wordsMin non-symbol words
 * @param wordsMax non-symbol words
 * @param meanWordLengthMin code points a non-symbol word
 * @param meanWordLengthMax code points a non-symbol word
 * @param hashRatioMax number signs a word, symbols included
 * @param ellipsisRatioMax ellipses ({@code ...} or U+2026) a word, symbols included
 * @param bulletLinesMax part of the lines that begin with U+2022 or a hyphen
 * @param ellipsisLinesMax part of the lines that end with an ellipsis
 * @param alphabeticWordsMin part of all words that have a letter
 * @param stopWordsMin how many different stop words there must be
 * @param stopWords compared as they are, case included
 */
public record GopherQuality(
    @Default("50") int wordsMin,
    @Default("100_000") int wordsMax,
    @Default("3") double meanWordLengthMin,
    @Default("10") double meanWordLengthMax,
    @Default("0.1") double hashRatioMax,
    @Default("0.1") double ellipsisRatioMax,
    @Default("0.9") double bulletLinesMax,
    @Default("0.3") double ellipsisLinesMax,
    @Default("0.8") double alphabeticWordsMin,
    @Default("2") int stopWordsMin,
    @Default("[the, be, to, of, and, that, have, with]") List<String> stopWords)
    implements Stage {
  /** The family's name. */
  public static final String NAME = "gopher-quality";

  public GopherQuality {
    require(wordsMin >= 1, "wordsMin must be at least 1: " + wordsMin);
    require(wordsMax >= wordsMin, "wordsMax must be at least wordsMin: " + wordsMax);
    require(meanWordLengthMin >= 0, "meanWordLengthMin must not be negative");
    require(
        meanWordLengthMax >= meanWordLengthMin,
        "meanWordLengthMax must be at least meanWordLengthMin: " + meanWordLengthMax);
    require(hashRatioMax >= 0, "hashRatioMax must not be negative");
    require(ellipsisRatioMax >= 0, "ellipsisRatioMax must not be negative");
    require(fraction(bulletLinesMax), "bulletLinesMax must be from 0 to 1: " + bulletLinesMax);
    require(
        fraction(ellipsisLinesMax), "ellipsisLinesMax must be from 0 to 1: " + ellipsisLinesMax);
    require(
        fraction(alphabeticWordsMin),
        "alphabeticWordsMin must be from 0 to 1: " + alphabeticWordsMin);
    stopWords = List.copyOf(stopWords);
    require(
        stopWordsMin >= 0 && stopWordsMin <= stopWords.size(),
        "stopWordsMin must be from 0 to the number of stopWords: " + stopWordsMin);
  }

  private static void require(boolean valid, String otherwise) {
    if (!valid) throw new IllegalArgumentException(otherwise);
  }

  private static boolean fraction(double value) {
    return value >= 0 && value <= 1;
  }

  /** Its rules in the order in which they are judged. */
  public List<Rule> rules() {
    return List.of(
        Rule.atLeast("words-min", wordsMin),
        Rule.atMost("words-max", wordsMax),
        Rule.atLeast("mean-word-length-min", meanWordLengthMin),
        Rule.atMost("mean-word-length-max", meanWordLengthMax),
        Rule.atMost("hash-ratio-max", hashRatioMax),
        Rule.atMost("ellipsis-ratio-max", ellipsisRatioMax),
        Rule.atMost("bullet-lines-max", bulletLinesMax),
        Rule.atMost("ellipsis-lines-max", ellipsisLinesMax),
        Rule.atLeast("alphabetic-words-min", alphabeticWordsMin),
        Rule.atLeast("stop-words-min", stopWordsMin));
  }

  @Override
  public Verdict judge(RefinedText text) {
    WordCounts words = WordCounts.of(text, stopWords);
    LineCounts lines = LineCounts.of(text.text());
    return new Rules(NAME, rules())
        .judge("words-min", words::nonSymbol)
        .judge("words-max", words::nonSymbol)
        .judge("mean-word-length-min", words::meanLength)
        .judge("mean-word-length-max", words::meanLength)
        .judge("hash-ratio-max", () -> words.perWord(lines.hashes()))
        .judge("ellipsis-ratio-max", () -> words.perWord(lines.ellipses()))
        .judge("bullet-lines-max", () -> lines.perLine(lines.bullets()))
        .judge("ellipsis-lines-max", () -> lines.perLine(lines.trailingOff()))
        .judge("alphabetic-words-min", words::alphabeticFraction)
        .judge("stop-words-min", words::distinctStopWords)
        .verdict();
  }
}
