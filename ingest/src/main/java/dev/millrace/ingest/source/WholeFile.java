package dev.millrace.ingest.source;

import dev.millrace.schemas.RawDocument;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A file that is one document, bytes as they are. A file with damage in it is no document. */
final class WholeFile implements Items {
  private final Source source;
  private final String mediaType;
  private boolean read;

  WholeFile(Source source, String mediaType) {
    this.source = source;
    this.mediaType = mediaType;
  }

  @Override
  public Optional<Item> next() {
    if (read) return Optional.empty();
    read = true;
    try {
      return Optional.of(document(source.bytes().readNBytes(bytesMax() + 1)));
    } catch (IOException e) {
      return Optional.of(source.damaged(0, String.valueOf(e.getMessage())));
    }
  }

  private Item document(byte[] content) {
    Place place = source.place();
    if (content.length > bytesMax()) return source.tooLarge(0, "the document");
    return source.document(
        0,
        new RawDocument(
            place.name(),
            source.options().domain(),
            place.uri().orElse(null),
            mediaType,
            null,
            ByteBuffer.wrap(content),
            null,
            metadata()));
  }

  private Map<String, String> metadata() {
    Map<String, String> metadata = new HashMap<>(source.place().metadata());
    MediaTypes.codeLanguage(mediaType).ifPresent(name -> metadata.put("code-language", name));
    return metadata;
  }

  private int bytesMax() {
    return source.options().documentBytesMax();
  }

  @Override
  public void close() {
    Sources.close(source.bytes());
  }
}
