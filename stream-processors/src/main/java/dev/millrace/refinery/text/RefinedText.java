package dev.millrace.refinery.text;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A document's text on its way through the chain, with what the stages found out about it.
 * Immutable; words and lengths are counted when first asked for and remembered.
 */
public final class RefinedText {
  /** The language of a text whose language nobody determined (ISO 639-2). */
  public static final String UNDETERMINED = "und";

  private final SourceDocument source;
  private final String text;
  private final String language;
  private final Map<String, Double> signals;
  private final List<Redaction> redactions;
  private @Nullable WordBreaks words;
  private @Nullable Words folded;
  private int codePoints = -1;

  private RefinedText(
      SourceDocument source,
      String text,
      String language,
      Map<String, Double> signals,
      List<Redaction> redactions) {
    this.source = source;
    this.text = text;
    this.language = language;
    this.signals = signals;
    this.redactions = redactions;
  }

  /** The decoded text of a document, not judged yet. */
  public static RefinedText of(SourceDocument source, String text) {
    return new RefinedText(source, text, UNDETERMINED, Map.of(), List.of());
  }

  public RefinedText withText(String newText) {
    return newText.equals(text)
        ? this
        : new RefinedText(source, newText, language, signals, redactions);
  }

  public RefinedText withLanguage(String newLanguage) {
    return remembering(new RefinedText(source, text, newLanguage, signals, redactions));
  }

  /** With these measured values beside those it has. */
  public RefinedText withSignals(Map<String, Double> measured) {
    if (measured.isEmpty()) return this;
    Map<String, Double> all = new LinkedHashMap<>(signals);
    all.putAll(measured);
    return remembering(
        new RefinedText(source, text, language, Collections.unmodifiableMap(all), redactions));
  }

  /** With the text in which these spans of the present text are replaced. */
  public RefinedText withRedactions(String redacted, List<Redaction> spans) {
    return new RefinedText(source, redacted, language, signals, List.copyOf(spans));
  }

  private RefinedText remembering(RefinedText sameText) {
    sameText.words = words;
    sameText.folded = folded;
    sameText.codePoints = codePoints;
    return sameText;
  }

  public SourceDocument source() {
    return source;
  }

  public String id() {
    return source.id();
  }

  public String domain() {
    return source.domain();
  }

  public Optional<String> uri() {
    return source.uri();
  }

  public Map<String, String> metadata() {
    return source.metadata();
  }

  public String text() {
    return text;
  }

  /** ISO 639-1 code, or {@link #UNDETERMINED}. */
  public String language() {
    return language;
  }

  /** Measured values by rule name, in the order in which they were judged. */
  public Map<String, Double> signals() {
    return signals;
  }

  /** What was replaced, in order; the spans are of the text before. */
  public List<Redaction> redactions() {
    return redactions;
  }

  /** Number of replacements by kind. */
  public Map<String, Integer> redactionCounts() {
    Map<String, Integer> counts = new TreeMap<>();
    for (Redaction redaction : redactions) counts.merge(redaction.kind(), 1, Integer::sum);
    return counts;
  }

  /** Words as the rules of datatrove count them: {@link WordBreaks}. */
  public WordBreaks words() {
    WordBreaks known = words;
    if (known == null) {
      known = WordBreaks.of(text);
      words = known;
    }
    return known;
  }

  /** Words folded for comparison. */
  public Words foldedWords() {
    Words known = folded;
    if (known == null) {
      known = Words.of(text);
      folded = known;
    }
    return known;
  }

  /** Length of the text in Unicode code points. */
  public int codePoints() {
    if (codePoints < 0) codePoints = text.codePointCount(0, text.length());
    return codePoints;
  }
}
