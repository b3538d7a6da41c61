package dev.millrace.ingest.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.netpreserve.jwarc.LengthedBody;
import org.netpreserve.jwarc.MessageHeaders;
import org.netpreserve.jwarc.ParsingException;
import org.netpreserve.jwarc.WarcParser;

/**
 * The records of a WARC (ISO 28500) or ARC file, headers parsed by jwarc. Bounds and finding the
 * next record after damage are this class's own: jwarc's reader ends at the first damage and trusts
 * every length.
 *
 * <p>The order of calls is {@link #next}, {@link #body}, {@link #finish}; after an exception {@link
 * #recover} or {@link #recoverFromGap}.
 */
final class WarcRecords implements ReadableByteChannel {
  static final int HEADER_BYTES_MAX = 1 << 20;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final long READ_AGAIN_BYTES_MAX = 1L << 30;

  private final InputStream in;
  private final WarcParser parser = new WarcParser();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).flip();
  private ByteBuffer again = ByteBuffer.allocate(0);
  private long againLeft = READ_AGAIN_BYTES_MAX;
  private long delivered;
  private long headerLeft = Long.MAX_VALUE;
  private boolean started;
  private boolean isArc;
  private byte[] body = {};
  private long bodyStart;
  private int lineEnds;
  private boolean atLineStart;
  private @Nullable DamageException ahead;

  /**
   * One record.
   *
   * @param offset in bytes from the start of the file
   */
  record Header(long offset, MessageHeaders fields, LengthedBody body) {}

  WarcRecords(InputStream in) {
    this.in = in;
    parser.setLenient(true);
  }

  /** Of the next byte. */
  long offset() {
    return delivered - buffer.remaining();
  }

  /** The next record; empty at the end. */
  Optional<Header> next() throws IOException {
    throwAhead();
    if (!started) isArc = startsWith("filedesc:");
    started = true;
    skipLineEnds();
    long offset = offset();
    body = new byte[0];
    if (!parseHeader()) return Optional.empty();
    atLineStart = true;
    bodyStart = offset();
    MessageHeaders fields = parser.headers();
    return Optional.of(
        new Header(offset, fields, LengthedBody.create(this, buffer, length(fields))));
  }

  private void throwAhead() throws DamageException {
    DamageException thrown = ahead;
    ahead = null;
    if (thrown != null) throw thrown;
  }

  private boolean parseHeader() throws IOException {
    atLineStart = false;
    headerLeft = HEADER_BYTES_MAX;
    parser.reset();
    try {
      return parser.parse(this, buffer);
    } catch (ParsingException e) {
      throw e; // The buffer begins where the header is wrong.
    } catch (EOFException e) {
      throw new IOException("the file ends within a record's header", e);
    } catch (IOException e) {
      buffer.clear().flip(); // All of it is parsed; jwarc left it open for writing.
      throw e;
    } finally {
      headerLeft = Long.MAX_VALUE;
    }
  }

  private static long length(MessageHeaders fields) throws IOException {
    String length = fields.first("Content-Length").orElse("").strip();
    if (!length.matches("\\d{1,18}")) throw new IOException("the record has no length: " + length);
    return Long.parseLong(length);
  }

  /**
   * The first bytes of a record's body, at most so many.
   *
   * @throws IOException where the file ends before
   */
  byte[] body(Header header, int bytesMax) throws IOException {
    int wanted = (int) Math.min(header.body().size(), bytesMax);
    ByteBuffer bytes = ByteBuffer.allocate(Math.min(wanted, BUFFER_BYTES));
    try {
      while (bytes.position() < wanted) {
        if (!bytes.hasRemaining()) bytes = larger(bytes, wanted);
        header.body().read(bytes);
      }
    } catch (EOFException e) {
      throw new IOException("the file ends within the record", e);
    } finally {
      body = new byte[bytes.position()];
      bytes.flip().get(body);
    }
    return body;
  }

  private static ByteBuffer larger(ByteBuffer bytes, int wanted) {
    return ByteBuffer.allocate((int) Math.min(2L * bytes.capacity(), wanted)).put(bytes.flip());
  }

  /**
   * Goes to the end of a record.
   *
   * @throws IOException where what follows is no record: the length is wrong, and so the body
   */
  void finish(Header header) throws IOException {
    lineEnds = 0;
    skipBody(header);
    try {
      skipLineEnds();
      if (!isArc && has(1) && !startsRecord()) {
        throw new IOException("what follows is no record, so its length is wrong");
      }
    } catch (DamageException e) {
      if (e.isBehind()) throw e;
      ahead = e; // The record itself is whole.
    }
  }

  private void skipBody(Header header) throws IOException {
    try {
      header.body().consume();
    } catch (EOFException e) {
      buffer.clear().flip();
      throw new IOException("the file ends within the record", e);
    } catch (IOException e) {
      buffer.clear().flip();
      throw e;
    }
  }

  /**
   * After bytes that make no sense: finds the next record, also within what was taken for a body.
   */
  void recover() {
    if (body.length > 0 && offset() == bodyStart + body.length + lineEnds) readBodyAgain();
    findRecord();
  }

  /** After a {@link DamageException}: bytes are missing. */
  void recoverFromGap() {
    atLineStart = true;
    findRecord();
  }

  private void readBodyAgain() {
    int length = body.length + lineEnds + buffer.remaining() + again.remaining();
    againLeft -= length;
    if (againLeft < 0) return; // Else a hostile file could have itself read a thousand times.
    ByteBuffer bytes = ByteBuffer.allocate(length).put(body);
    for (int i = 0; i < lineEnds; i++) bytes.put((byte) '\n');
    delivered -= bytes.position() + buffer.remaining();
    again = bytes.put(buffer).put(again).flip();
    buffer.clear().flip();
  }

  private void findRecord() {
    body = new byte[0];
    while (true) {
      try {
        findLineThatStartsRecord();
        return;
      } catch (DamageException e) {
        // That what is known to be damaged fails its checksum as well is no news.
        ahead = e.isBehind() ? null : e;
        if (!e.isBehind()) return;
        atLineStart = true;
      } catch (IOException e) {
        ahead = DamageException.ahead(String.valueOf(e.getMessage()));
        return;
      }
    }
  }

  private void findLineThatStartsRecord() throws IOException {
    while (has(1)) {
      if (atLineStart && startsRecord()) return;
      atLineStart = buffer.get() == '\n';
    }
  }

  private void skipLineEnds() throws IOException {
    while (has(1) && isLineEnd(buffer.get(buffer.position()))) {
      buffer.get();
      lineEnds++;
    }
  }

  private static boolean isLineEnd(byte b) {
    return b == '\r' || b == '\n';
  }

  private boolean startsRecord() throws IOException {
    return startsWith(isArc ? "http" : "WARC/");
  }

  private boolean startsWith(String start) throws IOException {
    byte[] bytes = start.getBytes(StandardCharsets.US_ASCII);
    if (!has(bytes.length)) return false;
    for (int i = 0; i < bytes.length; i++) {
      if (buffer.get(buffer.position() + i) != bytes[i]) return false;
    }
    return true;
  }

  private boolean has(int count) throws IOException {
    while (buffer.remaining() < count) {
      buffer.compact();
      try {
        if (read(buffer) < 0) return false;
      } finally {
        buffer.flip();
      }
    }
    return true;
  }

  /** For jwarc, which reads into arrays only. */
  @Override
  public int read(ByteBuffer bytes) throws IOException {
    if (headerLeft <= 0) throw new IOException("the header is longer than " + HEADER_BYTES_MAX);
    int count = again.hasRemaining() ? readAgain(bytes) : readNew(bytes);
    delivered += Math.max(count, 0);
    headerLeft -= Math.max(count, 0);
    return count;
  }

  private int readAgain(ByteBuffer bytes) {
    int count = Math.min(again.remaining(), bytes.remaining());
    bytes.put(again.slice(again.position(), count));
    again.position(again.position() + count);
    return count;
  }

  private int readNew(ByteBuffer bytes) throws IOException {
    int position = bytes.position();
    int count = in.read(bytes.array(), bytes.arrayOffset() + position, bytes.remaining());
    if (count > 0) bytes.position(position + count);
    return count;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {
    Sources.close(in);
  }
}
