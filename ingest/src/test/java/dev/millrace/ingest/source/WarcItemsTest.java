package dev.millrace.ingest.source;

import static dev.millrace.ingest.source.Reads.gzip;
import static dev.millrace.ingest.source.Reads.join;
import static dev.millrace.ingest.source.Warcs.DATE;
import static dev.millrace.ingest.source.Warcs.page;
import static dev.millrace.ingest.source.Warcs.record;
import static dev.millrace.ingest.source.Warcs.response;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import dev.millrace.schemas.RawDocument;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

class WarcItemsTest {
  private static final String HTML = "Content-Type: text/html";

  @Test
  void takesAPageWithWhatTheServerAndTheCrawlerSaidOfIt() {
    RawDocument page = read(page("http://e.org/a", "<html>Grüße</html>")).document();
    assertEquals("http://e.org/a@" + DATE, page.getId());
    assertEquals("http://e.org/a", page.getUri());
    assertEquals("text/html", page.getMediaType());
    assertEquals("utf-8", page.getCharset());
    assertEquals(Instant.parse(DATE), page.getFetchedAt());
    assertEquals("web", page.getDomain());
    assertEquals("<html>Grüße</html>", Reads.text(page));
    assertTrue(page.getMetadata().containsKey("warc-record-id"));
  }

  @Test
  void takesConversionsAndResources() {
    byte[] wet = record("conversion", "http://e.org/a", "text/plain", "plain".getBytes(UTF_8));
    byte[] resource =
        record(
            "resource", "<http://e.org/b>", "TEXT/HTML ; Charset=\"ISO-8859-1\"", new byte[] {65});
    Reads reads = read(Warcs.info(), wet, resource);
    assertEquals(List.of("plain", "A"), reads.texts());
    assertEquals(List.of("http://e.org/a@" + DATE, "http://e.org/b@" + DATE), reads.ids());
    assertEquals("text/html", reads.documents().get(1).getMediaType());
    assertEquals("ISO-8859-1", reads.documents().get(1).getCharset());
    assertNull(reads.documents().get(0).getCharset());
  }

  @Test
  void takesTwoCapturesOfAUriForTwoDocuments() {
    String later = new String(page("http://e.org/a", "x"), UTF_8).replace("04:05:06", "07:08:09");
    Reads reads = read(page("http://e.org/a", "x"), later.getBytes(UTF_8));
    assertEquals(2, reads.ids().stream().distinct().count());
  }

  @Test
  void leavesOutWhatIsNoPage() {
    byte[] nothing = {};
    Reads reads =
        read(
            record(
                "request",
                "http://e.org/",
                "application/http",
                "GET / HTTP/1.0\r\n\r\n".getBytes(UTF_8)),
            record("metadata", "http://e.org/", "text/plain", nothing),
            record("revisit", "http://e.org/", "application/http", nothing),
            record("response", "dns:e.org", "text/dns", "e.org. A 1.2.3.4".getBytes(UTF_8)),
            record("resource", "metadata://tool/log", "text/plain", "log".getBytes(UTF_8)));
    assertEquals(List.of(), reads.items());
  }

  @Test
  void takesErrorsRedirectsAndImagesForUnsupported() {
    Reads reads =
        read(
            response("http://e.org/gone", "404 Not Found", HTML, "gone".getBytes(UTF_8)),
            response("http://e.org/moved", "301 Moved", HTML, "moved".getBytes(UTF_8)),
            response("http://e.org/i.png", "200 OK", "Content-Type: image/png", new byte[] {1, 0}),
            response(
                "http://e.org/s.css", "200 OK", "Content-Type: text/css", "a{}".getBytes(UTF_8)),
            response("http://e.org/none", "200 OK", "X: y", new byte[] {0, 0, 0}));
    assertEquals(
        List.of("HTTP status 404", "HTTP status 301", "image/png", "text/css", "no text"),
        reads.items().stream().map(i -> ((Item.Unsupported) i).kind()).toList());
  }

  @Test
  void looksAtTheBytesWhereNobodyNamesAType() {
    Reads reads =
        read(
            response("http://e.org/1", "200 OK", "X: y", "<!doctype html><p>".getBytes(UTF_8)),
            response("http://e.org/2", "200 OK", "X: y", "just words".getBytes(UTF_8)));
    assertEquals(
        List.of("text/html", "text/plain"),
        reads.documents().stream().map(RawDocument::getMediaType).toList());
  }

