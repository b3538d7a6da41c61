package dev.millrace.refinery.extraction;

import dev.millrace.refinery.stage.Rule;
import dev.millrace.refinery.stage.Rules;
import dev.millrace.refinery.stage.Stage;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.Whitespace;
import dev.millrace.runtime.config.Default;
import java.time.Duration;
import java.util.List;

/**
 * The main content of a page; any other text as it is.
 *
 * @param charactersMax UTF-16 units before extraction
 * @param undecodableMax part of them that may be U+FFFD or controls: more is no text
 * @param timeMax for reading one page: a guard against poison, far above what any page takes
 */
public record Extraction(
    @Default("16_777_216") int charactersMax,
    @Default("0.02") double undecodableMax,
    @Default("30s") Duration timeMax)
    implements Stage {
  /** The family's name. */
  public static final String NAME = "extraction";

  public Extraction {
    if (charactersMax < 1) {
      throw new IllegalArgumentException("charactersMax must be at least 1: " + charactersMax);
    }
    if (!(undecodableMax >= 0 && undecodableMax <= 1)) {
      throw new IllegalArgumentException("undecodableMax must be from 0 to 1: " + undecodableMax);
    }
    if (timeMax.isNegative() || timeMax.isZero()) {
      throw new IllegalArgumentException("timeMax must be positive: " + timeMax);
    }
  }

  /** Its rules in the order in which they are judged. */
  public List<Rule> rules() {
    return List.of(
        Rule.atMost("characters-max", charactersMax),
        Rule.atMost("undecodable-max", undecodableMax),
        Rule.atLeast("empty", 1));
  }

  @Override
  public Verdict judge(RefinedText text) {
    Rules rules =
        new Rules(NAME, rules())
            .judge("characters-max", text.text()::length)
            .judge("undecodable-max", () -> undecodable(text.text()));
    if (rules.failed()) return rules.verdict();
    try {
      RefinedText content = text.withText(content(text));
      return rules
          .judge("empty", () -> content.text().length() - Whitespace.count(content.text()))
          .verdict(content);
    } catch (Deadline.Passed passed) {
      return rules.fail("time-limit", passed.seconds(), timeMax.toNanos() / 1e9).verdict();
    }
  }

  private String content(RefinedText text) {
    String mediaType = text.source().mediaType();
    return MediaTypes.isHtml(mediaType)
        ? MainContent.of(text.text(), MediaTypes.isXhtml(mediaType), timeMax)
        : text.text();
  }

  private static double undecodable(String text) {
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\uFFFD' || (c < ' ' && !Whitespace.is(c))) count++;
    }
    return text.isEmpty() ? 0 : (double) count / text.length();
  }
}
