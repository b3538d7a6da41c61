package dev.millrace.evaluator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.evaluator.scoring.Document;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Documents of a file that is named by a person: JSON Lines with a {@code text} each where the name
 * ends in {@code .jsonl}, otherwise one document of plain text, in UTF-8.
 */
final class Texts {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Texts() {}

  /**
   * Every document of the file, in its order.
   *
   * @throws IllegalArgumentException in one line, with file and line number, where it is not what
   *     its name says
   */
  static List<Document> read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    return file.toString().endsWith(".jsonl") ? lines(file, bytes) : List.of(whole(file, bytes));
  }

  private static Document whole(Path file, byte[] bytes) {
    try {
      ByteBuffer utf8 = ByteBuffer.wrap(bytes);
      return Document.of(StandardCharsets.UTF_8.newDecoder().decode(utf8).toString());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + " is not UTF-8 text", e);
    }
  }

  private static List<Document> lines(Path file, byte[] bytes) throws IOException {
    List<Document> documents = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new ByteArrayInputStream(bytes), StandardCharsets.UTF_8.newDecoder()))) {
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (!line.isBlank()) documents.add(Document.of(text(file, number, line)));
      }
      return documents;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + " is not UTF-8 text", e);
    }
  }

  private static String text(Path file, int number, String line) {
    try {
      JsonNode text = JSON.readTree(line).path("text");
      if (text.isTextual()) return text.textValue();
      throw new IllegalArgumentException(file + ":" + number + ": no text");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + ":" + number + ": " + e.getOriginalMessage(), e);
    }
  }
}
