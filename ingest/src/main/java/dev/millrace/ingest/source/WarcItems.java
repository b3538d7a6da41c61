package dev.millrace.ingest.source;

import dev.millrace.ingest.source.WarcRecords.Header;
import dev.millrace.schemas.RawDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The pages of a WARC, WET or ARC file: {@code response}, {@code resource} and {@code conversion}
 * records that hold text; of responses those with status 2xx. Other records are no items, other
 * pages are unsupported.
 *
 * <p>A page's id is its URI and the date of its record, joined by {@code @}: two captures of one
 * URI are two documents, one capture is the same document in whatever file.
 */
final class WarcItems implements Items {
  private final Source source;
  private final WarcRecords records;
  private final int bytesMax;

  WarcItems(Source source) {
    this.source = source;
    this.records = new WarcRecords(source.bytes());
    this.bytesMax = source.options().documentBytesMax();
  }

  @Override
  public Optional<Item> next() {
    while (true) {
      long offset = records.offset();
      try {
        Optional<Header> header = records.next();
        if (header.isEmpty()) return Optional.empty();
        offset = header.get().offset();
        Optional<Item> item = read(header.get());
        records.finish(header.get());
        if (item.isPresent()) return item;
      } catch (DamageException e) {
        records.recoverFromGap();
        return damaged(offset, e);
      } catch (IOException | IllegalArgumentException e) {
        records.recover();
        return damaged(offset, e);
      }
    }
  }

  /** Damage to the framing is thrown; damage within the record is an item. */
  private Optional<Item> read(Header header) throws IOException {
    byte[] body = records.body(header, bytesMax + WarcRecords.HEADER_BYTES_MAX);
    try {
      return switch (field(header, "WARC-Type")) {
        case "response" -> response(header, body);
        case "resource", "conversion" -> resource(header, body);
        default -> Optional.empty();
      };
    } catch (UncheckedIOException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      return damaged(header.offset(), e); // Of the parsers, which get any bytes at all.
    }
  }

  private Optional<Item> response(Header header, byte[] body) throws IOException {
    if (!field(header, "Content-Type").startsWith("application/http")) {
      return Optional.empty(); // Answers of name servers.
    }
    HttpPage page = HttpPage.of(body);
    if (!page.isSuccess()) return Optional.of(unsupported(header, "HTTP status " + page.status()));
    Optional<ContentType> declared = page.contentType();
    if (declared.isPresent() && !isPage(declared.get())) {
      return Optional.of(unsupported(header, declared.get().mediaType()));
    }
    return Optional.of(page(header, declared, page.content(bytesMax)));
  }

  private Optional<Item> resource(Header header, byte[] body) {
    if (uri(header).startsWith("metadata:")) return Optional.empty(); // A crawler's own log.
    Optional<ContentType> declared = ContentType.parse(field(header, "Content-Type"));
    return Optional.of(
        body.length > bytesMax
            ? source.tooLarge(header.offset(), "the resource")
            : page(header, declared, body));
  }

  /**
   * Without a declared type, that which the crawler saw; without that, what the bytes look like.
   */
  private Item page(Header header, Optional<ContentType> declared, byte[] content) {
    Optional<ContentType> type =
        declared
            .or(() -> ContentType.parse(field(header, "WARC-Identified-Payload-Type")))
            .or(() -> MediaTypes.ofBytes(content).map(t -> new ContentType(t, Optional.empty())));
    return type.filter(WarcItems::isPage)
        .map(t -> document(header, t, content))
        .orElseGet(() -> unsupported(header, type.map(ContentType::mediaType).orElse("no text")));
  }

  private static boolean isPage(ContentType type) {
    return MediaTypes.isPage(type.mediaType());
  }

  private Item document(Header header, ContentType type, byte[] content) {
    String uri = uri(header);
    String date = field(header, "WARC-Date");
    String position = source.place().position("byte" + header.offset());
    return source.document(
        header.offset(),
        new RawDocument(
            uri.isEmpty() ? position : date.isEmpty() ? uri : uri + "@" + date,
            source.options().domain(),
            uri.isEmpty() ? null : uri,
            type.mediaType(),
            type.charset().orElse(null),
            ByteBuffer.wrap(content),
            instant(date).orElse(null),
            metadata(header)));
  }

  private Map<String, String> metadata(Header header) {
    Map<String, String> metadata = new HashMap<>(source.place().metadata());
    copy(header, "WARC-Record-ID", "warc-record-id", metadata);
    copy(header, "WARC-Identified-Content-Language", "language", metadata);
    copy(header, "WARC-Truncated", "truncated", metadata);
    return metadata;
  }

  private static void copy(Header header, String from, String to, Map<String, String> metadata) {
    String value = field(header, from);
    if (!value.isEmpty()) metadata.put(to, value);
  }

  private static Optional<Instant> instant(String date) {
    try {
      return Optional.of(Instant.parse(date));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** Some writers put it in angle brackets. */
  private static String uri(Header header) {
    String uri = field(header, "WARC-Target-URI");
    return uri.startsWith("<") && uri.endsWith(">") ? uri.substring(1, uri.length() - 1) : uri;
  }

  private static String field(Header header, String name) {
    return header.fields().first(name).orElse("").strip();
  }

  private Item unsupported(Header header, String kind) {
    return new Item.Unsupported(source.place().shown() + ", " + uri(header), kind);
  }

  private Optional<Item> damaged(long offset, Exception e) {
    return Optional.of(source.damaged(offset, String.valueOf(e.getMessage())));
  }

  @Override
  public void close() {
    records.close();
  }
}
