package dev.millrace.refinery.pii;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** What one kind's class finds in a text, as it stands there. */
final class Found {
  private Found() {}

  static List<String> by(BiConsumer<String, List<Span>> kind, String text) {
    List<Span> spans = new ArrayList<>();
    kind.accept(text, spans);
    return spans.stream().map(span -> text.substring(span.start(), span.end())).toList();
  }

  /** A million characters of the same few. */
  static String megabyteOf(String unit) {
    return unit.repeat(1_000_000 / unit.length());
  }
}
