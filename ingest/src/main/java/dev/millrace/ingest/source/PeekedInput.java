package dev.millrace.ingest.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A stream whose first bytes can be looked at before it is read. */
final class PeekedInput extends InputStream {
  /** Enough for every magic number, tar's among them, and to tell text from binary. */
  static final int HEAD_BYTES_MAX = 4096;

  private final InputStream in;
  private final byte[] head;
  private int position;
  private @Nullable DamageException damage;

  /** Reads the head. Damage within it is thrown after it. */
  PeekedInput(InputStream in) throws IOException {
    this.in = in;
    byte[] bytes = new byte[HEAD_BYTES_MAX];
    int length = 0;
    try {
      for (int n = 0; n >= 0 && length < bytes.length; length += Math.max(n, 0)) {
        n = in.read(bytes, length, bytes.length - length);
      }
    } catch (DamageException e) {
      damage = e;
    }
    head = Arrays.copyOf(bytes, length);
  }

  /** As many bytes as there are, {@link #HEAD_BYTES_MAX} at most. */
  byte[] head() {
    return head;
  }

  /** Whether there is nothing at all, not even damage. */
  boolean isEmpty() {
    return head.length == 0 && damage == null;
  }

  @Override
  public int read() throws IOException {
    if (position < head.length) return head[position++] & 0xff;
    throwDamage();
    return in.read();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (position < head.length) {
      int count = Math.min(length, head.length - position);
      System.arraycopy(head, position, bytes, offset, count);
      position += count;
      return count;
    }
    throwDamage();
    return in.read(bytes, offset, length);
  }

  private void throwDamage() throws DamageException {
    DamageException thrown = damage;
    damage = null;
    if (thrown != null) throw thrown;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
