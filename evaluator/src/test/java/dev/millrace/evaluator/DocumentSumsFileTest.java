package dev.millrace.evaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.evaluator.metrics.DocumentSums;
import dev.millrace.evaluator.metrics.Sums;
import dev.millrace.schemas.SetKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentSumsFileTest {
  @TempDir Path directory;

  private static ScoredSet scored(String name, List<DocumentSums> documents) {
    return new ScoredSet(new TextSet(name, SetKind.HELD_OUT, List.of()), documents);
  }

  @Test
  void numbersReadBackToTheBit() throws IOException {
    List<DocumentSums> documents =
        List.of(
            new DocumentSums("d1", new Sums(Math.PI * 1e3, 1.0 / 3, 12, 20, 34, 5, 1)),
            new DocumentSums("d2", new Sums(0, 0, 0, 0, 0, 1)));
    List<DocumentSums> others =
        List.of(new DocumentSums("d3", new Sums(Double.MIN_VALUE, 1e300, 1, 1, 1, 1)));
    Path file = directory.resolve("sums.jsonl");
    DocumentSumsFile.write(file, List.of(scored("speeches", documents), scored("code", others)));
    assertEquals(documents, read(file, "speeches"));
    assertEquals(others, read(file, "code"));
    assertEquals(List.of(), read(file, "unknown"));
    assertEquals(3, Files.readAllLines(file).size());
  }

  /** What version 0.1.0 wrote. */
  @Test
  void aFileOfAnEarlierVersionIsRead() throws IOException {
    String golden =
        """
        {"set":"speeches","document":"d1","nll":3141.592653589793,"nllSquared":0.3333333333333333,"tokens":12,"textTokens":20,"bytes":34,"words":5}
        {"set":"code","document":"d\\"2","nll":4.9E-324,"nllSquared":1.0E300,"tokens":1,"textTokens":1,"bytes":1,"words":1}
        """;
    DocumentSums first = new DocumentSums("d1", new Sums(Math.PI * 1e3, 1.0 / 3, 12, 20, 34, 5, 1));
    DocumentSums second = new DocumentSums("d\"2", new Sums(Double.MIN_VALUE, 1e300, 1, 1, 1, 1));
    Path file = Files.writeString(directory.resolve("golden.jsonl"), golden);
    assertEquals(List.of(first), read(file, "speeches"));
    assertEquals(List.of(second), read(file, "code"));
    DocumentSumsFile.write(
        file, List.of(scored("speeches", List.of(first)), scored("code", List.of(second))));
    assertEquals(golden, Files.readString(file));
  }

  private static List<DocumentSums> read(Path file, String set) throws IOException {
    return DocumentSumsFile.read(Files.readAllBytes(file), file.toUri(), set);
  }
}
