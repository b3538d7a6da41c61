package dev.millrace.ingest.source;

import static dev.millrace.ingest.source.Reads.bytes;
import static dev.millrace.ingest.source.Reads.gzip;
import static dev.millrace.ingest.source.Reads.join;
import static dev.millrace.ingest.source.Reads.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import dev.millrace.schemas.RawDocument;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CsvItemsTest {
  private static final ReadOptions SMALL =
      new ReadOptions("web", Optional.empty(), Optional.empty(), 100);

  @Test
  void takesTheColumnsThatTheHeaderNames() {
    Reads reads =
        text(
            "a.csv",
            """
            id,title,text,url,domain
            1,"Mills, and more","Some ""quoted"" text",http://e.org/1,news
            ,,plain,,
            """);
    assertEquals(List.of("Some \"quoted\" text", "plain"), reads.texts());
    RawDocument first = reads.documents().get(0);
    assertEquals("1", first.getId());
    assertEquals("http://e.org/1", first.getUri());
    assertEquals("news", first.getDomain());
    assertEquals("text/plain", first.getMediaType());
    assertEquals("UTF-8", first.getCharset());
    assertEquals(Map.of("title", "Mills, and more"), first.getMetadata());
    assertEquals("name#L3", reads.documents().get(1).getId());
    assertEquals("web", reads.documents().get(1).getDomain());
    assertEquals(Map.of(), reads.documents().get(1).getMetadata());
  }

  @Test
  void takesTheColumnsThatTheUserNames() {
    FieldNames names = FieldNames.DEFAULT.withText("body").withId("key").withUri("link");
    byte[] table = "key\tlink\tbody\ttext\n1\tu\tB\tT\n".getBytes(UTF_8);
    RawDocument document = bytes("a.tsv", table, Reads.WEB.with(names)).document();
    assertEquals("B", Reads.text(document));
    assertEquals("1", document.getId());
    assertEquals("u", document.getUri());
    assertEquals(Map.of("text", "T"), document.getMetadata());
    byte[] json = "{\"key\":1,\"link\":\"u\",\"body\":\"B\",\"text\":\"T\"}".getBytes(UTF_8);
    RawDocument same = bytes("a.jsonl", json, Reads.WEB.with(names)).document();
    assertEquals(document, same);
  }

  @Test
  void keepsLineEndsAndSeparatorsWithinQuotes() {
    Reads reads = text("a.csv", "text,n\r\n\"one,\n\r\n\"\"two\"\"\",1\r\n\r\nthree,2");
    assertEquals(List.of("one,\n\r\n\"two\"", "three"), reads.texts());
    assertEquals(List.of("name#L2", "name#L6"), reads.ids());
  }

  @Test
  void takesAQuoteWithinACellForItself() {
    assertEquals(List.of("a 5\" disk"), text("a.csv", "n,text\n1,a 5\" disk\n").texts());
  }

  @Test
  void unpacksAndReadsBehindAByteOrderMark() {
    byte[] table = "\ufeff\"text\"\nGr\u00fc\u00dfe\n".getBytes(UTF_8);
    assertEquals(List.of("Gr\u00fc\u00dfe"), bytes("a.csv", table).texts());
    assertEquals(List.of("Gr\u00fc\u00dfe"), bytes("a.csv.gz", gzip(table)).texts());
    assertEquals(List.of("Gr\u00fc\u00dfe"), bytes("a.tsv.zst", Zstd.compress(table)).texts());
  }

  @Test
  void skipsRowsWithAnotherNumberOfColumns() {
    Reads reads = text("a.csv", "text,n\na,1\nb\nc,3,4\nd,4\n");
    assertEquals(List.of("a", "d"), reads.texts());
    assertEquals(
        List.of(
            "a.csv, byte 11: line 3 has 1 columns, the header 2",
            "a.csv, byte 13: line 4 has more than 2 columns, the header 2"),
        reads.damage().stream().map(Item.Damaged::toString).toList());
  }

  /** Its first line is lost, what follows it is not. */
  @Test
  void readsOnAfterAQuoteThatIsNotClosed() {
    Reads reads = text("a.csv", "text,n\n\"a,1\n\"b\",2\nc,3\n\"d,4\ne,5\n");
    assertEquals(List.of("b", "c", "e"), reads.texts());
    assertEquals(List.of("name#L3", "name#L4", "name#L6"), reads.ids());
    assertEquals(
        List.of("line 2 something follows the end of a quote", "line 5 a quote is not closed"),
        reads.damage().stream().map(Item.Damaged::reason).toList());
    assertEquals(List.of(7L, 22L), reads.damage().stream().map(Item.Damaged::offset).toList());
  }

  @Test
  void acceptsOnlyALineEndBehindTheReturnBehindAQuote() {
    Reads reads = text("a.csv", "text\n\"a\"\rb\n\"c\"\r\n\"d\"\r");
    assertEquals(List.of("c", "d"), reads.texts());
    assertEquals(1, reads.damage().size());
  }

  @Test
  void skipsARowThatIsTooLarge() {
    String large = "x".repeat(101);
    Reads reads = bytes("a.csv", ("text\n" + large + "\nb\n").getBytes(UTF_8), SMALL);
    assertEquals(List.of("b"), reads.texts());
    assertEquals("line 2 is larger than 100 bytes", reads.damage().get(0).reason());
  }

  @Test
  void saysWhichColumnIsMissing() {
    Reads reads = text("a.csv", "id,body\n1,a\n2,b\n");
    assertEquals(List.of(), reads.documents());
    assertEquals(
        List.of("a.csv, byte 0: line 1 has no column \"text\" but id, body"),
        reads.damage().stream().map(Item.Damaged::toString).toList());
  }

  @Test
  void reportsRowsThatAreNoUtf8() {
    byte[] latin = "text\ncaf\u00e9\nok\n".getBytes(ISO_8859_1);
    Reads reads = bytes("a.csv", latin);
    assertEquals(List.of("ok"), reads.texts());
    assertEquals("line 2 is no UTF-8", reads.damage().get(0).reason());
    assertEquals(
        "line 1 is no UTF-8",
        bytes("a.csv", "text\na\n".getBytes(UTF_16)).damage().get(0).reason());
  }

  /** The same each time: a position in it is where an interrupted push goes on. */
  @Test
  void givesTheSameItemsEachTime() {
    StringBuilder table = new StringBuilder("text,id\n");
    for (int i = 0; i < 20_000; i++) {
      table.append(i % 7 == 0 ? "\"open," + i + "\n" : "\"line\n" + i + "\"," + i + "\n");
    }
    byte[] packed = gzip(table.toString());
    Reads once = bytes("a.csv.gz", packed);
    assertTrue(once.damage().size() > 1000 && once.documents().size() > 10_000);
    assertEquals(once.items(), bytes("a.csv.gz", packed).items());
  }

  @Test
  void readsWhatIsBesideDamagedBytes() {
    byte[] first = gzip("text\n" + "a\n".repeat(1000));
    first[first.length - 8] ^= 1; // Of the checksum.
    Reads reads = bytes("a.csv.gz", join(first, gzip("b\nc\n")));
    assertEquals(1, reads.damage().size());
    assertTrue(reads.texts().containsAll(List.of("a", "b", "c")));
  }

  /** Never more than a few times the limit of a row in memory, and in one pass. */
  @Test
  void boundsAQuoteThatIsNeverClosed() throws IOException {
    long bytes = 200L << 20;
    ReadOptions options = new ReadOptions("web", Optional.empty(), Optional.empty(), 1 << 20);
    Place place = Place.of("name", Optional.empty(), "a.csv", "a.csv");
    long documents =
        assertTimeout(
            Duration.ofMinutes(2),
            () -> {
              try (Items items =
                  Sources.open(endless(bytes), place, options, Optional.empty(), new Meter())
                      .items()) {
                long count = 0;
                for (Optional<Item> i = items.next(); i.isPresent(); i = items.next()) {
                  if (i.get() instanceof Item.Document) count++;
                }
                return count;
              }
            });
    assertTrue(documents > 0, "what follows the quote is read again");
  }

  /** A header, a quote, and lines without any. */
  private static InputStream endless(long bytes) {
    byte[] head = "text\n\"".getBytes(UTF_8);
    byte[] line = new byte[1024];
    Arrays.fill(line, (byte) 'x');
    line[1023] = '\n';
    return new InputStream() {
      private long position;

      @Override
      public int read() {
        if (position >= bytes) return -1;
        long at = position++;
        return at < head.length ? head[(int) at] : line[(int) (at % line.length)];
      }

      @Override
      public int read(byte[] into, int offset, int length) {
        int count = 0;
        for (; count < length; count++) {
          int b = read();
          if (b < 0) return count == 0 ? -1 : count;
          into[offset + count] = (byte) b;
        }
        return count;
      }
    };
  }
}
