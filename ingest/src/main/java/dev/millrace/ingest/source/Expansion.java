package dev.millrace.ingest.source;

import java.io.IOException;
import java.io.InputStream;

/**
 * Stops archives that unpack to far more than they are (zip bombs). Within archives, over all
 * layers, {@value #FACTOR_MAX} bytes may come out of each byte read, beyond a first {@value
 * #FREE_BYTES}. One layer of deflate can reach about 1,030.
 */
final class Expansion {
  static final long FACTOR_MAX = 1000;
  static final long FREE_BYTES = 256L << 20;

  private final Meter meter;
  private final long start;
  private long unpacked;
  private boolean exceeded;

  Expansion(Meter meter) {
    this.meter = meter;
    this.start = meter.bytes();
  }

  /** Once true, nothing more must be read. */
  boolean isExceeded() {
    return exceeded;
  }

  InputStream watch(InputStream in) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        if (exceeded) return -1;
        int count = in.read(bytes, offset, length);
        if (count > 0) add(count);
        return count;
      }

      @Override
      public void close() throws IOException {
        in.close();
      }
    };
  }

  private void add(int count) throws DamageException {
    unpacked += count;
    exceeded = unpacked - FREE_BYTES > FACTOR_MAX * (meter.bytes() - start);
    if (exceeded) {
      throw DamageException.ahead(
          "unpacks to more than %,d times its size: the rest of the file is not read"
              .formatted(FACTOR_MAX));
    }
  }
}
