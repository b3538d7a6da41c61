package dev.millrace.ingest.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.brotli.dec.BrotliInputStream;
import org.netpreserve.jwarc.HttpResponse;
import org.netpreserve.jwarc.LengthedBody;

/** An HTTP response as a crawler stored it. */
record HttpPage(HttpResponse response) {

  /**
   * @param body of the WARC record; the response's body may be cut off
   */
  static HttpPage of(byte[] body) throws IOException {
    ByteBuffer nothing = ByteBuffer.allocate(0);
    return new HttpPage(
        HttpResponse.parse(
            LengthedBody.create(
                Channels.newChannel(new ByteArrayInputStream(body)), nothing, body.length)));
  }

  int status() {
    return response.status();
  }

  boolean isSuccess() {
    return status() / 100 == 2;
  }

  Optional<ContentType> contentType() {
    return response.headers().first("Content-Type").flatMap(ContentType::parse);
  }

  /**
   * The body without transfer and content encodings. Crawlers often decode and leave the header, so
   * that bytes which are not encoded as the header says are taken as they are.
   *
   * @throws IOException where it is damaged, larger, or encoded in a way that nobody knows
   */
  byte[] content(int bytesMax) throws IOException {
    byte[] content = bounded(response.body().stream(), bytesMax);
    for (String encoding : encodings()) {
      content = bounded(decoder(encoding, content), bytesMax);
    }
    return content;
  }

  /** The one applied last comes first. */
  private List<String> encodings() {
    List<String> applied =
        response.headers().all("Content-Encoding").stream()
            .flatMap(field -> Stream.of(field.split(",", -1)))
            .map(e -> e.strip().toLowerCase(Locale.ROOT))
            .collect(Collectors.toList());
    Collections.reverse(applied);
    return applied;
  }

  private static InputStream decoder(String encoding, byte[] content) throws IOException {
    InputStream in = new ByteArrayInputStream(content);
    return switch (encoding) {
      case "gzip", "x-gzip" -> Compression.GZIP.isMagic(content) ? new GzipInput(in) : in;
      case "zstd" -> Compression.ZSTD.isMagic(content) ? Compression.ZSTD.open(in) : in;
      case "deflate" -> new InflaterInputStream(in, new Inflater(!isZlib(content)));
      case "br" -> new BrotliInputStream(in);
      case "", "identity", "none", "utf-8" -> in;
      default -> throw new IOException("content encoding " + encoding + " is not known");
    };
  }

  /** RFC 1950; many servers send bare deflate data (RFC 1951) instead. */
  private static boolean isZlib(byte[] content) {
    return content.length > 1
        && (content[0] & 0x0f) == 8
        && (((content[0] & 0xff) << 8) | (content[1] & 0xff)) % 31 == 0;
  }

  private static byte[] bounded(InputStream in, int bytesMax) throws IOException {
    try (in) {
      byte[] bytes = in.readNBytes(bytesMax + 1);
      if (bytes.length <= bytesMax) return bytes;
    }
    throw new IOException("the page is larger than %,d bytes".formatted(bytesMax));
  }
}
