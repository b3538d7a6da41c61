package dev.millrace.refinery.lines;

import java.util.Arrays;

/**
 * What one chain reads and writes of lines: it sees what was seen before the document at hand, and
 * notes the document's own lines for afterwards, so that judging a document changes nothing and may
 * be given up at any moment. Not for use by two threads at once.
 */
public final class LineNotes {
  private final SeenLines seen;
  private long[] noted = {};

  public LineNotes(SeenLines seen) {
    this.seen = seen;
  }

  int count(String domain, long line) {
    return seen.count(domain, line);
  }

  void note(long[] lines) {
    noted = lines;
  }

  /** Hashes of the different lines of the document that was judged last; then there are none. */
  public long[] take() {
    long[] lines = noted;
    noted = new long[0];
    return lines;
  }

  static long[] distinct(long[] lines, int count) {
    long[] sorted = Arrays.copyOf(lines, count);
    Arrays.sort(sorted);
    int distinct = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0 || sorted[i] != sorted[i - 1]) sorted[distinct++] = sorted[i];
    }
    return Arrays.copyOf(sorted, distinct);
  }
}
