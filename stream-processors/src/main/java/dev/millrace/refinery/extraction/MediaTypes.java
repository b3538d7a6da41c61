package dev.millrace.refinery.extraction;

import java.util.Locale;
import java.util.Optional;

/**
 * What is to be done with a media type, in whatever case and also where a producer sends all of a
 * Content-Type field.
 */
final class MediaTypes {
  private static final String CHARSET = "charset=";

  private MediaTypes() {}

  /** Whether a page has to be taken from its markup. */
  static boolean isHtml(String mediaType) {
    return withoutParameters(mediaType).equals("text/html") || isXhtml(mediaType);
  }

  /** Whether the page is XML, in which any element may be empty. */
  static boolean isXhtml(String mediaType) {
    return withoutParameters(mediaType).equals("application/xhtml+xml");
  }

  /** Whether the content may declare its own charset. */
  static boolean isMarkup(String mediaType) {
    String type = withoutParameters(mediaType);
    return isHtml(type) || type.endsWith("/xml") || type.endsWith("+xml");
  }

  /** The parameter of this name. */
  static Optional<String> charset(String mediaType) {
    int at = mediaType.toLowerCase(Locale.ROOT).indexOf(CHARSET, mediaType.indexOf(';') + 1);
    if (at < 0 || mediaType.indexOf(';') < 0) return Optional.empty();
    String value = mediaType.substring(at + CHARSET.length());
    return Optional.of(value.split(";", 2)[0].replaceAll("[\"']", "").strip());
  }

  private static String withoutParameters(String mediaType) {
    int end = mediaType.indexOf(';');
    return (end < 0 ? mediaType : mediaType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }
}
