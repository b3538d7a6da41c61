package dev.millrace.refinery.language;

import java.nio.CharBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The automaton of Aho and Corasick (1975) over n-grams of 1 to 4 bytes. States that go on alike
 * share their row, which makes the table a quarter and keeps it in the processor's caches.
 */
final class NGramAutomaton {
  /** Its state depends on no more bytes than these. */
  private static final int BYTES_MAX = 4;

  private static final int LANES = 4;
  private static final int BYTE_VALUES = 256;
  private static final int N_GRAM_BITS = 13;
  private static final int N_GRAM_MASK = (1 << N_GRAM_BITS) - 1;
  private static final int MORE = 1 << (2 * N_GRAM_BITS);

  /** By state. */
  private final char[] rows;

  /** States by row and byte. */
  private final char[] next;

  /** By state the first two n-grams that end there, and {@link #MORE} where there are more. */
  private final int[] pairs;

  private final int[][] outputs;
  private final int none;

  /**
   * @param transitions the next state by state and byte; it begins in state 0
   * @param outputs the n-grams that end in a state
   * @param nGrams how many there are, at most 8,191; the next number stands for none
   */
  NGramAutomaton(short[] transitions, int[][] outputs, int nGrams) {
    if (nGrams > N_GRAM_MASK) throw new IllegalArgumentException("too many n-grams: " + nGrams);
    this.outputs = outputs;
    none = nGrams;
    rows = new char[outputs.length];
    pairs = new int[outputs.length];
    Map<CharBuffer, Character> known = new HashMap<>();
    CharBuffer all = CharBuffer.allocate(transitions.length);
    for (int state = 0; state < outputs.length; state++) {
      pairs[state] = pair(outputs[state]);
      CharBuffer row = row(transitions, state);
      Character same = known.putIfAbsent(row, (char) known.size());
      rows[state] = same == null ? (char) (known.size() - 1) : same;
      if (same == null) all.put(row.duplicate());
    }
    next = new char[all.position()];
    all.flip().get(next);
  }

  private static CharBuffer row(short[] transitions, int state) {
    CharBuffer row = CharBuffer.allocate(BYTE_VALUES);
    for (int b = 0; b < BYTE_VALUES; b++) row.put((char) transitions[state * BYTE_VALUES + b]);
    return row.flip();
  }

  private int pair(int[] output) {
    int first = output.length > 0 ? output[0] : none;
    int second = output.length > 1 ? output[1] : none;
    return first | second << N_GRAM_BITS | (output.length > 2 ? MORE : 0);
  }

  /**
   * The state after each byte. The next state takes a look at memory whose place is not known
   * before the last look is done; so four parts of the text are read at once.
   */
  void read(byte[] bytes, int length, char[] states) {
    int part = length / LANES;
    if (part < BYTES_MAX) {
      readOn(0, bytes, 0, length, states);
      return;
    }
    int second = 2 * part;
    int third = 3 * part;
    int a = 0;
    int b = before(bytes, part);
    int c = before(bytes, second);
    int d = before(bytes, third);
    for (int i = 0; i < part; i++) {
      a = next(a, bytes[i]);
      states[i] = (char) a;
      b = next(b, bytes[part + i]);
      states[part + i] = (char) b;
      c = next(c, bytes[second + i]);
      states[second + i] = (char) c;
      d = next(d, bytes[third + i]);
      states[third + i] = (char) d;
    }
    readOn(d, bytes, LANES * part, length, states);
  }

  /** The state before the byte of this index, whatever stands before the last few. */
  private int before(byte[] bytes, int end) {
    int state = 0;
    for (int i = end - BYTES_MAX; i < end; i++) state = next(state, bytes[i]);
    return state;
  }

  private void readOn(int from, byte[] bytes, int start, int end, char[] states) {
    int state = from;
    for (int i = start; i < end; i++) {
      state = next(state, bytes[i]);
      states[i] = (char) state;
    }
  }

  private int next(int state, byte b) {
    return next[rows[state] << 8 | (b & 0xff)];
  }

  /** Counts the n-grams that end in these states. */
  void count(char[] states, int length, NGramCounts counts) {
    for (int i = 0; i < length; i++) {
      int pair = pairs[states[i]];
      // Most states end none or one; to add what is none costs less than to ask.
      counts.add(pair & N_GRAM_MASK);
      counts.add(pair >>> N_GRAM_BITS & N_GRAM_MASK);
      if (pair >= MORE) {
        int[] output = outputs[states[i]];
        for (int o = 2; o < output.length; o++) counts.add(output[o]);
      }
    }
  }
}
