package dev.millrace.ingest.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The bottom of every stream: counts what it reads. A device that fails must not look like a
 * damaged document, so its exceptions pass unchecked through whatever decodes the bytes.
 */
final class DeviceInput extends InputStream {
  private final InputStream in;
  private final Meter meter;

  DeviceInput(InputStream in, Meter meter) {
    this.in = in;
    this.meter = meter;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    try {
      int count = in.read(bytes, offset, length);
      if (count > 0) meter.add(count);
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
