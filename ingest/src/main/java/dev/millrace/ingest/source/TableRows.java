package dev.millrace.ingest.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Splits ASCII-compatible bytes into rows of cells as RFC 4180 has them: a row ends with LF or
 * CRLF, a cell that starts with a quote ends with one and may hold separators, line ends and
 * doubled quotes. A quote within a cell that does not start with one stands for itself.
 *
 * <p>A row that is none costs its first line: what follows that line is read as rows again. Memory
 * stays within the limit of a row whatever the bytes are. Bytes are looked at twice at most, for a
 * line that opens a quote closes one where a quote is open.
 */
final class TableRows implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int KEPT_BYTES_MAX = 1 << 20;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final InputStream in;
  private final byte separator;
  private final int bytesMax;
  private byte[] buffer = new byte[BUFFER_BYTES];
  private int start; // Of the row.
  private int limit;
  private long offset; // Of the row, in all bytes.
  private long number = 1; // Of its first line.

  private enum State {
    START,
    PLAIN,
    QUOTED,
    QUOTE,
    RETURN
  }

  /**
   * One row.
   *
   * @param number of its first line, from 1
   * @param offset of its first byte
   * @param bytes without the row's end; empty where it is damaged
   * @param damage what keeps it from being a row; without it, its quotes are in order
   */
  record Row(long number, long offset, byte[] bytes, Optional<String> damage) {
    boolean isBlank() {
      for (byte b : bytes) {
        if (b < 0 || b > ' ') return false;
      }
      return damage.isEmpty();
    }
  }

  TableRows(InputStream in, char separator, int bytesMax) {
    this.in = in;
    this.separator = (byte) separator;
    this.bytesMax = bytesMax;
  }

  /** Of the next row. */
  long offset() {
    return offset;
  }

  /**
   * The next row; empty at the end.
   *
   * @throws DamageException where the bytes end or jump; the unfinished row is lost
   */
  Optional<Row> next() throws IOException {
    if (offset == 0) skipByteOrderMark();
    State state = State.START;
    for (int length = 0; ; length++) {
      if (start + length == limit) {
        if (length > bytesMax) return Optional.of(tooLong(state));
        if (!fill()) return atEnd(length, state);
      }
      byte b = buffer[start + length];
      if (b == '\n' && state != State.QUOTED) return Optional.of(whole(length, 1));
      if (!mayFollow(state, b)) {
        return Optional.of(damaged("something follows the end of a quote"));
      }
      state = after(state, b);
    }
  }

  private void skipByteOrderMark() throws IOException {
    while (limit - start < BYTE_ORDER_MARK.length) {
      if (!fill()) return;
    }
    int end = start + BYTE_ORDER_MARK.length;
    if (Arrays.equals(buffer, start, end, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length)) {
      advance(BYTE_ORDER_MARK.length);
    }
  }

  private boolean mayFollow(State state, byte b) {
    return switch (state) {
      case QUOTE -> b == '"' || b == separator || b == '\r';
      case RETURN -> false;
      default -> true;
    };
  }

  private State after(State state, byte b) {
    return switch (state) {
      case START -> b == '"' ? State.QUOTED : unquoted(b);
      case PLAIN -> unquoted(b);
      case QUOTED -> b == '"' ? State.QUOTE : State.QUOTED;
      case QUOTE -> b == '"' ? State.QUOTED : b == '\r' ? State.RETURN : unquoted(b);
      case RETURN -> throw new IllegalStateException("only a line end may follow");
    };
  }

  private State unquoted(byte b) {
    return b == separator ? State.START : State.PLAIN;
  }

  private Optional<Row> atEnd(int length, State state) throws IOException {
    if (length == 0) return Optional.empty();
    return Optional.of(state == State.QUOTED ? damaged("a quote is not closed") : whole(length, 0));
  }

  private Row whole(int length, int endBytes) {
    int end = start + length;
    boolean carriageReturn = length > 0 && buffer[end - 1] == '\r';
    byte[] bytes = Arrays.copyOfRange(buffer, start, carriageReturn ? end - 1 : end);
    Row row =
        length <= bytesMax
            ? new Row(number, offset, bytes, Optional.empty())
            : new Row(number, offset, new byte[0], Optional.of(larger()));
    advance(length + endBytes);
    return row;
  }

  private String larger() {
    return "is larger than %,d bytes".formatted(bytesMax);
  }

  private Row tooLong(State state) throws IOException {
    return damaged(
        state == State.QUOTED
            ? "opens a quote that is not closed within %,d bytes".formatted(bytesMax)
            : larger());
  }

  /** Gives the row's first line up. */
  private Row damaged(String reason) throws IOException {
    Row row = new Row(number, offset, new byte[0], Optional.of(reason));
    while (true) {
      int end = start;
      while (end < limit && buffer[end] != '\n') end++;
      if (end < limit) {
        advance(end + 1 - start);
        return row;
      }
      advance(limit - start);
      if (!fill()) return row;
    }
  }

  private void advance(int count) {
    for (int i = start; i < start + count; i++) {
      if (buffer[i] == '\n') number++;
    }
    start += count;
    offset += count;
  }

  /** Reads more behind what is there. */
  private boolean fill() throws IOException {
    int kept = limit - start;
    byte[] next;
    if (kept == buffer.length) {
      next = new byte[(int) Math.min(2L * kept, bytesMax + (long) BUFFER_BYTES)];
    } else if (kept < KEPT_BYTES_MAX && buffer.length > 2 * KEPT_BYTES_MAX) {
      next = new byte[2 * KEPT_BYTES_MAX];
    } else {
      next = buffer;
    }
    System.arraycopy(buffer, start, next, 0, kept);
    buffer = next;
    start = 0;
    limit = kept;
    try {
      int count = in.read(buffer, limit, buffer.length - limit);
      limit += Math.max(count, 0);
      return count > 0;
    } catch (IOException e) {
      advance(kept);
      throw e;
    }
  }

  /**
   * The cells of a row without damage, unquoted.
   *
   * @param max how many there may be
   * @return one more where there are more
   */
  List<byte[]> cells(Row row, int max) {
    List<byte[]> cells = new ArrayList<>();
    byte[] bytes = row.bytes();
    for (int i = 0; i <= bytes.length && cells.size() <= max; i++) {
      if (i < bytes.length && bytes[i] == '"') {
        ByteArrayOutputStream cell = new ByteArrayOutputStream();
        i = unquote(bytes, i + 1, cell);
        cells.add(cell.toByteArray());
      } else {
        int from = i;
        while (i < bytes.length && bytes[i] != separator) i++;
        cells.add(Arrays.copyOfRange(bytes, from, i));
      }
    }
    return cells;
  }

  /** Up to the cell's end, which is returned. */
  private static int unquote(byte[] bytes, int from, ByteArrayOutputStream cell) {
    int i = from;
    while (true) {
      int end = i;
      while (bytes[end] != '"') end++;
      cell.write(bytes, i, end - i);
      if (end + 1 == bytes.length || bytes[end + 1] != '"') return end + 1;
      cell.write('"');
      i = end + 2;
    }
  }

  @Override
  public void close() {
    Sources.close(in);
  }
}
