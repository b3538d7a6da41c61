package dev.millrace.refinery.contamination;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/**
 * The texts of an evaluation set's file: of {@code .jsonl} and {@code .json} every string value, of
 * anything else the whole as UTF-8. With {@code .gz} behind it, unpacked.
 */
final class EvaluationTexts {
  private static final JsonFactory JSON = new JsonFactory();

  private EvaluationTexts() {}

  static void of(Path file, Consumer<String> texts) throws IOException {
    String name = file.toString();
    boolean packed = name.endsWith(".gz");
    try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
        InputStream in = packed ? new GZIPInputStream(bytes) : bytes) {
      if (name.matches("(?i).*\\.jsonl?(\\.gz)?")) strings(in, texts);
      else texts.accept(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static void strings(InputStream in, Consumer<String> texts) throws IOException {
    try (JsonParser parser = JSON.createParser(in)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING) texts.accept(parser.getText());
      }
    }
  }
}
