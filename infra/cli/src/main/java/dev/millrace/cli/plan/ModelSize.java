package dev.millrace.cli.plan;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds a model of a wanted size. Of those that are as many times as wide as deep as the family's
 * own, the one with the nearest number of parameters; heads are 64 wide, in models from 2048 on
 * 128.
 */
record ModelSize(Family family, int vocabularySize, int contextLength) {
  private static final int LAYERS_MAX = 256;
  private static final int HEAD = 64;
  private static final int WIDE = 2048;
  private static final int WIDE_HEAD = 128;

  /**
   * The nearest, where it is within a quarter of what is wanted: none is as small as a vocabulary.
   */
  Optional<PlannedModel> nearest(double parameters) {
    return IntStream.rangeClosed(1, LAYERS_MAX)
        .boxed()
        .flatMap(this::ofDepth)
        .min(Comparator.comparingDouble(model -> distance(model, parameters)))
        .filter(model -> distance(model, parameters) <= Math.log(1.25));
  }

  private Stream<PlannedModel> ofDepth(int layers) {
    int narrowest = (family.aspectMin() * layers + HEAD - 1) / HEAD;
    return IntStream.rangeClosed(narrowest, family.aspectMax() * layers / HEAD)
        .map(heads -> heads * HEAD)
        .filter(width -> width < WIDE || width % WIDE_HEAD == 0)
        .boxed()
        .flatMap(width -> model(layers, width).stream());
  }

  private Optional<PlannedModel> model(int layers, int width) {
    int heads = width / (width < WIDE ? HEAD : WIDE_HEAD);
    return family.model(vocabularySize, contextLength, layers, width, heads);
  }

  private static double distance(PlannedModel model, double parameters) {
    return Math.abs(Math.log(model.estimate() / parameters));
  }
}
