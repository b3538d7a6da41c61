package dev.millrace.refinery.text;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * A document as it was crawled or pushed.
 *
 * @param id stable id
 * @param domain the domain of the run file that it belongs to
 * @param uri where it came from
 * @param mediaType IANA media type of the content, without parameters
 * @param charset declared IANA charset; empty: to be detected
 * @param content the bytes as fetched; not copied, not to be changed
 * @param metadata whatever the source knows beside
 */
public record SourceDocument(
    String id,
    String domain,
    Optional<String> uri,
    String mediaType,
    Optional<String> charset,
    byte[] content,
    Map<String, String> metadata) {

  public SourceDocument {
    metadata = Map.copyOf(metadata);
  }

  /** Plain text that is decoded already. */
  public static SourceDocument ofText(String id, String domain, String text) {
    return new SourceDocument(
        id,
        domain,
        Optional.empty(),
        "text/plain",
        Optional.of("UTF-8"),
        text.getBytes(StandardCharsets.UTF_8),
        Map.of());
  }
}
