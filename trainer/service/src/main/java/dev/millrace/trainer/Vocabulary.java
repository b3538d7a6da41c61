package dev.millrace.trainer;

import java.nio.file.Path;

/**
 * What a trainer must know of a tokenizer; it never tokenizes.
 *
 * @param tokenizerJson copied into every checkpoint
 * @param id first 16 hex digits of the file's SHA-256
 * @param size one more than the largest token id
 * @param endOfText the token between documents
 */
public record Vocabulary(Path tokenizerJson, String id, int size, int endOfText) {
  public Vocabulary {
    if (endOfText < 0 || endOfText >= size) {
      throw new IllegalArgumentException("no token between documents: " + endOfText);
    }
  }
}
