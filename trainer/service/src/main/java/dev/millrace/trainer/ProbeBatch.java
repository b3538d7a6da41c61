package dev.millrace.trainer;

import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.schemas.checkpoint.Probe;
import dev.millrace.trainer.torch.Microbatch;
import dev.millrace.trainer.torch.ScriptedModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Random tokens that fill the context, the same throughout a run. They use every position and, over
 * rows, much of the vocabulary, and there is no need to wait for data.
 *
 * @param tokens rows of context length + 1
 */
record ProbeBatch(int[][] tokens) {
  private static final int ROWS = 2;

  /**
   * For a model and a seed.
   *
   * @param length of a row, at most the model's context
   */
  static ProbeBatch of(ModelSpec spec, int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new ProbeBatch(
        IntStream.range(0, ROWS)
            .mapToObj(row -> random.ints(length + 1, 0, spec.vocabularySize()).toArray())
            .toArray(int[][]::new));
  }

  /** What the model says of it now, in fp32. */
  Probe score(ScriptedModel model) {
    float[][] nll = model.nll(microbatch());
    List<List<Integer>> inputs = new ArrayList<>();
    List<List<Integer>> labels = new ArrayList<>();
    List<List<Float>> scores = new ArrayList<>();
    for (int row = 0; row < tokens.length; row++) {
      List<Integer> all = Arrays.stream(tokens[row]).boxed().toList();
      inputs.add(all.subList(0, all.size() - 1));
      labels.add(all.subList(1, all.size()));
      scores.add(floats(nll[row]));
    }
    return new Probe(inputs, labels, scores);
  }

  private Microbatch microbatch() {
    int length = tokens[0].length - 1;
    long[] inputs = new long[tokens.length * length];
    long[] labels = new long[tokens.length * length];
    for (int at = 0; at < inputs.length; at++) {
      inputs[at] = tokens[at / length][at % length];
      labels[at] = tokens[at / length][at % length + 1];
    }
    // One document a row, so that it makes no difference whether the model was trained with masks.
    return new Microbatch(
        inputs, labels, Optional.of(new long[inputs.length]), tokens.length, length);
  }

  private static List<Float> floats(float[] values) {
    List<Float> list = new ArrayList<>(values.length);
    for (float value : values) list.add(value);
    return list;
  }
}
