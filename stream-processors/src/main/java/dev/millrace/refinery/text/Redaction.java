package dev.millrace.refinery.text;

/**
 * Personal data that was replaced.
 *
 * @param kind for example {@code email}
 * @param start first Unicode code point of the text before redaction
 * @param end code point after the last
 */
public record Redaction(String kind, int start, int end) {
  public Redaction {
    if (start < 0 || end <= start) {
      throw new IllegalArgumentException("no span: " + start + " to " + end);
    }
  }
}
