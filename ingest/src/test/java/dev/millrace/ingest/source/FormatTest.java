package dev.millrace.ingest.source;

import static dev.millrace.ingest.source.Reads.gzip;
import static dev.millrace.ingest.source.Reads.join;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatTest {
  private static final String JSON = "{\"text\": \"t\"}\n";

  @ParameterizedTest
  @CsvSource({
    "a.jsonl, hello, JSON_LINES",
    "a.NDJSON, hello, JSON_LINES",
    "a.json, '{\"text\": \"t\"}', JSON_LINES",
    "a.json, '{\"name\": \"t\"}', TEXT",
    "a.json, '{', TEXT",
    "a.txt, '{\"text\": \"t\"}', TEXT",
    "a.csv, hello, CSV",
    "a.TSV, hello, TSV",
    "a.html, hello, HTML",
    "a.warc, hello, WARC",
    "a.wet, hello, WARC",
    "A.java, hello, TEXT",
    "unknown, '{\"text\": \"t\"}', JSON_LINES",
    "unknown, 'WARC/1.0', WARC",
    "unknown, 'filedesc://x', WARC",
    "unknown, ' <!DOCTYPE HTML PUBLIC', HTML",
    "unknown, '<?xml version=\"1.0\"?><html lang=\"en\">', HTML",
    "unknown, '<htmlx>', TEXT",
    "README, hello, TEXT",
  })
  void tellsTheFormatByNameThenByTheFirstBytes(String name, String head, Format format) {
    assertEquals(Optional.of(format), Format.of(name, head.getBytes(UTF_8), Optional.empty()));
  }

  @Test
  void whatTheUserSaysWins() {
    byte[] json = JSON.getBytes(UTF_8);
    assertEquals(Optional.of(Format.TEXT), Format.of("a.jsonl", json, Optional.of(Format.TEXT)));
  }

  @Test
  void findsNoTextInBinaries() {
    assertEquals(Optional.empty(), Format.of("x", new byte[] {1, 2, 3, 0}, Optional.empty()));
    assertEquals(Optional.empty(), Format.of("x", "%PDF-1.7".getBytes(UTF_8), Optional.empty()));
    assertEquals(
        Optional.empty(),
        Format.of("x", new byte[] {(byte) 0xca, (byte) 0xfe, 1, 2, 3, 4}, Optional.empty()));
    Reads image = Reads.bytes("a.png", new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 0, 0, 13});
    assertEquals(List.of(new Item.Unsupported("a.png", "no text")), image.items());
  }

  @Test
  void takesUtf16WithAByteOrderMarkForText() {
    byte[] text = join(new byte[] {(byte) 0xff, (byte) 0xfe}, "hello".getBytes(UTF_16LE));
    assertEquals(Optional.of(Format.TEXT), Format.of("x", text, Optional.empty()));
  }

  @Test
  void unpacksByMagicWhateverTheName() throws IOException {
    byte[] json = JSON.getBytes(UTF_8);
    for (byte[] packed : List.of(gzip(json), Zstd.compress(json), bzip2(json))) {
      assertEquals(List.of("t"), Reads.bytes("a.jsonl", packed).texts());
      assertEquals(List.of("t"), Reads.bytes("a.jsonl.gz", packed).texts());
      assertEquals(List.of("t"), Reads.bytes("unknown", packed).texts());
    }
    assertEquals(List.of("t"), Reads.bytes("a.jsonl.gz.zst", Zstd.compress(gzip(json))).texts());
  }

  @Test
  void readsFramesOneAfterTheOther() throws IOException {
    byte[] one = "{\"text\": \"1\"}\n".getBytes(UTF_8);
    byte[] two = "{\"text\": \"2\"}\n".getBytes(UTF_8);
    List<String> both = List.of("1", "2");
    assertEquals(both, Reads.bytes("a.jsonl", join(gzip(one), gzip(two))).texts());
    assertEquals(
        both, Reads.bytes("a.jsonl", join(Zstd.compress(one), Zstd.compress(two))).texts());
    assertEquals(both, Reads.bytes("a.jsonl", join(bzip2(one), bzip2(two))).texts());
  }

  @Test
  void readsTextThatIsOnlyNamedCompressed() {
    assertEquals(List.of("t"), Reads.text("a.jsonl.gz", JSON).texts());
  }

  @Test
  void reportsAFileThatIsNotWhatItsNameSays() {
    Reads reads = Reads.bytes("a.jsonl.gz", new byte[] {5, 0, 0, 7});
    assertEquals("is no gzip data, as its name says", reads.damage().get(0).reason());
  }

  @Test
  void reportsDamageToZstdAndBzip2AfterWhatWasReadable() throws IOException {
    String lines = "{\"text\": \"some line of text\"}\n".repeat(20_000);
    byte[] random = new byte[400_000];
    new java.util.Random(1).nextBytes(random);
    byte[] text = (lines + Arrays.toString(random)).getBytes(UTF_8);
    for (byte[] packed : List.of(Zstd.compress(text), bzip2(text))) {
      Reads reads = Reads.bytes("a.jsonl", Arrays.copyOf(packed, packed.length * 3 / 4));
      assertEquals(20_000, reads.texts().size());
      assertEquals(1, reads.damage().size(), reads.damage().toString());
      assertTrue(reads.damage().get(0).reason().contains("is damaged or ends early"));
    }
  }

  @Test
  void findsNothingInAnEmptyFile() {
    for (String name : List.of("a.jsonl", "a.txt", "a.warc", "a.zip", "a.gz", "a")) {
      assertEquals(List.of(), Reads.bytes(name, new byte[0]).items(), name);
      assertEquals(List.of(), Reads.bytes(name, gzip(new byte[0])).items(), name);
    }
  }

  @Test
  void takesAWholeFileForOneDocument() {
    Reads reads = Reads.text("Page.html", "<html>\n<p>hello</html>");
    assertEquals("text/html", reads.document().getMediaType());
    assertEquals("name", reads.document().getId());
    assertEquals("uri:Page.html", reads.document().getUri());
    assertEquals("text/x-java", Reads.text("A.java", "class A {}").document().getMediaType());
    assertEquals("text/plain", Reads.text("README", "hello").document().getMediaType());
  }

  @Test
  void takesNoFileWithDamageInItForADocument() {
    byte[] packed = gzip("hello ".repeat(1000));
    Reads reads = Reads.bytes("a.txt.gz", Arrays.copyOf(packed, packed.length - 4));
    assertEquals(List.of(), reads.documents());
    assertEquals(1, reads.damage().size());
  }

  @Test
  void refusesAFileThatIsTooLarge() {
    ReadOptions options = new ReadOptions("web", Optional.empty(), Optional.empty(), 10);
    assertEquals(1, Reads.bytes("a.txt", new byte[10], options).documents().size());
    Reads reads = Reads.bytes("a.txt", new byte[11], options);
    assertEquals("the document is larger than 10 bytes", reads.damage().get(0).reason());
  }

  private static byte[] bzip2(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BZip2CompressorOutputStream bzip2 = new BZip2CompressorOutputStream(out)) {
      bzip2.write(bytes);
    }
    return out.toByteArray();
  }
}
