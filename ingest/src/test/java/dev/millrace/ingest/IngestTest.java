package dev.millrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.millrace.ingest.IngestReport.Count;
import dev.millrace.schemas.RawDocument;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class IngestTest {
  private static final IngestOptions WEB = IngestOptions.of("web");

  @TempDir Path folder;
  private final Log log;

  IngestTest(TestKafka kafka) {
    log = Log.fresh(kafka);
  }

  @Test
  void pushesEachLineAsADocumentWithItsFields() throws IOException {
    Path file =
        write(
            "a.jsonl",
            """
            {"id": "one", "text": "Grüße", "url": "http://e.org/1", "lang": "de", "n": 3}
            {"text": "two", "uri": "http://e.org/2", "domain": "news"}
            """);
    IngestReport report = log.push(WEB, Input.of(file));

    Map<String, RawDocument> documents = byId(log.documents());
    RawDocument one = documents.get("one");
    assertEquals("Grüße", UTF_8.decode(one.getContent()).toString());
    assertEquals("web", one.getDomain());
    assertEquals("http://e.org/1", one.getUri());
    assertEquals("UTF-8", one.getCharset());
    assertEquals(Map.of("lang", "de", "n", "3"), one.getMetadata());
    assertNull(one.getFetchedAt());
    assertEquals("news", documents.get("http://e.org/2").getDomain());
    assertEquals(Map.of("web", new Count(1, 7), "news", new Count(1, 3)), report.domains());
    assertEquals(2, report.documents());
    assertEquals(10, report.bytes());
  }

  @Test
  void addsNothingTheSecondTime() throws IOException {
    Path file = write("a.jsonl", lines(0, 2500));
    assertEquals(2500, log.push(WEB, Input.of(file)).documents());
    IngestReport second = log.push(WEB, Input.of(file));

    assertEquals(0, second.documents());
    assertEquals(2500, second.alreadyThere());
    assertEquals(ids(0, 2500), log.ids());
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static String lines(int from, int to) {
    StringBuilder lines = new StringBuilder();
    for (int i = from; i < to; i++) {
      lines.append("{\"id\": \"d%06d\", \"text\": \"text %d\"}\n".formatted(i, i));
    }
    return lines.toString();
  }

  private static List<String> ids(int from, int to) {
    return IntStream.range(from, to).mapToObj("d%06d"::formatted).toList();
  }

  private static Map<String, RawDocument> byId(List<RawDocument> documents) {
    return documents.stream()
        .collect(java.util.stream.Collectors.toMap(RawDocument::getId, d -> d));
  }
}
