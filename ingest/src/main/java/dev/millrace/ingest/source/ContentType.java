package dev.millrace.ingest.source;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.netpreserve.jwarc.MediaType;

/**
 * A Content-Type field: a media type in lower case without parameters, and the charset among them.
 */
record ContentType(String mediaType, Optional<String> charset) {
  private static final Pattern CHARSET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:+-]{0,39}");

  /** Empty where the field is no media type. */
  static Optional<ContentType> parse(String field) {
    MediaType type = MediaType.parseLeniently(field);
    if (type.type().isBlank() || type.subtype().isBlank()) return Optional.empty();
    String name = (type.type() + "/" + type.subtype()).toLowerCase(Locale.ROOT).strip();
    return Optional.of(new ContentType(name, charset(type)));
  }

  private static Optional<String> charset(MediaType type) {
    return type.parameters().entrySet().stream()
        .filter(p -> p.getKey().equalsIgnoreCase("charset"))
        .map(p -> p.getValue().strip())
        .filter(c -> CHARSET.matcher(c).matches())
        .findFirst();
  }
}
