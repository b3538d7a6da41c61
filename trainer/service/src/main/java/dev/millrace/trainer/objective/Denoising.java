package dev.millrace.trainer.objective;

import static dev.millrace.model.Graph.IGNORED;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A spoilt text and the whole one to be written from it (Lewis et al. 2020, arXiv:1910.13461):
 * {@code <s> text </s>}, with a {@code </s>} between documents as well.
 *
 * @param spoilt what the encoder sees
 * @param written what the decoder has written so far: the token that it starts with, then the whole
 *     text but its last mark
 * @param labels what it writes next: the whole text; {@code -100} for the mark after a document
 *     that goes on elsewhere. As many as {@code written}
 */
public record Denoising(int[] spoilt, int[] written, int[] labels) {
  /** Tokens that the whole text has beyond its own. */
  public static final int MARKS = 2;

  /**
   * Spoils each document by itself.
   *
   * @param spoiltMax the most tokens of the spoilt text: spans of no token can make one longer, and
   *     what is too much is cut off its end
   */
  public static Denoising of(Text text, Noise noise, int spoiltMax, Ends ends, Draws draws) {
    List<int[]> parts = text.parts().stream().map(Text.Part::tokens).toList();
    List<int[]> spoilt = parts.stream().map(part -> noise.spoil(part, draws)).toList();
    int[] labels = marked(parts, ends);
    int[] written = new int[labels.length];
    written[0] = ends.end();
    System.arraycopy(labels, 0, written, 1, labels.length - 1);
    int at = 0;
    for (Text.Part part : text.parts()) {
      at += part.tokens().length + 1;
      if (!part.ends()) labels[at] = IGNORED;
    }
    return new Denoising(cut(marked(spoilt, ends), spoiltMax), written, labels);
  }

  private static int[] marked(List<int[]> parts, Ends ends) {
    List<int[]> all = new ArrayList<>();
    all.add(new int[] {ends.begin()});
    for (int[] part : parts) {
      all.add(part);
      all.add(new int[] {ends.end()});
    }
    return all.stream().flatMapToInt(Arrays::stream).toArray();
  }

  /** The last mark stays. */
  private static int[] cut(int[] tokens, int lengthMax) {
    if (tokens.length <= lengthMax) return tokens;
    int last = tokens.length - 1;
    return IntStream.range(0, lengthMax).map(i -> tokens[i == lengthMax - 1 ? last : i]).toArray();
  }
}
