package dev.millrace.ingest.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Gzip (RFC 1952) of any number of members. Damage ends a member, not the stream: reading on
 * continues with the next member that can be found. A web archive has a member per record, so that
 * one flipped bit costs one record.
 *
 * <p>Unlike {@link java.util.zip.GZIPInputStream} it never takes damage for the end.
 */
final class GzipInput extends InputStream {
  private static final int HEADER_BYTES = 10;
  private static final int TRAILER_BYTES = 8;
  private static final int HEADER_CHECKSUM = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;

  /** Inflating wrong bits runs on for a while, maybe beyond the start of the next member. */
  private static final int LOOK_BACK_BYTES = 1 << 16;

  private enum State {
    MEMBER,
    DATA,
    TRAILER,
    LOST,
    END
  }

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private final byte[] buffer = new byte[3 * LOOK_BACK_BYTES];
  private int position;
  private int limit;
  private long bufferStart; // Of buffer[0], in compressed bytes.
  private long memberStart;
  private State state = State.MEMBER;
  private @Nullable DamageException found;

  GzipInput(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) return 0;
    while (true) {
      switch (state) {
        case MEMBER -> startMember();
        case DATA -> {
          int count = inflate(bytes, offset, length);
          if (count > 0) return count;
        }
        case TRAILER -> endMember();
        case LOST -> {
          DamageException damage = found;
          found = null;
          if (damage != null) throw damage;
          findMember();
        }
        case END -> {
          return -1;
        }
      }
    }
  }

  private void startMember() throws IOException {
    if (bufferStart + position > 0) skipPadding();
    long lastStart = memberStart;
    memberStart = bufferStart + position;
    if (!has(1)) {
      state = State.END;
      return;
    }
    if (!has(HEADER_BYTES)) throw truncated();
    if (!isMagic()) {
      memberStart = lastStart;
      throw lost("what follows is no gzip member");
    }
    int flags = buffer[position + 3];
    position += HEADER_BYTES;
    if ((flags & EXTRA) != 0) skip(next() | (next() << 8));
    if ((flags & NAME) != 0) skipText();
    if ((flags & COMMENT) != 0) skipText();
    if ((flags & HEADER_CHECKSUM) != 0) skip(2);
    inflater.reset();
    checksum.reset();
    state = State.DATA;
  }

  /** Tapes and some tools fill up with zeros. */
  private void skipPadding() throws IOException {
    while (has(1) && buffer[position] == 0) position++;
  }

  private int inflate(byte[] bytes, int offset, int length) throws IOException {
    if (inflater.needsInput()) {
      if (!has(1)) throw truncated();
      inflater.setInput(buffer, position, limit - position);
    }
    long before = inflater.getBytesWritten();
    try {
      inflater.inflate(bytes, offset, length);
    } catch (DataFormatException e) {
      position = limit - inflater.getRemaining();
      found = lost(e.getMessage());
      return (int) (inflater.getBytesWritten() - before); // What came before the damage is good.
    }
    int count = (int) (inflater.getBytesWritten() - before);
    position = limit - inflater.getRemaining();
    checksum.update(bytes, offset, count);
    if (inflater.finished()) state = State.TRAILER;
    return count;
  }

  private void endMember() throws IOException {
    if (!has(TRAILER_BYTES)) throw truncated();
    long expected = littleEndian() & 0xffffffffL;
    int size = littleEndian();
    state = State.MEMBER;
    if (expected != checksum.getValue() || size != (int) inflater.getBytesWritten()) {
      throw DamageException.behind(
          "the gzip member at byte %,d fails its checksum".formatted(memberStart));
    }
  }

  private int littleEndian() {
    int value = 0;
    for (int shift = 0; shift < 32; shift += 8) value |= (buffer[position++] & 0xff) << shift;
    return value;
  }

  /** The next member, told from chance by every field of its header that has rules. */
  private void findMember() throws IOException {
    while (has(HEADER_BYTES)) {
      if (isMagic() && isPlausible()) {
        state = State.MEMBER;
        return;
      }
      position++;
    }
    state = State.END;
  }

  private boolean isMagic() {
    return (buffer[position] & 0xff) == 0x1f
        && (buffer[position + 1] & 0xff) == 0x8b
        && buffer[position + 2] == 8
        && (buffer[position + 3] & 0xe0) == 0;
  }

  private boolean isPlausible() {
    int level = buffer[position + 8];
    int system = buffer[position + 9] & 0xff;
    return (level == 0 || level == 2 || level == 4) && (system <= 13 || system == 255);
  }

  private DamageException lost(String reason) {
    long at = bufferStart + position;
    lookBack();
    return DamageException.ahead("gzip is damaged near byte %,d: %s".formatted(at, reason));
  }

  private DamageException truncated() {
    lookBack();
    return DamageException.ahead(
        "ends in the middle of the gzip member that starts at byte %,d".formatted(memberStart));
  }

  /** The next member is looked for from here: after the start of this one, as far as is known. */
  private void lookBack() {
    long afterStart = Math.max(memberStart + 1 - bufferStart, 0);
    position = (int) Math.min(position, Math.max(afterStart, position - LOOK_BACK_BYTES));
    state = State.LOST;
  }

  private int next() throws IOException {
    if (!has(1)) throw truncated();
    return buffer[position++] & 0xff;
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) next();
  }

  private void skipText() throws IOException {
    while (next() != 0) {}
  }

  /** Whether so many bytes are there; they are then in the buffer. */
  private boolean has(int count) throws IOException {
    while (limit - position < count) {
      if (limit == buffer.length) forget();
      if (!fill()) return false;
    }
    return true;
  }

  private void forget() {
    int from = Math.max(position - LOOK_BACK_BYTES, 0);
    System.arraycopy(buffer, from, buffer, 0, limit - from);
    bufferStart += from;
    position -= from;
    limit -= from;
  }

  private boolean fill() throws IOException {
    int count;
    try {
      int room = Math.min(buffer.length - limit, LOOK_BACK_BYTES);
      count = in.read(buffer, limit, room);
    } catch (IOException e) {
      position = limit; // Compressed twice, and damaged below.
      state = State.LOST;
      throw e;
    }
    if (count > 0) limit += count;
    return count > 0;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
