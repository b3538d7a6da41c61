package dev.millrace.ingest.source;

import dev.millrace.ingest.source.LineReader.Line;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/** One item a line; blank lines are none. */
final class LineItems implements Items {
  private final Source source;
  private final Function<Line, Item> parser;
  private final LineReader lines;

  LineItems(Source source, Function<Line, Item> parser) {
    this.source = source;
    this.parser = parser;
    this.lines = new LineReader(source.bytes(), source.options().documentBytesMax());
  }

  @Override
  public Optional<Item> next() {
    try {
      Optional<Line> line = lines.next();
      while (line.isPresent() && !line.get().isTooLong() && line.get().isBlank()) {
        line = lines.next();
      }
      return line.map(this::item);
    } catch (IOException e) {
      return Optional.of(source.damaged(lines.offset(), String.valueOf(e.getMessage())));
    }
  }

  private Item item(Line line) {
    return line.isTooLong()
        ? source.tooLarge(
            line.offset(), "line %,d of %,d bytes".formatted(line.number(), line.length()))
        : parser.apply(line);
  }

  @Override
  public void close() {
    lines.close();
  }
}
