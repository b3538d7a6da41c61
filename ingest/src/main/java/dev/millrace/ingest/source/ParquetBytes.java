package dev.millrace.ingest.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/**
 * A file for Parquet's reader. As in {@link DeviceInput}, a device that fails passes unchecked;
 * only an early end is the file's own fault.
 */
record ParquetBytes(Path file, Meter meter) implements InputFile {
  /** As the reader's messages call it, which the place of the damage goes before. */
  @Override
  public String toString() {
    return "it";
  }

  @Override
  public long getLength() {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public SeekableInputStream newStream() {
    try {
      return new Stream(FileChannel.open(file, StandardOpenOption.READ), meter);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Stream extends SeekableInputStream {
    private final FileChannel channel;
    private final Meter meter;

    Stream(FileChannel channel, Meter meter) {
      this.channel = channel;
      this.meter = meter;
    }

    @Override
    public long getPos() throws IOException {
      return channel.position();
    }

    @Override
    public void seek(long position) throws IOException {
      if (position < 0) throw new EOFException("a position before the beginning");
      channel.position(position);
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      return read(ByteBuffer.wrap(bytes, offset, length));
    }

    @Override
    public int read(ByteBuffer buffer) {
      try {
        int count = channel.read(buffer);
        if (count > 0) meter.add(count);
        return count;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void readFully(byte[] bytes) throws IOException {
      readFully(ByteBuffer.wrap(bytes));
    }

    @Override
    public void readFully(byte[] bytes, int offset, int length) throws IOException {
      readFully(ByteBuffer.wrap(bytes, offset, length));
    }

    @Override
    public void readFully(ByteBuffer buffer) throws IOException {
      while (buffer.hasRemaining()) {
        if (read(buffer) < 0) throw new EOFException("it ends early");
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
