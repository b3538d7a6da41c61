package dev.millrace.ingest.source;

import static dev.millrace.ingest.source.Reads.bytes;
import static dev.millrace.ingest.source.Reads.gzip;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.RawDocument;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On files of ten rows in three groups that {@code parquet/make.py} has written with pyarrow. */
class ParquetItemsTest {
  private static final List<String> IDS =
      IntStream.range(0, 10).filter(i -> i != 4).mapToObj(i -> "d" + i).toList();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"none", "snappy", "gzip", "zstd", "lz4", "brotli", "pages-v2"})
  void readsEveryCompression(String name) throws IOException {
    Reads reads = bytes("a", golden(name));
    assertEquals(Optional.of(Format.PARQUET), reads.format());
    assertEquals(IDS, reads.ids());
    assertEquals("Gr\u00fc\u00dfe 9", reads.texts().get(8));
    assertEquals("row 5 has no text", reads.damage().get(0).reason());
    assertEquals(10, reads.items().size());
  }

  @Test
  void takesColumnsOfOneValueForWhatTheyAre() throws IOException {
    RawDocument document = bytes("a.parquet", golden("snappy")).documents().get(1);
    assertEquals("http://e.org/1", document.getUri());
    assertEquals("web", document.getDomain());
    assertEquals("text/plain", document.getMediaType());
    assertEquals("UTF-8", document.getCharset());
    assertEquals(
        Map.of(
            "n", "1",
            "score", "0.25",
            "ok", "false",
            "at", "2026-01-02T00:00:00.000000",
            "source", "web",
            "year", "2001"),
        document.getMetadata());
    assertNull(bytes("a.parquet", golden("snappy")).documents().get(0).getUri());
  }

  @Test
  void readsAFileByItselfPackedAndInAnArchive() throws IOException {
    byte[] file = golden("zstd");
    Path path = Files.write(folder.resolve("a.parquet"), file);
    assertEquals(IDS, Reads.file(path).ids());
    assertEquals(IDS, bytes("a.parquet.gz", gzip(file)).ids());
    assertEquals(IDS, bytes("a.zip", ArchiveItemsTest.zip(Map.of("a.parquet", file))).ids());
  }

  @Test
  void leavesNoCopyBehind() throws IOException {
    long before = copies();
    assertEquals(IDS, bytes("a.parquet", golden("none")).ids());
    assertEquals(before, copies());
  }

  private static long copies() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().startsWith("millrace-")).count();
    }
  }

  @Test
  void saysWhichColumnIsMissing() throws IOException {
    FieldNames names = FieldNames.DEFAULT.withText("n");
    Reads reads = bytes("a.parquet", golden("none"), Reads.WEB.with(names));
    assertEquals(1, reads.items().size());
    assertTrue(
        reads.damage().get(0).reason().contains("no column \"n\" of text but id, text, url"));
  }

  @Test
  void skipsARowThatIsTooLarge() throws IOException {
    ReadOptions options = new ReadOptions("web", Optional.empty(), Optional.empty(), 3);
    Reads reads = bytes("a.parquet", golden("none"), options);
    assertEquals("row 1 is larger than 3 bytes", reads.damage().get(0).reason());
    assertEquals(10, reads.damage().size());
  }

  @Test
  void reportsATruncatedFileOnce() throws IOException {
    byte[] file = golden("zstd");
    for (int length : List.of(4, 100, file.length / 2, file.length - 1)) {
      Reads reads = bytes("a.parquet", Arrays.copyOf(file, length));
      assertEquals(1, reads.items().size(), "of " + length + " bytes");
      assertTrue(reads.damage().get(0).reason().startsWith("the Parquet file is damaged"));
    }
  }

  /** Whatever the bytes are, there are items and an end. */
  @Test
  void givesTheRowsBeforeDamage() throws IOException {
    for (String name : List.of("zstd", "snappy")) {
      byte[] file = golden(name);
      for (int at = 4; at < file.length; at += 17) {
        byte[] damaged = file.clone();
        damaged[at] ^= 0x5a;
        Reads reads = bytes("a.parquet", damaged);
        assertTrue(reads.items().size() <= 11, name + " with damage at " + at);
        assertEquals(reads.items(), bytes("a.parquet", damaged).items(), name + " at " + at);
      }
    }
  }

  @Test
  void givesTheRowsOfTheGroupsBeforeADamagedOne() throws IOException {
    byte[] file = golden("none");
    int last = new String(file, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("d8");
    file[last] = 'x';
    Reads reads = bytes("a.parquet", file);
    assertEquals(IDS.subList(0, 7), reads.ids());
    assertTrue(reads.damage().get(1).reason().startsWith("after row 8"), reads.damage().toString());
    assertEquals(9, reads.items().size());
  }

  static byte[] golden(String name) throws IOException {
    try (InputStream in =
        ParquetItemsTest.class.getResourceAsStream("parquet/" + name + ".parquet")) {
      return in.readAllBytes();
    }
  }
}
