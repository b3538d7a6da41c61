package dev.millrace.cli.plan;

import dev.millrace.model.Architectures;
import dev.millrace.model.Shapes;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds a GPT-2 of a wanted size. Of those that are 64 to 128 times as wide as deep, as GPT-3's
 * sizes are (Brown et al. 2020, arXiv:2005.14165, table 2.1), the one with the nearest number of
 * parameters; heads are 64 wide, in models from 2048 on 128.
 */
record ModelSize(int vocabularySize, int contextLength) {
  private static final int LAYERS_MAX = 256;
  private static final int ASPECT_MIN = 64;
  private static final int ASPECT_MAX = 128;
  private static final int HEAD = 64;
  private static final int WIDE = 2048;
  private static final int WIDE_HEAD = 128;

  /**
   * The nearest, where it is within a quarter of what is wanted: none is as small as a vocabulary.
   */
  Optional<Gpt2Spec> nearest(double parameters) {
    return IntStream.rangeClosed(1, LAYERS_MAX)
        .boxed()
        .flatMap(this::ofDepth)
        .min(Comparator.comparingDouble(spec -> distance(spec, parameters)))
        .filter(spec -> distance(spec, parameters) <= Math.log(1.25));
  }

  private Stream<Gpt2Spec> ofDepth(int layers) {
    return IntStream.rangeClosed(ASPECT_MIN * layers / HEAD, ASPECT_MAX * layers / HEAD)
        .map(heads -> heads * HEAD)
        .filter(width -> width < WIDE || width % WIDE_HEAD == 0)
        .mapToObj(width -> spec(layers, width));
  }

  private Gpt2Spec spec(int layers, int width) {
    int heads = width / (width < WIDE ? HEAD : WIDE_HEAD);
    return new Gpt2Spec(vocabularySize, contextLength, width, heads, layers, 0, 0);
  }

  private static double distance(Gpt2Spec spec, double parameters) {
    return Math.abs(Math.log(estimate(spec) / parameters));
  }

  /** Embeddings and positions, twelve squares and thirteen vectors a layer, the last norm. */
  static double estimate(Gpt2Spec spec) {
    double width = spec.width();
    return (spec.vocabularySize() + spec.contextLength() + 2) * width
        + spec.layers() * (12 * width * width + 13 * width);
  }

  /** All trained values, by the architecture itself. */
  static long parameters(Gpt2Spec spec) {
    return Shapes.of(Architectures.of(spec)).parameterCount();
  }
}
