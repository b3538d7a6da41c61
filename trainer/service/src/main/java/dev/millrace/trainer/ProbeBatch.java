package dev.millrace.trainer;

import static dev.millrace.model.Graph.IGNORED;

import dev.millrace.model.Architecture;
import dev.millrace.model.Graph.Axis;
import dev.millrace.model.Graph.Input;
import dev.millrace.model.Objective;
import dev.millrace.model.Shapes;
import dev.millrace.schemas.checkpoint.Probe;
import dev.millrace.trainer.torch.Microbatch;
import dev.millrace.trainer.torch.ScriptedModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Random tokens that fill the context, the same throughout a run. They use every position and, over
 * rows, much of the vocabulary, and there is no need to wait for data. Where a model sees what is
 * padding, or two kinds of tokens, the rows have some of both.
 */
record ProbeBatch(Objective objective, List<Shapes.Head> heads, Microbatch batch) {
  private static final int ROWS = 2;

  /**
   * For a model and a seed.
   *
   * @param length of a row, at most the model's context
   */
  static ProbeBatch of(Architecture architecture, int length, long seed) {
    Shapes shapes = Shapes.of(architecture);
    int vocabulary = Math.toIntExact(shapes.heads().get(0).classes());
    SplittableRandom random = new SplittableRandom(seed);
    Map<Input, long[]> inputs = new EnumMap<>(Input.class);
    // Of causal models the labels are the tokens that follow, of others they are any.
    int tokens = architecture.objective() == Objective.CAUSAL ? length + 1 : length;
    long[][] ids = new long[ROWS][];
    for (int row = 0; row < ROWS; row++) {
      ids[row] = random.ints(tokens, 0, vocabulary).asLongStream().toArray();
    }
    inputs.put(Input.INPUT_IDS, joined(ids, 0, length));
    if (architecture.objective() == Objective.CAUSAL) {
      inputs.put(Input.LABELS, joined(ids, 1, length));
      // One document a row, so that it makes no difference whether the model has masks.
      inputs.put(Input.SEGMENT_IDS, new long[ROWS * length]);
    }
    for (Input input : shapes.inputs().stream().sorted().toList()) {
      if (!inputs.containsKey(input)) inputs.put(input, values(input, length, vocabulary, random));
    }
    return new ProbeBatch(architecture.objective(), shapes.heads(), new Microbatch(inputs, ROWS));
  }

  private static long[] joined(long[][] rows, int from, int length) {
    return Arrays.stream(rows)
        .flatMapToLong(row -> Arrays.stream(row, from, from + length))
        .toArray();
  }

  private static long[] values(Input input, int length, int vocabulary, SplittableRandom random) {
    if (input.axis() == Axis.ROW) return new long[] {0, 1};
    long[] values = new long[ROWS * length];
    for (int i = 0; i < values.length; i++) {
      int at = i % length;
      values[i] =
          switch (input) {
            case INPUT_IDS, LABELS, DECODER_INPUT_IDS, DECODER_LABELS -> random.nextInt(vocabulary);
            case ATTENTION_MASK -> isReal(i / length, at, length) ? 1 : 0;
            case TOKEN_TYPE_IDS -> at < length / 2 ? 0 : 1;
            case SEGMENT_IDS, NEXT_SENTENCE_LABEL -> 0;
          };
      if (input == Input.LABELS && !isReal(i / length, at, length)) values[i] = IGNORED;
    }
    return values;
  }

  /** The last row ends early. */
  private static boolean isReal(int row, int at, int length) {
    return row < ROWS - 1 || at < length - length / 4;
  }

  /** What the model says of it now, in fp32. */
  Probe score(ScriptedModel model) {
    List<float[]> nll = model.nllOfHeads(batch);
    Map<String, List<List<Float>>> furtherHeads = new TreeMap<>();
    for (int i = 1; i < nll.size(); i++) {
      furtherHeads.put(heads.get(i).name(), scores(nll.get(i)));
    }
    return new Probe(
        objective.name().toLowerCase(Locale.ROOT),
        rows(Input.INPUT_IDS),
        rows(labels()),
        scores(nll.get(0)),
        further(),
        furtherHeads);
  }

  private Input labels() {
    return heads.get(0).targets();
  }

  private static List<List<Float>> scores(float[] nll) {
    int width = nll.length / ROWS;
    List<List<Float>> scores = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      scores.add(floats(Arrays.copyOfRange(nll, row * width, (row + 1) * width)));
    }
    return scores;
  }

  /** What a model is fed with beside tokens and labels. */
  private Map<String, List<List<Integer>>> further() {
    Map<String, List<List<Integer>>> further = new TreeMap<>();
    for (Input input : batch.inputs().keySet()) {
      boolean said = input == Input.INPUT_IDS || input == labels() || input == Input.SEGMENT_IDS;
      if (!said) further.put(input.id(), rows(input));
    }
    return further;
  }

  private List<List<Integer>> rows(Input input) {
    long[] values = batch.inputs().get(input);
    int width = values.length / ROWS;
    List<List<Integer>> rows = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      rows.add(
          Arrays.stream(values, row * width, (row + 1) * width)
              .mapToObj(Math::toIntExact)
              .toList());
    }
    return rows;
  }

  private static List<Float> floats(float[] values) {
    List<Float> list = new ArrayList<>(values.length);
    for (float value : values) list.add(value);
    return list;
  }
}
