package dev.millrace.ingest.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Tells whether an input still begins with the bytes that it had: their number and a hash of the
 * first and last {@value #PART_BYTES} of them. An edit in the middle that keeps the size is not
 * seen; in return a file may be copied, touched or added to, and the largest is checked at once.
 *
 * @param size in bytes; of a stream {@value #PART_BYTES} at most
 * @param options that made documents of the bytes
 */
public record Fingerprint(long size, String hash, String options) {
  /** 64 KiB. */
  public static final int PART_BYTES = 1 << 16;

  private static final int HASH_BYTES = 16;

  /** What became of an input since a fingerprint was taken. */
  public enum Change {
    NONE,
    /** The bytes are there, and more follow. */
    GROWN,
    OTHER_BYTES,
    OTHER_OPTIONS
  }

  public Fingerprint {
    if (size < 0) throw new IllegalArgumentException("size " + size);
  }

  /** Of a file as it is. */
  public static Fingerprint of(Path file, String options) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return of(channel, channel.size(), options);
    }
  }

  /** Of a stream by its first bytes. */
  public static Fingerprint of(byte[] head, String options) {
    return of(head, head.length, options);
  }

  /**
   * Of a file elsewhere by its first bytes, its size, and a name that changes when its bytes do.
   */
  public static Fingerprint of(byte[] head, long size, String version, String options) {
    MessageDigest digest = sha256();
    digest.update(head);
    digest.update(version.getBytes(StandardCharsets.UTF_8));
    return new Fingerprint(size, hex(digest), options);
  }

  /** How a file differs from what it was. */
  public Change to(Path file, String nowOptions) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long now = channel.size();
      return now < size
          ? Change.OTHER_BYTES
          : change(of(channel, size, nowOptions), now, nowOptions);
    }
  }

  /** How a stream differs from what it was. */
  public Change to(byte[] head, String nowOptions) {
    return head.length < size
        ? Change.OTHER_BYTES
        : change(of(head, (int) size, nowOptions), head.length, nowOptions);
  }

  /** How a file elsewhere, which has a version, differs from what it was. */
  public Change to(Fingerprint now) {
    if (now.size != size || !now.hash.equals(hash)) return Change.OTHER_BYTES;
    return now.options.equals(options) ? Change.NONE : Change.OTHER_OPTIONS;
  }

  private Change change(Fingerprint beginning, long now, String nowOptions) {
    if (!beginning.hash.equals(hash)) return Change.OTHER_BYTES;
    if (!nowOptions.equals(options)) return Change.OTHER_OPTIONS;
    return now == size ? Change.NONE : Change.GROWN;
  }

  private static Fingerprint of(FileChannel channel, long size, String options) throws IOException {
    int part = (int) Math.min(size, PART_BYTES);
    MessageDigest digest = sha256();
    digest.update(read(channel, 0, part));
    digest.update(read(channel, size - part, part));
    return new Fingerprint(size, hex(digest), options);
  }

  private static Fingerprint of(byte[] head, int size, String options) {
    MessageDigest digest = sha256();
    digest.update(head, 0, size);
    digest.update(head, 0, size); // As a file of that size has it.
    return new Fingerprint(size, hex(digest), options);
  }

  private static ByteBuffer read(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    for (int n = 0; n >= 0 && bytes.hasRemaining(); ) {
      n = channel.read(bytes, position + bytes.position());
    }
    return bytes.flip();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest(), 0, HASH_BYTES);
  }

  /** A short name for content that has no other. */
  public static String name(byte[] content) {
    return of(content, content.length, "").hash.substring(0, 16);
  }

  /** The inverse of {@link #toString}; empty for what it never wrote. */
  public static Optional<Fingerprint> parse(String text) {
    String[] parts = text.split(" ", 3);
    boolean valid = parts.length == 3 && parts[0].matches("\\d{1,18}");
    return valid
        ? Optional.of(new Fingerprint(Long.parseLong(parts[0]), parts[1], parts[2]))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return size + " " + hash + " " + options;
  }
}
