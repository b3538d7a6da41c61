package dev.millrace.ingest.source;

/**
 * Lines of columns, of which one is the document and the others are metadata.
 *
 * @param text which column, from 1
 * @param separator between columns, taken literally
 */
public record Columns(int text, String separator) {
  public Columns {
    if (text < 1) throw new IllegalArgumentException("the text column counts from 1: " + text);
    if (separator.isEmpty()) throw new IllegalArgumentException("the column separator is empty");
  }
}