  @Test
  void undoesChunksAndContentEncodings() throws IOException {
    byte[] text = "<html>some text some text</html>".getBytes(UTF_8);
    byte[] brotli =
        HexFormat.of().parseHex("0b028068656c6c6f03"); // "hello", by the reference encoder.
    Map<String, byte[]> encoded =
        Map.of(
            "gzip", gzip(text),
            "x-gzip", gzip(text),
            "deflate", deflate(text, false),
            "Deflate", deflate(text, true),
            "zstd", Zstd.compress(text),
            "gzip, zstd", Zstd.compress(gzip(text)),
            "identity", text,
            " GZIP ", text);
    encoded.forEach(
        (encoding, payload) ->
            assertEquals(
                new String(text, UTF_8),
                Reads.text(read(encoded("Content-Encoding: " + encoding, payload)).document()),
                encoding));
    assertEquals("hello", Reads.text(read(encoded("Content-Encoding: br", brotli)).document()));
    byte[] chunks = "7\r\n<html>a\r\n8;x=y\r\nb</html>\r\n0\r\n\r\n".getBytes(UTF_8);
    assertEquals(
        "<html>ab</html>",
        Reads.text(read(encoded("Transfer-Encoding: chunked", chunks)).document()));
  }

  @Test
  void takesBytesAsTheyAreWhereTheyAreNotChunkedAsTheHeaderSays() {
    byte[] plain = "<html>not chunked</html>".getBytes(UTF_8);
    Reads reads = read(encoded("Transfer-Encoding: chunked", plain));
    assertEquals("<html>not chunked</html>", Reads.text(reads.document()));
  }

  @Test
  void reportsEncodingsThatNobodyKnowsAndDamagedOnes() {
    byte[] cut = gzip("some text ".repeat(100));
    Reads reads =
        read(
            encoded("Content-Encoding: rot13", "x".getBytes(UTF_8)),
            encoded("Content-Encoding: gzip", Arrays.copyOf(cut, cut.length / 2)),
            encoded("Transfer-Encoding: chunked", "ff\r\nshort".getBytes(UTF_8)),
            page("http://e.org/ok", "ok"));
    assertEquals(List.of("ok"), reads.texts());
    assertEquals(3, reads.damage().size());
    assertEquals("content encoding rot13 is not known", reads.damage().get(0).reason());
  }

  private static byte[] encoded(String field, byte[] payload) {
    return response("http://e.org/encoded", "200 OK", HTML + "\r\n" + field, payload);
  }

  @Test
  void readsTheSameHoweverItIsPacked() {
    List<byte[]> pages = Warcs.pages(30);
    byte[] plain = Warcs.join(pages);
    List<String> ids = read(plain).ids();
    assertEquals(30, ids.size());
    assertEquals(ids, read(gzip(plain)).ids());
    assertEquals(ids, read(Zstd.compress(plain)).ids());
    assertEquals(ids, read(Warcs.join(pages.stream().map(Reads::gzip).toList())).ids());
  }

  @Test
  void readsArcFiles() {
    byte[] http = Warcs.http("200 OK", HTML, "<html>old</html>".getBytes(UTF_8));
    String arc =
        """
        filedesc://old.arc.gz 127.0.0.1 20140216050221 text/plain 75
        1 0 LiveWeb Capture
        URL IP-address Archive-date Content-type Archive-length

        http://e.org/ 1.2.3.4 20140216050221 text/html %d
        """
            .formatted(http.length);
    Reads reads = Reads.bytes("a.arc", join(arc.getBytes(UTF_8), http, "\n".getBytes(UTF_8)));
    assertEquals(List.of(), reads.damage());
    assertEquals("http://e.org/@2014-02-16T05:02:21Z", reads.document().getId());
    assertEquals("<html>old</html>", Reads.text(reads.document()));
  }

  @Test
  void reportsBadRecordsOfArcFilesAndReadsTheOthers() {
    byte[] http = Warcs.http("200 OK", HTML, "old".getBytes(UTF_8));
    String arc =
        """
        filedesc://bad.arc.gz 127.0.0.1 20140301000000 text/plain -1
        1 0 Bad Capture

        http://e.org/1 1.2.3.4 20140401000000 text/html abc

        http://e.org/2 1.2.3.4 20140401000000 text/html %d
        """
            .formatted(http.length);
    Reads reads = Reads.bytes("a.arc", join(arc.getBytes(UTF_8), http, "\n".getBytes(UTF_8)));
    assertEquals(List.of("old"), reads.texts());
    assertEquals(2, reads.damage().size(), reads.items().toString());
  }

