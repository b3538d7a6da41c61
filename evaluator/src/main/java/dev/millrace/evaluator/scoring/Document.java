package dev.millrace.evaluator.scoring;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A text to be scored.
 *
 * @param id hash of the text: the first 16 hex digits of its SHA-256 in UTF-8
 */
public record Document(String id, String text) {
  private static final int ID_BYTES = 8;

  /** With the id that belongs to the text. */
  public static Document of(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return new Document(HexFormat.of().formatHex(hash, 0, ID_BYTES), text);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every JDK has it.
    }
  }
}
