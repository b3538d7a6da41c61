package dev.millrace.ingest.source;

import dev.millrace.schemas.RawDocument;

/** What a source holds at one place: a document, damage, or something that is no document. */
public sealed interface Item {

  /** A document, ready to be pushed. */
  record Document(RawDocument document) implements Item {}

  /**
   * A record that could not be read. It is skipped; what follows is read.
   *
   * @param where the file, and the entry within it, as the user named it
   * @param offset of the record, in bytes from the start of {@code where} after decompression
   * @param reason one line
   */
  record Damaged(String where, long offset, String reason) implements Item {
    private static final int REASON_CHARACTERS_MAX = 300;

    public Damaged {
      where = oneLine(where);
      reason = oneLine(reason);
      if (offset < 0) throw new IllegalArgumentException("offset " + offset + " in " + where);
    }

    /** One line for people. */
    @Override
    public String toString() {
      return "%s, byte %,d: %s".formatted(where, offset, reason);
    }

    /** What a hostile file says about itself must not steer a terminal. */
    private static String oneLine(String text) {
      String shown = text.replaceAll("\\p{Cntrl}+", " ").strip();
      return shown.length() <= REASON_CHARACTERS_MAX
          ? shown
          : shown.substring(0, REASON_CHARACTERS_MAX) + "…";
    }
  }

  /**
   * A file or record of a kind that holds no text: an image, a redirect.
   *
   * @param where as in {@link Damaged}
   * @param kind what it is instead
   */
  record Unsupported(String where, String kind) implements Item {}
}