  @Test
  void findsTheRecordsAfterALengthThatIsTooLarge() {
    byte[] liar = record("response", "http://e.org/liar", "application/http", http("liar"), 5_000);
    List<byte[]> pages = Warcs.pages(60);
    byte[] bytes = join(liar, Warcs.join(pages));
    Reads reads = read(bytes);
    assertEquals(60, reads.documents().size());
    assertEquals(1, reads.damage().size(), reads.damage().toString());
    assertEquals(0, reads.damage().get(0).offset());
    assertEquals(read(Warcs.join(pages)).ids(), reads.ids());
  }

  @Test
  void findsTheRecordsAfterALengthBeyondTheEnd() {
    byte[] liar =
        record("response", "http://e.org/liar", "application/http", http("liar"), 500_000);
    Reads reads = read(liar, page("http://e.org/1", "one"), page("http://e.org/2", "two"));
    assertEquals(List.of("one", "two"), reads.texts());
    assertEquals(1, reads.damage().size());
    assertTrue(reads.damage().get(0).reason().contains("ends within the record"));
  }

  @Test
  void findsTheRecordsAfterALengthThatIsTooSmall() {
    byte[] liar = record("response", "http://e.org/liar", "application/http", http("liar"), 30);
    Reads reads = read(page("http://e.org/0", "zero"), liar, page("http://e.org/1", "one"));
    assertEquals(List.of("zero", "one"), reads.texts());
    assertEquals(1, reads.damage().size());
    assertEquals(page("http://e.org/0", "zero").length, reads.damage().get(0).offset());
  }

  @Test
  void reportsARecordWithoutALength() {
    String bare = new String(page("http://e.org/bare", "x"), UTF_8);
    byte[] without = bare.replaceFirst("(?m)^Content-Length: .*\r\n", "").getBytes(UTF_8);
    byte[] nonsense =
        bare.replaceFirst("Content-Length: \\d+", "Content-Length: -5").getBytes(UTF_8);
    Reads reads = read(without, nonsense, page("http://e.org/1", "one"));
    assertEquals(List.of("one"), reads.texts());
    assertEquals(2, reads.damage().size());
  }

  @Test
  void findsTheRecordAfterGarbage() {
    byte[] garbage = "\r\nthis is not\r\na record WARC/1.0\r\n".getBytes(UTF_8);
    Reads reads = read(page("http://e.org/1", "one"), garbage, page("http://e.org/2", "two"));
    assertTrue(reads.texts().contains("two"), reads.items().toString());
    assertTrue(!reads.damage().isEmpty());
  }

  @Test
  void toleratesMissingAndSuperfluousLineEndsBetweenRecords() {
    byte[] one = page("http://e.org/1", "one");
    byte[] bare = Arrays.copyOf(one, one.length - 4);
    byte[] more = "\r\n\r\n\n".getBytes(UTF_8);
    Reads reads =
        read(
            more, bare, page("http://e.org/2", "two"), more, page("http://e.org/3", "three"), more);
    assertEquals(List.of("one", "two", "three"), reads.texts());
    assertEquals(List.of(), reads.damage());
  }

  @Test
  void takesHeadersWithBareLineFeeds() {
    String page = new String(page("http://e.org/1", "one"), UTF_8);
    int body = page.indexOf("HTTP/");
    String lenient = page.substring(0, body).replace("\r\n", "\n") + page.substring(body);
    assertEquals(List.of("one"), read(lenient.getBytes(UTF_8)).texts());
  }

  @Test
  void reportsWhatIsNoHttp() {
    byte[] bad = record("response", "http://e.org/", "application/http", "no http".getBytes(UTF_8));
    Reads reads = read(bad, page("http://e.org/1", "one"));
    assertEquals(List.of("one"), reads.texts());
    assertEquals(1, reads.damage().size());
  }

  @Test
  void boundsTheHeadersItKeepsInMemory() {
    byte[] endless = ("WARC/1.0\r\nX: " + "y".repeat(3 << 20) + "\r\n\r\n").getBytes(UTF_8);
    Reads reads = read(endless, page("http://e.org/1", "one"));
    assertEquals(List.of("one"), reads.texts());
    assertTrue(reads.damage().get(0).reason().startsWith("the header is longer than"));
  }

