package dev.millrace.evaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.evaluator.scoring.Document;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextsTest {
  @TempDir Path directory;

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(directory.resolve(name), bytes);
  }

  private Path file(String name, String text) throws IOException {
    return file(name, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aTextFileIsOneDocumentAsItIs() throws IOException {
    assertEquals(List.of(Document.of(" a\n\nb\n")), Texts.read(file("x.txt", " a\n\nb\n")));
  }

  @Test
  void eachLineOfJsonIsADocument() throws IOException {
    Path file =
        file("x.jsonl", "{\"id\":1,\"text\":\"a\\nb\"}\n\n{\"text\":\"\"}\n{\"text\":\"é\"}");
    assertEquals(List.of(Document.of("a\nb"), Document.of(""), Document.of("é")), Texts.read(file));
  }

  @Test
  void saysWhichLineIsWrong() throws IOException {
    for (String line : List.of("{\"text\":", "{\"txt\":\"a\"}", "[]", "{\"text\":1}")) {
      Path file = file("x.jsonl", "{\"text\":\"a\"}\n" + line + "\n");
      String said =
          assertThrows(IllegalArgumentException.class, () -> Texts.read(file)).getMessage();
      assertTrue(said.startsWith(file + ":2: "), said);
      assertEquals(1, said.lines().count(), said);
    }
  }

  @Test
  void refusesWhatIsNotUtf8() throws IOException {
    byte[] latin1 = {'a', (byte) 0xe9, 'b'};
    for (String name : List.of("x.txt", "x.jsonl")) {
      Path file = file(name, latin1);
      assertEquals(
          file + " is not UTF-8 text",
          assertThrows(IllegalArgumentException.class, () -> Texts.read(file)).getMessage());
    }
  }
}
