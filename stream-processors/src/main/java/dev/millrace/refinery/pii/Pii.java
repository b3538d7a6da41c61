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
import java.util.TreeMap;

/**
 * Replaces personal data. The same text gives the same bytes wherever and however often it comes,
 * and a text that was redacted stays as it is, as long as its data had words between. Signals say
 * how many there were of each kind, {@code pii.email} for example.
 *
 * @param kinds what is looked for
 * @param phoneRegions whose telephone numbers are known without their country code, for example US
 *     (CLDR region codes); with none only those that begin with a plus
 */
public record Pii(
    @Default("[email, ipv4, ipv6]") List<Kind> kinds, @Default("[]") List<String> phoneRegions)
    implements Stage {
  /** The stage's name. */
  public static final String NAME = "pii";

  public Pii {
    kinds = List.copyOf(kinds);
    phoneRegions = List.copyOf(phoneRegions);
    for (String region : phoneRegions) {
      if (!PhoneNumbers.regions().contains(region)) {
        throw new IllegalArgumentException("phoneRegions has " + region + ", which is no region");
      }
    }
  }

  @Override
  public Verdict judge(RefinedText text) {
    List<Span> spans = withoutOverlap(find(text.text()));
    return spans.isEmpty()
        ? new Verdict.Keep(Map.of())
        : new Verdict.KeepChanged(redacted(text, spans), counts(spans));
  }

  /** How many there are of each kind that there is. */
  private static Map<String, Double> counts(List<Span> spans) {
    Map<String, Double> counts = new TreeMap<>();
    for (Span span : spans) counts.merge(NAME + "." + span.kind().label(), 1.0, Double::sum);
    return counts;
  }

  private List<Span> find(String text) {
    List<Span> spans = new ArrayList<>();
    for (Kind kind : kinds) find(kind, text, spans);
    return spans;
  }

  private void find(Kind kind, String text, List<Span> spans) {
    switch (kind) {
      case EMAIL -> Emails.find(text, spans);
      case IPV4 -> Ipv4.find(text, spans);
      case IPV6 -> Ipv6.find(text, spans);
      case PRIVATE_KEY -> PrivateKeys.find(text, spans);
      case API_KEY -> {
        ApiKeys.find(text, spans);
        JsonWebTokens.find(text, spans);
      }
      case IBAN -> Ibans.find(text, spans);
      case PAYMENT_CARD -> PaymentCards.find(text, spans);
      case US_SSN -> SocialSecurityNumbers.find(text, spans);
      case PHONE -> PhoneNumbers.find(text, phoneRegions, spans);
    }
  }

  /**
   * In the order of the text. What overlaps is one, of the kind of what begins first or else is
   * longer: left beside a replacement, the rest of a match might become another.
   */
  private static List<Span> withoutOverlap(List<Span> spans) {
    spans.sort(
        Comparator.comparingInt(Span::start)
            .thenComparing(Span::end, Comparator.reverseOrder())
            .thenComparing(Span::kind));
    List<Span> merged = new ArrayList<>();
    for (Span span : spans) {
      int last = merged.size() - 1;
      if (last < 0 || span.start() >= merged.get(last).end()) {
        merged.add(span);
      } else if (span.end() > merged.get(last).end()) {
        merged.set(last, new Span(merged.get(last).kind(), merged.get(last).start(), span.end()));
      }
    }
    return merged;
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