  @Test
  void refusesAPageThatIsTooLargeAndReadsTheNext() {
    ReadOptions options = new ReadOptions("web", Optional.empty(), Optional.empty(), 1000);
    byte[] huge = new byte[3 << 20];
    Arrays.fill(huge, (byte) 'x');
    byte[] bomb = gzip(new String(huge, UTF_8));
    Reads reads =
        Reads.bytes(
            "a.warc",
            join(
                response("http://e.org/1", "200 OK", HTML, huge),
                response("http://e.org/2", "200 OK", HTML + "\r\nContent-Encoding: gzip", bomb),
                record("conversion", "http://e.org/3", "text/plain", huge),
                response("http://e.org/4", "200 OK", "Content-Type: video/mp4", huge),
                page("http://e.org/5", "small")),
            options);
    assertEquals(List.of("small"), reads.texts());
    assertEquals(3, reads.damage().size(), reads.damage().toString());
    assertEquals(5, reads.items().size());
  }

  @Test
  void losesOnlyTheRecordWhoseGzipMemberIsDamaged() {
    List<byte[]> members = new ArrayList<>();
    for (byte[] page : Warcs.pages(20)) members.add(gzip(page));
    byte[] middle = members.get(7);
    middle[middle.length / 2] ^= 0x10;
    Reads reads = read(Warcs.join(members));
    assertEquals(19, reads.documents().size(), reads.items().toString());
    assertTrue(!reads.damage().isEmpty());
    assertTrue(reads.ids().stream().noneMatch(id -> id.startsWith("http://e.org/7@")));
  }

  @Test
  void findsTheRecordAfterAMemberThatBreaksOffWithinAPage() {
    StringBuilder noise = new StringBuilder();
    Random random = new Random(3);
    for (int i = 0; i < 50_000; i++) noise.append((char) ('a' + random.nextInt(26)));
    byte[] large = gzip(page("http://e.org/large", noise.toString()));
    byte[] garbled = large.clone();
    Arrays.fill(garbled, large.length / 2, large.length / 2 + 300, (byte) 0xff);
    for (byte[] broken : List.of(garbled, Arrays.copyOf(large, large.length / 2))) {
      Reads reads =
          read(gzip(page("http://e.org/1", "one")), broken, gzip(page("http://e.org/2", "two")));
      assertEquals(List.of("one", "two"), reads.texts());
      assertEquals(1, reads.damage().size(), reads.damage().toString());
    }
  }

  @Test
  void reportsAMemberOfWhichNothingCanBeRead() {
    byte[] nothing = gzip(page("http://e.org/lost", "lost"));
    nothing[10] = 7; // No such kind of block.
    Reads reads =
        read(gzip(page("http://e.org/1", "one")), nothing, gzip(page("http://e.org/2", "two")));
    assertEquals(List.of("one", "two"), reads.texts());
    assertEquals(1, reads.damage().size(), reads.damage().toString());
  }

  @Test
  void takesTheReadableRecordsOfATruncatedFileAndReportsItOnce() {
    byte[] packed = gzip(Warcs.join(Warcs.pages(2000)));
    Reads reads = read(Arrays.copyOf(packed, packed.length / 2));
    assertTrue(reads.documents().size() > 500, "only " + reads.documents().size());
    assertEquals(1, reads.damage().size(), reads.damage().toString());
    byte[] plain = Warcs.join(Warcs.pages(3));
    Reads cut = read(Arrays.copyOf(plain, plain.length - 20));
    assertEquals(2, cut.documents().size());
    assertEquals(1, cut.damage().size());
  }

  /**
   * Whatever byte is wrong, at most its own record and a neighbour are lost, and nothing throws.
   */
  @Test
  void survivesAnyWrongByte() {
    long seed = System.nanoTime();
    System.out.println("survivesAnyWrongByte: seed " + seed);
    Random random = new Random(seed);
    byte[] good = Warcs.join(Warcs.pages(12));
    for (int round = 0; round < 1000; round++) {
      byte[] bad = good.clone();
      int at = random.nextInt(bad.length);
      bad[at] = (byte) random.nextInt(256);
      Reads reads = read(bad);
      String context = "seed %d round %d byte %d: %s".formatted(seed, round, at, reads.damage());
      assertTrue(reads.items().size() >= 10, context);
      assertTrue(reads.damage().size() <= 3, context);
    }
  }

  private static byte[] http(String text) {
    return Warcs.http("200 OK", HTML, text.getBytes(UTF_8));
  }

  private static Reads read(byte[]... records) {
    return Reads.bytes("a.warc", join(records));
  }

  private static byte[] deflate(byte[] bytes, boolean bare) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater =
        new DeflaterOutputStream(out, new Deflater(Deflater.DEFAULT_COMPRESSION, bare))) {
      deflater.write(bytes);
    }
    return out.toByteArray();
  }
}
