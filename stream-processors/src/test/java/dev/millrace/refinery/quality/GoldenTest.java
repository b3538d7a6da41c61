package dev.millrace.refinery.quality;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.refinery.stage.Stage;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.Sentences;
import dev.millrace.refinery.text.SourceDocument;
import dev.millrace.runtime.config.Defaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What datatrove 0.10.1's own filters make of a document; golden.py asked them. */
final class GoldenTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path RESOURCES = Path.of("src/test/resources/dev/millrace/refinery/quality");

  @TestFactory
  Stream<DynamicTest> judgesAsDatatrovesC4FilterDoes() throws IOException {
    return cases("c4.jsonl", Defaults.of(C4.class));
  }

  @TestFactory
  Stream<DynamicTest> judgesAsDatatrovesFineWebFilterDoes() throws IOException {
    return cases("fineweb.jsonl", Defaults.of(FineWeb.class));
  }

  @TestFactory
  Stream<DynamicTest> countsSentencesAsDatatroveDoes() throws IOException {
    return lines("sentences.jsonl")
        .map(
            c -> {
              String line = c.get("line").asText();
              int expected = c.get("sentences").asInt();
              return DynamicTest.dynamicTest(
                  "'" + line + "'", () -> assertEquals(expected, Sentences.count(line)));
            });
  }

  @Test
  void takesForPunctuationWhatDatatroveDoes() throws IOException {
    Set<Integer> expected =
        Files.readAllLines(RESOURCES.resolve("punctuation.txt"), UTF_8).stream()
            .map(line -> Integer.parseInt(line, 16))
            .collect(Collectors.toSet());
    assertEquals(281, expected.size());
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      assertEquals(expected.contains(c), Punctuation.is(c), Integer.toHexString(c));
    }
  }

  private static Stream<DynamicTest> cases(String file, Stage stage) throws IOException {
    return lines(file)
        .map(c -> DynamicTest.dynamicTest(c.get("title").asText(), () -> check(c, stage)));
  }

  private static Stream<JsonNode> lines(String file) throws IOException {
    return Files.readAllLines(RESOURCES.resolve(file), UTF_8).stream().map(GoldenTest::parse);
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new IllegalArgumentException(line, e);
    }
  }

  private static void check(JsonNode expected, Stage stage) {
    String text = expected.get("text").asText();
    Verdict verdict = stage.judge(RefinedText.of(SourceDocument.ofText("id", "d", text), text));
    assertEquals(expected.get("rule").asText("null"), rule(verdict), verdict::toString);
    if (!(verdict instanceof Verdict.Drop)) {
      assertEquals(expected.get("kept").asText(), kept(verdict, text));
    }
  }

  private static String rule(Verdict verdict) {
    return verdict instanceof Verdict.Drop drop ? drop.rule() : "null";
  }

  private static String kept(Verdict verdict, String text) {
    return verdict instanceof Verdict.KeepChanged changed ? changed.text().text() : text;
  }
}
