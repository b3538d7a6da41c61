package dev.millrace.refinery.classifier;

import dev.millrace.refinery.text.Words;
import dev.millrace.runtime.terminal.Onlooker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Learns a classifier by stochastic gradient descent on the logistic loss, one document a step,
 * with a step size per weight (AdaGrad, Duchi et al. 2011, JMLR 12). Weights are drawn to 0 when a
 * document has their n-gram, the bias never. The same documents in the same order and the same
 * settings give the same bytes.
 *
 * <p>Keeps 4 bytes per n-gram of every document, about 8 per word.
 */
public final class ClassifierTrainer {
  /** Keeps the first division from being by 0; far below any gradient that matters. */
  private static final double EPSILON = 1e-12;

  /**
   * A document to learn from.
   *
   * @param buckets of all its n-grams, sorted, with repetitions
   */
  private record Example(int[] buckets, boolean isPositive) {}

  private final Training training;
  private final Buckets buckets;
  private final List<Example> examples = new ArrayList<>();
  private final double[] weights; // [buckets]
  private final double[] squares; // [buckets], the sums of squared gradients
  private double bias;
  private double biasSquares;
  private int positives;

  public ClassifierTrainer(Training training) {
    this.training = training;
    buckets = new Buckets(training.buckets());
    weights = new double[buckets.count()];
    squares = new double[buckets.count()];
  }

  /** Takes a document in. */
  public void add(Words words, boolean isPositive) {
    int[] of = new int[Buckets.nGrams(words)];
    int size = 0;
    for (int i = 0; i < words.count(); i++) {
      of[size++] = buckets.of(words.hash(i));
      if (i > 0) of[size++] = buckets.of(words.hash(i - 1), words.hash(i));
    }
    Arrays.sort(of);
    examples.add(new Example(of, isPositive));
    if (isPositive) positives++;
  }

  /**
   * Learns from all documents that were taken in.
   *
   * @param positive names the documents whose score is to be near 1
   * @param negative names the others
   * @throws IllegalArgumentException where one of the two has no documents
   */
  public LinearClassifier train(String positive, String negative) {
    return train(positive, negative, Onlooker.NOBODY);
  }

  /**
   * As above.
   *
   * @param onlooker sees documents learnt from, each once an epoch
   */
  public LinearClassifier train(String positive, String negative, Onlooker onlooker) {
    Description description =
        new Description(
            new Description.Label(positive, positives),
            new Description.Label(negative, examples.size() - positives),
            training);
    Arrays.fill(weights, 0);
    Arrays.fill(squares, 0);
    bias = 0;
    biasSquares = 0;
    Random random = new Random(training.seed());
    int[] order = new int[examples.size()];
    Arrays.setAll(order, i -> i);
    long all = (long) training.epochs() * order.length;
    long learnt = 0;
    for (int epoch = 0; epoch < training.epochs(); epoch++) {
      shuffle(order, random);
      for (int i : order) {
        onlooker.sees(learnt++, all);
        learn(examples.get(i));
      }
    }
    onlooker.sees(learnt, all);
    float[] rounded = new float[weights.length];
    for (int i = 0; i < rounded.length; i++) rounded[i] = (float) weights[i];
    return new LinearClassifier(description, (float) bias, rounded);
  }

  /** Fisher and Yates. */
  private static void shuffle(int[] order, Random random) {
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
  }

  private void learn(Example example) {
    int[] of = example.buckets();
    double sum = 0;
    for (int bucket : of) sum += weights[bucket];
    double share = 1.0 / Math.max(1, of.length);
    double score = LinearClassifier.logistic(bias + sum * share);
    double slope = score - (example.isPositive() ? 1 : 0);
    for (int i = 0; i < of.length; ) {
      int bucket = of[i];
      int start = i;
      while (i < of.length && of[i] == bucket) i++;
      double gradient = slope * (i - start) * share + training.l2() * weights[bucket];
      squares[bucket] += gradient * gradient;
      weights[bucket] -= step(gradient, squares[bucket]);
    }
    biasSquares += slope * slope;
    bias -= step(slope, biasSquares);
  }

  private double step(double gradient, double squares) {
    return training.learningRate() * gradient / (Math.sqrt(squares) + EPSILON);
  }
}
