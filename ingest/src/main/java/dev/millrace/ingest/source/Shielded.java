package dev.millrace.ingest.source;

import java.io.IOException;
import java.io.InputStream;

/** An entry of an archive stream: closing it leaves the stream open. */
final class Shielded extends InputStream {
  private final InputStream in;

  Shielded(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    return in.read();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return in.read(bytes, offset, length);
  }

  @Override
  public void close() {}
}
