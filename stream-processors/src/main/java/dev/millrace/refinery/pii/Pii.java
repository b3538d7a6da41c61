package dev.millrace.refinery.pii;

import dev.millrace.refinery.stage.Stage;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.Redaction;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.runtime.config.Default;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Replaces personal data. The same text gives the same bytes wherever and however often it comes,
 * and a text that was redacted stays as it is.
 *
 * @param kinds what is looked for
 */
public record Pii(@Default("[email, ipv4, ipv6]") List<Kind> kinds) implements Stage {
  /** The stage's name. */
  public static final String NAME = "pii";

  public Pii {
    kinds = List.copyOf(kinds);
  }

  @Override
  public Verdict judge(RefinedText text) {
    List<Span> spans = withoutOverlap(find(text.text()));
    return spans.isEmpty()
        ? new Verdict.Keep(Map.of())
        : new Verdict.KeepChanged(redacted(text, spans), Map.of());
  }

  private List<Span> find(String text) {
    List<Span> spans = new ArrayList<>();
    if (kinds.contains(Kind.EMAIL)) Emails.find(text, spans);
    if (kinds.contains(Kind.IPV4)) Ipv4.find(text, spans);
    if (kinds.contains(Kind.IPV6)) Ipv6.find(text, spans);
    return spans;
  }

  /** In the order of the text; of two that overlap the one that begins first. */
  private static List<Span> withoutOverlap(List<Span> spans) {
    spans.sort(Comparator.comparingInt(Span::start).thenComparing(Span::kind));
    List<Span> kept = new ArrayList<>();
    int end = 0;
    for (Span span : spans) {
      if (span.start() < end) continue;
      kept.add(span);
      end = span.end();
    }
    return kept;
  }

  private static RefinedText redacted(RefinedText text, List<Span> spans) {
    String before = text.text();
    StringBuilder after = new StringBuilder(before.length());
    List<Redaction> redactions = new ArrayList<>();
    int unit = 0;
    int codePoint = 0;
    for (Span span : spans) {
      int start = codePoint + before.codePointCount(unit, span.start());
      int end = start + before.codePointCount(span.start(), span.end());
      redactions.add(new Redaction(span.kind().label(), start, end));
      after.append(before, unit, span.start()).append(span.kind().replacement());
      unit = span.end();
      codePoint = end;
    }
    after.append(before, unit, before.length());
    return text.withRedactions(after.toString(), redactions);
  }
}
