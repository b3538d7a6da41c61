package dev.millrace.evaluator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.evaluator.metrics.DocumentSums;
import dev.millrace.evaluator.metrics.Sums;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What one checkpoint made of each document, as JSON Lines: without it, a later checkpoint could
 * not be compared document by document. Numbers are written so that they read back to the bit.
 */
final class DocumentSumsFile {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private DocumentSumsFile() {}

  /** A line. */
  private record Line(
      String set,
      String document,
      double nll,
      double nllSquared,
      long tokens,
      long textTokens,
      long bytes,
      long words) {}

  /** Writes the file. */
  static void write(Path file, List<ScoredSet> sets) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (ScoredSet scored : sets) {
      for (DocumentSums d : scored.documents()) {
        Sums s = d.sums();
        Line line =
            new Line(
                scored.set().name(),
                d.document(),
                s.nll(),
                s.nllSquared(),
                s.tokens(),
                s.textTokens(),
                s.bytes(),
                s.words());
        lines.append(JSON.writeValueAsString(line)).append('\n');
      }
    }
    Files.writeString(file, lines);
  }

  /**
   * The sums of one set's documents, in the order in which they were written.
   *
   * @param file named where it is no such file
   */
  static List<DocumentSums> read(byte[] content, URI file, String set) throws IOException {
    List<DocumentSums> documents = new ArrayList<>();
    for (String text : new String(content, StandardCharsets.UTF_8).lines().toList()) {
      Line line = line(file, text);
      if (!line.set().equals(set)) continue;
      Sums sums =
          new Sums(
              line.nll(),
              line.nllSquared(),
              line.tokens(),
              Math.max(line.textTokens(), line.tokens()), // Older files have it not: all count.
              line.bytes(),
              line.words(),
              1);
      documents.add(new DocumentSums(line.document(), sums));
    }
    return documents;
  }

  private static Line line(URI file, String text) throws IOException {
    try {
      return JSON.readValue(text, Line.class);
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": " + e.getOriginalMessage(), e);
    }
  }
}
