package dev.millrace.refinery.extraction;

import java.util.Locale;

/** What is to be done with a media type. */
final class MediaTypes {
  private MediaTypes() {}

  /** Whether a page has to be taken from its markup. */
  static boolean isHtml(String mediaType) {
    String type = mediaType.toLowerCase(Locale.ROOT);
    return type.equals("text/html") || type.equals("application/xhtml+xml");
  }

  /** Whether the content may declare its own charset. */
  static boolean isMarkup(String mediaType) {
    String type = mediaType.toLowerCase(Locale.ROOT);
    return isHtml(type) || type.endsWith("/xml") || type.endsWith("+xml");
  }
}
