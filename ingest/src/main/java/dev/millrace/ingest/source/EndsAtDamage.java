package dev.millrace.ingest.source;

import java.io.IOException;
import java.io.InputStream;

/** Gives a decoder's failure the form that this package promises: thrown once, then the end. */
final class EndsAtDamage extends InputStream {
  private final InputStream in;
  private final String kind;
  private boolean damaged;

  /**
   * @param kind what the bytes should be: {@code zstd data}
   */
  EndsAtDamage(InputStream in, String kind) {
    this.in = in;
    this.kind = kind;
  }

  boolean isDamaged() {
    return damaged;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (damaged) return -1;
    try {
      return in.read(bytes, offset, length);
    } catch (DamageException e) {
      damaged = true;
      throw e;
    } catch (IOException
        | IndexOutOfBoundsException
        | IllegalArgumentException
        | NullPointerException e) {
      damaged = true; // Decoders of old formats, and of zips, let runtime exceptions through.
      throw DamageException.ahead(kind + " is damaged or ends early: " + e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
