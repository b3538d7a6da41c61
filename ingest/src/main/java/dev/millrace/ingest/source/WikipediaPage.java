package dev.millrace.ingest.source;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * A page of a dump.
 *
 * @param offset about where it starts, in bytes
 * @param wikitext cut where it is larger than a document may be
 */
record WikipediaPage(
    long offset, String title, String id, String timestamp, String wikitext, boolean isTooLarge) {
  /** Characters that MediaWiki leaves as they are in an address. */
  private static final String PLAIN = "-._~!$&'()*,;:@/";

  /** Wikis whose texts are under one licence; news and pictures are not. */
  private static final Set<String> SHARE_ALIKE =
      Set.of("wikipedia", "wiktionary", "wikibooks", "wikiquote", "wikivoyage", "wikiversity");

  /**
   * Its address in a wiki.
   *
   * @param base of any page there, up to the title
   */
  String uri(String base) {
    StringBuilder uri = new StringBuilder(base);
    for (byte b : title.replace(' ', '_').getBytes(StandardCharsets.UTF_8)) {
      boolean plain = b > ' ' && (Character.isLetterOrDigit(b) || PLAIN.indexOf(b) >= 0);
      if (plain) {
        uri.append((char) b);
      } else {
        uri.append('%').append("%02X".formatted(b));
      }
    }
    return uri.toString();
  }

  /** Whether all texts of the wiki are under CC BY-SA 4.0, as Wikimedia's terms of use have it. */
  static boolean isShareAlike(String base) {
    return SHARE_ALIKE.stream().anyMatch(wiki -> base.contains("." + wiki + ".org/"));
  }
}
