package dev.millrace.ingest.source;

import static dev.millrace.ingest.source.Reads.bytes;
import static dev.millrace.ingest.source.Reads.gzip;
import static dev.millrace.ingest.source.Reads.join;
import static dev.millrace.ingest.source.Reads.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.RawDocument;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LinesTest {
  private static final ReadOptions LINES = Reads.WEB.as(Format.LINES);

  @Test
  void takesLinesThatEndInAnyWay() {
    Reads reads = bytes("a.txt", "one\r\n\n  \ntwo\nthree".getBytes(UTF_8), LINES);
    assertEquals(List.of("one", "two", "three"), reads.texts());
    assertEquals(List.of("name#L1", "name#L4", "name#L5"), reads.ids());
  }

  @Test
  void keepsBytesThatAreNoUtf8() {
    byte[] latin = "caf\u00e9".getBytes(ISO_8859_1);
    RawDocument document = bytes("a.txt", latin, LINES).document();
    byte[] content = new byte[document.getContent().remaining()];
    document.getContent().get(content);
    assertArrayEquals(latin, content);
    assertNull(document.getCharset());
  }

  @Test
  void takesOneColumnAndKeepsTheOthersAsMetadata() {
    ReadOptions options = columns(3, "\t");
    Reads reads = bytes("a", "Title\t2004\tBody, text\nno columns\n".getBytes(UTF_8), options);
    assertEquals(List.of("Body, text"), reads.texts());
    assertEquals(
        Map.of("column-1", "Title", "column-2", "2004"), reads.documents().get(0).getMetadata());
    assertEquals("line 2 has 1 columns, not 3", reads.damage().get(0).reason());
    assertEquals(22, reads.damage().get(0).offset());
  }

  @Test
  void takesAnEmptyColumnForAnEmptyDocument() {
    assertEquals(List.of(""), bytes("a", "x||".getBytes(UTF_8), columns(2, "||")).texts());
  }

  private static ReadOptions columns(int text, String separator) {
    return new ReadOptions(
        "web", Optional.empty(), Optional.of(new Columns(text, separator)), 1000);
  }

  @Test
  void readsLinesLongerThanItsBuffer() {
    String longest = "x".repeat(200_000);
    assertEquals(
        List.of("a", longest, "b"),
        bytes("a", ("a\n" + longest + "\r\nb\n").getBytes(UTF_8), LINES).texts());
  }

  @Test
  void keepsALineOfTheLargestSizeAndSkipsALargerOne() {
    ReadOptions options =
        new ReadOptions("web", Optional.of(Format.LINES), Optional.empty(), 100_000);
    String largest = "x".repeat(100_000);
    Reads reads = bytes("a", (largest + "\n" + largest + "y\nlast\n").getBytes(UTF_8), options);
    assertEquals(List.of(largest, "last"), reads.texts());
    Item.Damaged damaged = reads.damage().get(0);
    assertEquals(100_001, damaged.offset());
    assertEquals("line 2 of 100,001 bytes is larger than 100,000 bytes", damaged.reason());
  }

  @Test
  void skipsAShortLineThatIsTooLarge() {
    ReadOptions options = new ReadOptions("web", Optional.of(Format.LINES), Optional.empty(), 3);
    Reads reads = bytes("a", "abc\nabcd\nab\n".getBytes(UTF_8), options);
    assertEquals(List.of("abc", "ab"), reads.texts());
    assertEquals(1, reads.damage().size());
  }

  @Test
  void reportsWhatIsNoJsonAndGoesOn() {
    Reads reads =
        text(
            "a.jsonl",
            """
            {"text": "one"}
            {"text": "two"
            [1]
            {"text": 3}
            {"title": "no text"}
            {"text": "four"} {"text": "five"}
            nonsense
            {"text": "six"}
            """);
    assertEquals(List.of("one", "six"), reads.texts());
    assertEquals(6, reads.damage().size());
    assertEquals(16, reads.damage().get(0).offset());
    assertTrue(reads.damage().get(0).reason().startsWith("line 2 is no JSON object"));
    assertEquals("line 5 has no \"text\" that is a string", reads.damage().get(3).reason());
  }

  @Test
  void reportsJsonThatIsNoUtf8() {
    byte[] line = "{\"text\": \"caf\u00e9\"}\n".getBytes(ISO_8859_1);
    Reads reads = bytes("a.jsonl", join(line, "{\"text\": \"ok\"}\n".getBytes(UTF_8)));
    assertEquals(List.of("ok"), reads.texts());
    assertEquals(1, reads.damage().size());
  }

  @Test
  void takesOnlyScalarsForMetadata() {
    RawDocument document =
        text(
                "a.jsonl",
                "{\"text\":\"t\",\"a\":1.50,\"b\":true,\"c\":null,\"d\":{\"x\":1},\"e\":[2],"
                    + "\"metadata\":{\"f\":\"g\",\"h\":{\"i\":1},\"j\":[3],\"k\":null}}")
            .document();
    assertEquals(Map.of("a", "1.50", "b", "true", "f", "g"), document.getMetadata());
  }

  @Test
  void namesADocumentByItsIdThenItsUriThenItsPlace() {
    Reads reads =
        text(
            "a.jsonl",
            """
            {"text": "", "id": 7, "url": "u"}
            {"text": "", "url": "http://u", "id": ""}
            {"text": "", "uri": "http://v", "url": "http://u"}
            {"text": ""}
            """);
    assertEquals(List.of("7", "http://u", "http://v", "name#L4"), reads.ids());
  }

  @Test
  void refusesFieldsThatWouldNotFitIntoARecord() {
    String id = "i".repeat(ReadOptions.FIELD_BYTES_MAX);
    Reads reads = text("a.jsonl", "{\"text\":\"t\",\"id\":\"" + id + "\"}\n{\"text\":\"u\"}");
    assertEquals(List.of("u"), reads.texts());
    assertTrue(reads.damage().get(0).reason().startsWith("id, URI and metadata of 524,291 bytes"));
  }

  @Test
  void takesTheReadableLinesOfATruncatedFileAndReportsItOnce() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 50_000; i++) lines.append("{\"text\":\"line %d\"}\n".formatted(i * 7919));
    byte[] packed = gzip(lines.toString());
    Reads reads = bytes("a.jsonl.gz", Arrays.copyOf(packed, packed.length * 9 / 10));
    assertTrue(reads.texts().size() > 40_000, "only " + reads.texts().size());
    assertEquals("line 0", reads.texts().get(0));
    assertEquals(1, reads.damage().size());
    assertTrue(reads.damage().get(0).reason().startsWith("ends in the middle of the gzip member"));
  }
}
