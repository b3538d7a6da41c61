package dev.millrace.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/** Makes web archives, good and bad. */
final class Warcs {
  static final String DATE = "2020-02-03T04:05:06Z";

  private Warcs() {}

  /** A record with the right length. */
  static byte[] record(String type, String uri, String contentType, byte[] body) {
    return record(type, uri, contentType, body, body.length);
  }

  static byte[] record(String type, String uri, String contentType, byte[] body, long length) {
    String header =
        """
        WARC/1.0\r
        WARC-Type: %s\r
        WARC-Record-ID: <urn:uuid:%s>\r
        WARC-Target-URI: %s\r
        WARC-Date: %s\r
        Content-Type: %s\r
        Content-Length: %d\r
        \r
        """
            .formatted(type, uri.hashCode(), uri, DATE, contentType, length);
    return Reads.join(header.getBytes(UTF_8), body, "\r\n\r\n".getBytes(UTF_8));
  }

  static byte[] info() {
    return record(
        "warcinfo", "x:info", "application/warc-fields", "software: test\r\n".getBytes(UTF_8));
  }

  /** A page that a server sent. */
  static byte[] page(String uri, String text) {
    return response(uri, "200 OK", "Content-Type: text/html; charset=utf-8", text.getBytes(UTF_8));
  }

  static byte[] response(String uri, String status, String fields, byte[] payload) {
    return record(
        "response", uri, "application/http; msgtype=response", http(status, fields, payload));
  }

  static byte[] http(String status, String fields, byte[] payload) {
    String header = "HTTP/1.1 " + status + "\r\n" + fields + "\r\n\r\n";
    return Reads.join(header.getBytes(UTF_8), payload);
  }

  /** So many pages, each with a URI of its own. */
  static List<byte[]> pages(int count) {
    List<byte[]> pages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pages.add(
          page("http://e.org/" + i, "<html>page %d %s</html>".formatted(i, "x".repeat(i % 97))));
    }
    return pages;
  }

  static byte[] join(List<byte[]> records) {
    return Reads.join(records.toArray(byte[][]::new));
  }
}
