package dev.millrace.ingest.source;

import dev.millrace.ingest.source.LineReader.Line;
import dev.millrace.schemas.RawDocument;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A line that is a document, or whose columns are a document and its metadata. */
final class PlainLine implements Function<Line, Item> {
  private final Source source;

  PlainLine(Source source) {
    this.source = source;
  }

  @Override
  public Item apply(Line line) {
    Optional<Columns> columns = source.options().columns();
    return columns.isEmpty()
        ? document(line, line.bytes(), source.place().metadata())
        : column(line, columns.get());
  }

  /** Bytes are cut, not characters: the charset is not known here. */
  private Item column(Line line, Columns columns) {
    byte[] separator = columns.separator().getBytes(StandardCharsets.UTF_8);
    byte[] bytes = line.bytes();
    byte[] text = null;
    Map<String, String> metadata = new HashMap<>(source.place().metadata());
    int number = 0;
    for (int start = 0; start <= bytes.length; ) {
      int end = indexOf(bytes, separator, start);
      byte[] cell = Arrays.copyOfRange(bytes, start, end);
      number++;
      if (number == columns.text()) {
        text = cell;
      } else {
        metadata.put("column-" + number, new String(cell, StandardCharsets.UTF_8));
      }
      start = end + separator.length;
    }
    return text == null
        ? source.damaged(
            line.offset(),
            "line %,d has %d columns, not %d".formatted(line.number(), number, columns.text()))
        : document(line, text, metadata);
  }

  private static int indexOf(byte[] bytes, byte[] wanted, int from) {
    for (int i = from; i <= bytes.length - wanted.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) return i;
    }
    return bytes.length;
  }

  private Item document(Line line, byte[] text, Map<String, String> metadata) {
    return source.document(
        line.offset(),
        new RawDocument(
            source.place().position("L" + line.number()),
            source.options().domain(),
            null,
            MediaTypes.PLAIN,
            null,
            ByteBuffer.wrap(text),
            null,
            metadata));
  }
}
