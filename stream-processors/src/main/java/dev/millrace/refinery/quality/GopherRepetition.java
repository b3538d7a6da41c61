package dev.millrace.refinery.quality;

import dev.millrace.refinery.stage.Rule;
import dev.millrace.refinery.stage.Rules;
import dev.millrace.refinery.stage.Stage;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.runtime.config.Default;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Repetition rules after Gopher (Rae et al. 2021, arXiv:2112.11446, table A1) in datatrove's
 * variant, the one behind FineWeb: of equal lines or paragraphs the first is no duplicate; lines
 * are what any run of line feeds separates, paragraphs what two or more do. Fractions of characters
 * are of all code points of the text, and a text without any goes. Words are as in {@link
 * GopherQuality}.
 *
 * @param duplicateParagraphsMax part of the paragraphs
 * @param duplicateParagraphCharactersMax part of the characters
 * @param duplicateLinesMax part of the lines
 * @param duplicateLineCharactersMax part of the characters
 * @param topGramsMax part of the characters in the most frequent 2-gram, 3-gram, ...; overlaps
 *     count, so that it may be above 1
 * @param duplicateGramsMax part of the characters in 5-grams that occurred before, 6-grams, ...,
 *     overlaps counted once
 */
public record GopherRepetition(
    @Default("0.30") double duplicateParagraphsMax,
    @Default("0.20") double duplicateParagraphCharactersMax,
    @Default("0.30") double duplicateLinesMax,
    @Default("0.20") double duplicateLineCharactersMax,
    @Default("[0.20, 0.18, 0.16]") List<Double> topGramsMax,
    @Default("[0.15, 0.14, 0.13, 0.12, 0.11, 0.10]") List<Double> duplicateGramsMax)
    implements Stage {
  /** The family's name. */
  public static final String NAME = "gopher-repetition";

  private static final int TOP_FIRST = 2;
  private static final int DUPLICATE_FIRST = 5;

  public GopherRepetition {
    topGramsMax = List.copyOf(topGramsMax);
    duplicateGramsMax = List.copyOf(duplicateGramsMax);
    fractions("duplicateParagraphsMax", duplicateParagraphsMax);
    fractions("duplicateParagraphCharactersMax", duplicateParagraphCharactersMax);
    fractions("duplicateLinesMax", duplicateLinesMax);
    fractions("duplicateLineCharactersMax", duplicateLineCharactersMax);
    if (topGramsMax.stream().anyMatch(value -> !(value >= 0))) {
      throw new IllegalArgumentException("topGramsMax must not be negative");
    }
    fractions("duplicateGramsMax", doubles(duplicateGramsMax));
  }

  private static double[] doubles(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void fractions(String key, double... values) {
    if (DoubleStream.of(values).anyMatch(value -> !(value >= 0 && value <= 1))) {
      throw new IllegalArgumentException(key + " must be from 0 to 1");
    }
  }

  /** Its rules in the order in which they are judged. */
  public List<Rule> rules() {
    List<Rule> rules = new ArrayList<>();
    atMost(rules, "duplicate-paragraphs", "duplicateParagraphsMax", duplicateParagraphsMax);
    atMost(
        rules,
        "duplicate-paragraph-characters",
        "duplicateParagraphCharactersMax",
        duplicateParagraphCharactersMax);
    atMost(rules, "duplicate-lines", "duplicateLinesMax", duplicateLinesMax);
    atMost(
        rules,
        "duplicate-line-characters",
        "duplicateLineCharactersMax",
        duplicateLineCharactersMax);
    for (int i = 0; i < topGramsMax.size(); i++) {
      atMost(rules, topGram(TOP_FIRST + i), "topGramsMax", topGramsMax.get(i));
    }
    for (int i = 0; i < duplicateGramsMax.size(); i++) {
      atMost(
          rules, duplicateGram(DUPLICATE_FIRST + i), "duplicateGramsMax", duplicateGramsMax.get(i));
    }
    return rules;
  }

  private static void atMost(List<Rule> rules, String name, String key, double threshold) {
    rules.add(Rule.atMost(name, threshold).by(key));
  }

  private static String topGram(int n) {
    return "top-" + n + "-gram";
  }

  private static String duplicateGram(int n) {
    return "duplicate-" + n + "-gram";
  }

  @Override
  public Verdict judge(RefinedText text) {
    Rules rules = new Rules(NAME, rules());
    if (text.codePoints() == 0) {
      return rules.atLeast("characters-min", 1, text::codePoints).verdict();
    }
    Segments paragraphs = Segments.paragraphs(text.text());
    Segments lines = Segments.lines(text.text());
    rules
        .judge("duplicate-paragraphs", paragraphs::duplicateFraction)
        .judge("duplicate-paragraph-characters", () -> part(paragraphs.duplicateCodePoints(), text))
        .judge("duplicate-lines", lines::duplicateFraction)
        .judge("duplicate-line-characters", () -> part(lines.duplicateCodePoints(), text));
    if (rules.failed()) return rules.verdict();
    NGrams grams = new NGrams(text);
    for (int i = 0; i < topGramsMax.size(); i++) {
      int n = TOP_FIRST + i;
      rules.judge(topGram(n), () -> part(grams.top(n), text));
    }
    for (int i = 0; i < duplicateGramsMax.size(); i++) {
      int n = DUPLICATE_FIRST + i;
      rules.judge(duplicateGram(n), () -> part(grams.repeated(n), text));
    }
    return rules.verdict();
  }

  private static double part(long codePoints, RefinedText text) {
    return (double) codePoints / text.codePoints();
  }
}
