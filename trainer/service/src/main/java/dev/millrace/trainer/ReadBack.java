package dev.millrace.trainer;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Whether a model has in memory what it was given, by the SHA-256 of a tensor. */
final class ReadBack {
  private ReadBack() {}

  /**
   * Compares one tensor.
   *
   * @param from where the stored values are
   * @throws IllegalStateException naming it where it differs
   */
  static void verify(
      String name, Iterable<ByteBuffer> stored, Iterable<ByteBuffer> inMemory, Path from) {
    if (MessageDigest.isEqual(sha256(stored), sha256(inMemory))) return;
    throw new IllegalStateException(
        "%s is not in memory as %s has it: the memory or its driver is broken"
            .formatted(name, from));
  }

  private static byte[] sha256(Iterable<ByteBuffer> chunks) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (ByteBuffer chunk : chunks) digest.update(chunk.duplicate());
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
