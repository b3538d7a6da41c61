package dev.millrace.ingest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.ingest.source.Fingerprint;
import dev.millrace.ingest.source.Fingerprint.Change;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against a server that hangs up in the middle. */
class DownloadTest {
  private static final int SIZE = 1_000_000;
  private static final Duration PAUSE = Duration.ofMillis(1);

  private final byte[] content = new byte[SIZE];
  private final List<String> ranges = Collections.synchronizedList(new ArrayList<>());
  private final HttpServer server;
  private volatile String tag = "\"v1\"";
  private volatile boolean knowsRanges = true;
  private volatile int bytesPerAnswer = 300_000;

  DownloadTest() throws IOException {
    new Random(1).nextBytes(content);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/file", this::answer);
    server.createContext("/away", exchange -> redirect(exchange, "/file"));
    server.createContext("/around", exchange -> redirect(exchange, "/around"));
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    String version = exchange.getRequestHeaders().getFirst("If-Range");
    ranges.add(range + " " + version);
    boolean partial = range != null && knowsRanges && tag.equals(version);
    int from = partial ? Integer.parseInt(range.replaceAll("\\D", "")) : 0;
    if (!tag.isEmpty()) exchange.getResponseHeaders().add("ETag", tag);
    if (partial) {
      exchange
          .getResponseHeaders()
          .add("Content-Range", "bytes %d-%d/%d".formatted(from, SIZE - 1, SIZE));
    }
    exchange.sendResponseHeaders(partial ? 206 : 200, SIZE - from);
    int count = Math.min(bytesPerAnswer, SIZE - from);
    OutputStream out = exchange.getResponseBody();
    out.write(content, from, count);
    out.flush();
    exchange.close(); // Cuts the connection where bytes are missing.
  }

  private static void redirect(HttpExchange exchange, String path) throws IOException {
    exchange.getResponseHeaders().add("Location", path);
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }

  private InputStream download(String path) throws IOException {
    return new Download(URI.create(url(path)), PAUSE).bytes();
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  @Test
  void asksForWhatIsMissingAfterACut() throws IOException {
    Download file = new Download(URI.create(url("/file")), PAUSE);
    assertEquals(OptionalLong.of(SIZE), file.size());
    assertEquals(Optional.of("\"v1\""), file.version());
    assertArrayEquals(content, file.bytes().readAllBytes());
    assertTrue(ranges.size() >= 4, ranges.toString());
    assertEquals("null null", ranges.get(0));
    assertTrue(ranges.get(1).matches("bytes=[1-9]\\d*- \"v1\""), ranges.get(1));
  }

  @Test
  void readsWhatItHasOnceMoreWhereTheServerKnowsNoRanges() throws IOException {
    knowsRanges = false;
    try (InputStream download = download("/file")) {
      byte[] first = download.readNBytes(100_000);
      bytesPerAnswer = SIZE;
      assertArrayEquals(Arrays.copyOf(content, 100_000), first);
      assertArrayEquals(Arrays.copyOfRange(content, 100_000, SIZE), download.readAllBytes());
    }
  }

  @Test
  void mixesNoTwoVersions() throws IOException {
    try (InputStream download = download("/file")) {
      byte[] unused = download.readNBytes(1000);
      tag = "\"v2\"";
      IOException e = assertThrows(IOException.class, download::readAllBytes);
      assertEquals("it has changed on the server while it was read", e.getMessage());
    }
  }

  @Test
  void goesOnOnlyWhereTheServerNamesTheVersion() throws IOException {
    tag = "";
    try (InputStream download = download("/file")) {
      IOException e = assertThrows(IOException.class, download::readAllBytes);
      assertTrue(e.getMessage().startsWith("the connection broke after "), e.getMessage());
    }
    assertEquals(1, ranges.size());
  }

  @Test
  void givesUpAServerThatGivesNothingMore() throws IOException {
    try (InputStream download = download("/file")) {
      byte[] unused = download.readNBytes(1000);
      bytesPerAnswer = 0;
      IOException e = assertThrows(IOException.class, download::readAllBytes);
      assertTrue(e.getMessage().startsWith("the connection broke after "), e.getMessage());
    }
    assertTrue(ranges.size() <= 8, ranges.toString());
  }

  @Test
  void followsRedirectsButNotForEver() throws IOException {
    try (InputStream download = download("/away")) {
      assertArrayEquals(content, download.readAllBytes());
    }
    IOException e = assertThrows(IOException.class, () -> download("/around"));
    assertEquals("the server answers with status 302", e.getMessage());
  }

  @Test
  void isKnownByItsVersionWithoutBeingRead() throws IOException {
    Fingerprint before = unit().fingerprint("options");
    assertTrue(unit().isKnownToItsEnd());
    assertEquals(Change.NONE, unit().since(before, "options"));
    assertEquals(Change.OTHER_OPTIONS, unit().since(before, "others"));
    tag = "\"v2\"";
    assertEquals(Change.OTHER_BYTES, unit().since(before, "options"));
    tag = "";
    assertEquals(false, unit().isKnownToItsEnd());
  }

  private UrlUnit unit() throws IOException {
    return UrlUnit.of(Input.of(url("/file")), "name");
  }
}
