package dev.millrace.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.OptionalLong;

/** The bytes of something elsewhere, through connections that break. */
final class Resumed extends InputStream {
  /** In a row, without a byte between them. */
  private static final int ATTEMPTS_MAX = 6;

  private final Origin origin;
  private final OptionalLong size;
  private final Duration firstPause;
  private InputStream body;
  private long position;

  /** Where the bytes come from. */
  interface Origin {
    /** Whether it can be opened again and then has the same bytes. */
    boolean isVersioned();

    /**
     * Connects anew. What may pass is thrown by the stream, when it is read.
     *
     * @throws IOException where another attempt would not help
     */
    InputStream openAt(long position) throws IOException;
  }

  /**
   * @param body from the beginning
   * @param size of all bytes; empty where it is not known
   * @param firstPause before the second attempt after a connection broke; doubles with each
   */
  Resumed(InputStream body, OptionalLong size, Origin origin, Duration firstPause) {
    this.body = body;
    this.size = size;
    this.origin = origin;
    this.firstPause = firstPause;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Duration pause = firstPause;
    for (int attempt = 1; ; attempt++) {
      try {
        int count = body.read(bytes, offset, length);
        boolean cut = count < 0 && size.isPresent() && position < size.getAsLong();
        if (cut) throw new IOException("the connection ends early");
        position += Math.max(count, 0);
        return count;
      } catch (IOException e) {
        if (attempt == ATTEMPTS_MAX || !origin.isVersioned()) throw broken(e);
        sleep(pause);
        pause = pause.multipliedBy(2);
        close();
        body = origin.openAt(position);
      }
    }
  }

  private IOException broken(IOException e) {
    return new IOException(
        "the connection broke after %,d bytes: %s".formatted(position, Failures.line(e)), e);
  }

  private static void sleep(Duration pause) throws IOException {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** What throws it when it is read. */
  static InputStream failing(IOException e) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        throw e;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        throw e;
      }
    };
  }

  @Override
  public void close() {
    try {
      body.close();
    } catch (IOException e) {
      // It is broken already.
    }
  }
}
