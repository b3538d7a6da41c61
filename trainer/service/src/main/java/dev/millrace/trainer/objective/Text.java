package dev.millrace.trainer.objective;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The documents of a packed sequence, or of a piece of one, without the marks between them.
 *
 * @param parts in the sequence's order, none of them empty
 */
public record Text(List<Part> parts) {
  public Text {
    parts = List.copyOf(parts);
  }

  /**
   * A stretch of one document.
   *
   * @param document its id
   * @param ends whether the document ends with it
   */
  public record Part(String document, int[] tokens, boolean ends) {
    public Part {
      if (tokens.length == 0) throw new IllegalArgumentException("nothing of " + document);
    }

    private Part cut(int from, int to) {
      return new Part(document, Arrays.copyOfRange(tokens, from, to), ends && to == tokens.length);
    }
  }

  /** Tokens, with one mark between neighbouring documents. */
  public int length() {
    return Math.max(0, parts.stream().mapToInt(part -> part.tokens().length + 1).sum() - 1);
  }

  /** Ids of its documents, each once, in order. */
  public List<String> documents() {
    return parts.stream().map(Part::document).distinct().toList();
  }

  /**
   * The text itself, or as few pieces of about equal length as are short enough; every token is in
   * exactly one, in order.
   *
   * @param lengthMax of a piece
   */
  public List<Text> pieces(int lengthMax) {
    int length = length();
    if (length <= lengthMax) return List.of(this);
    int count = (length + lengthMax - 1) / lengthMax;
    return IntStream.range(0, count)
        .mapToObj(
            i -> piece((int) ((long) i * length / count), (int) ((long) (i + 1) * length / count)))
        .filter(piece -> !piece.parts().isEmpty())
        .toList();
  }

  /** What stands from one place to before another, in the count of {@link #tokens}. */
  Text piece(int from, int to) {
    List<Part> some = new ArrayList<>();
    int first = 0;
    for (Part part : parts) {
      int begin = Math.max(from - first, 0);
      int end = Math.min(to - first, part.tokens().length);
      if (begin < end) some.add(part.cut(begin, end));
      first += part.tokens().length + 1;
    }
    return new Text(some);
  }

  /** All tokens, neighbouring documents parted by a mark: as many as its {@link #length}. */
  int[] tokens(int mark) {
    int[] tokens = new int[length()];
    Arrays.fill(tokens, mark);
    int at = 0;
    for (Part part : parts) {
      System.arraycopy(part.tokens(), 0, tokens, at, part.tokens().length);
      at += part.tokens().length + 1;
    }
    return tokens;
  }

  /** False where {@link #tokens} has a mark. */
  boolean[] words() {
    boolean[] words = new boolean[length()];
    Arrays.fill(words, true);
    int at = -1;
    for (Part part : parts) {
      if (at >= 0) words[at] = false;
      at += part.tokens().length + 1;
    }
    return words;
  }
}
