package dev.millrace.evaluator;

import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Graph;
import dev.millrace.model.Graph.Input;
import dev.millrace.model.Initialiser;
import dev.millrace.model.Parameter;
import dev.millrace.model.Reference;
import dev.millrace.model.Shapes;
import dev.millrace.model.WeightSource;
import dev.millrace.schemas.checkpoint.BartSpec;
import dev.millrace.schemas.checkpoint.BertSpec;
import dev.millrace.schemas.checkpoint.CausalSpec;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.ElementType;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import dev.millrace.schemas.checkpoint.LlamaSpec;
import dev.millrace.schemas.checkpoint.Manifest;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.schemas.checkpoint.Probe;
import dev.millrace.schemas.checkpoint.Rope;
import dev.millrace.schemas.checkpoint.SafetensorsWriter;
import dev.millrace.schemas.checkpoint.Tensor;
import dev.millrace.tokenizer.BpeTrainer;
import dev.millrace.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * A tiny model with random weights, and what it must say, by the plain-Java reference.
 *
 * @param gain multiplies every weight: 1 knows nothing, more is sure of nonsense
 */
record TestModel(ModelSpec spec, long seed, float gain) {
  static final int VOCABULARY = 300; // Some more than the tokenizer has, as padded models do.
  static final int TOKENIZER_SIZE = 280;
  static final int END_OF_TEXT = TOKENIZER_SIZE - 1;
  static final int CONTEXT = 16;
  private static final List<String> MARKS = List.of("<s>", "<pad>", "</s>", "<mask>");
  private static final Map<TestModel, WeightSource> WEIGHTS = new ConcurrentHashMap<>();

  static TestModel of(long seed, float gain) {
    return new TestModel(new Gpt2Spec(VOCABULARY, CONTEXT, 8, 2, 2, 0, END_OF_TEXT), seed, gain);
  }

  /** A Llama whose texts begin with another token than they end with. */
  static TestModel llama(long seed, float gain) {
    Rope rope = new Rope(10_000, new Rope.Linear(2));
    LlamaSpec spec =
        new LlamaSpec(VOCABULARY, CONTEXT, 8, 16, 2, 1, 4, 2, rope, false, 0, 3, END_OF_TEXT, 1e-5);
    return new TestModel(spec, seed, gain);
  }

  /** Looks both ways; its tokenizer has marks. */
  static TestModel bert(long seed, float gain) {
    return new TestModel(
        new BertSpec(VOCABULARY, CONTEXT, 8, 16, 2, 1, 2, 0, 0, 1e-12), seed, gain);
  }

  /** Writes a text from a damaged one; its tokenizer has marks, the last of its ids. */
  static TestModel bart(long seed, float gain) {
    BartSpec.Side side = new BartSpec.Side(1, 2, 16);
    int begin = TOKENIZER_SIZE - MARKS.size();
    return new TestModel(
        new BartSpec(VOCABULARY, CONTEXT, 8, side, side, 0, begin, begin + 1, begin + 2, begin + 2),
        seed,
        gain);
  }

  Architecture architecture() {
    return Architectures.of(spec);
  }

  WeightSource weights() throws IOException {
    WeightSource known = WEIGHTS.get(this);
    if (known != null) return known;
    WEIGHTS.put(this, made());
    return WEIGHTS.get(this);
  }

  private WeightSource made() throws IOException {
    WeightSource initial = Initialiser.weights(shapes(), seed);
    Map<String, float[]> scaled = new HashMap<>();
    for (Parameter parameter : shapes().parameters()) {
      float[] values = initial.floats(parameter);
      for (int i = 0; i < values.length; i++) values[i] *= gain;
      scaled.put(parameter.name(), values);
    }
    return WeightSource.of(scaled);
  }

  private Shapes shapes() {
    return Shapes.of(architecture());
  }

  /** A tokenizer that knows a few words. */
  static void writeTokenizer(Path tokenizerJson) throws IOException {
    words().train(TOKENIZER_SIZE).write(tokenizerJson);
  }

  private static BpeTrainer words() {
    BpeTrainer trainer = new BpeTrainer();
    trainer.add("the water turned the wheel and the wheel turned the stone, ".repeat(20));
    return trainer;
  }

  /** A checkpoint directory as a trainer leaves it, but for what only a trainer needs. */
  CheckpointDirectory write(Path path) throws IOException {
    CheckpointDirectory directory = new CheckpointDirectory(Files.createDirectories(path));
    Files.writeString(directory.file(CheckpointDirectory.CONFIG), spec.toConfigJson());
    Path tokenizerJson = directory.file(CheckpointDirectory.TOKENIZER);
    if (spec instanceof CausalSpec) writeTokenizer(tokenizerJson);
    else words().train(TOKENIZER_SIZE, MARKS).write(tokenizerJson);
    writeWeights(directory.file(CheckpointDirectory.MODEL));
    probe().write(directory.file(CheckpointDirectory.PROBE));
    Manifest.of(path).write(path);
    return directory;
  }

  void writeWeights(Path file) throws IOException {
    WeightSource weights = weights();
    List<Tensor> tensors = new ArrayList<>();
    for (Parameter p : shapes().parameters()) {
      tensors.add(new Tensor(p.name(), ElementType.F32, p.shape(), weights.chunks(p.name())));
    }
    SafetensorsWriter.write(file, tensors, SafetensorsWriter.PYTORCH);
  }

  /** A row, the end of it padding where the model can be told so. */
  private Probe probe() throws IOException {
    SplittableRandom random = new SplittableRandom(9);
    int[] row = random.ints(CONTEXT + 1, 0, VOCABULARY).toArray();
    int[] inputs = Arrays.copyOf(row, CONTEXT);
    int[] labels = Arrays.copyOfRange(row, 1, CONTEXT + 1);
    Map<String, List<List<Integer>>> further = new HashMap<>();
    Map<Input, long[]> batch = new EnumMap<>(Input.class);
    for (Input input : shapes().inputs()) {
      int[] values =
          switch (input) {
            case INPUT_IDS -> inputs;
            case LABELS, DECODER_LABELS -> labels;
            case DECODER_INPUT_IDS -> random.ints(CONTEXT, 0, VOCABULARY).toArray();
            case ATTENTION_MASK -> IntStream.range(0, CONTEXT).map(i -> i < 9 ? 1 : 0).toArray();
            case TOKEN_TYPE_IDS -> IntStream.range(0, CONTEXT).map(i -> i < 4 ? 0 : 1).toArray();
            case SEGMENT_IDS -> new int[CONTEXT];
            case NEXT_SENTENCE_LABEL -> new int[] {1};
          };
      batch.put(input, Arrays.stream(values).asLongStream().toArray());
      if (values != inputs && values != labels) further.put(input.id(), List.of(list(values)));
    }
    List<double[]> nll = Reference.nllOfHeads(architecture(), weights(), batch, 1);
    Map<String, List<List<Float>>> headNll = new HashMap<>();
    for (int i = 1; i < nll.size(); i++) {
      headNll.put(shapes().heads().get(i).name(), List.of(floats(nll.get(i))));
    }
    String objective = architecture().objective().name().toLowerCase(Locale.ROOT);
    return new Probe(
        objective,
        List.of(list(inputs)),
        List.of(list(labels)),
        List.of(floats(nll.get(0))),
        further,
        headNll);
  }

  private static List<Float> floats(double[] values) {
    return Arrays.stream(values).mapToObj(value -> (float) value).toList();
  }

  private static List<Integer> list(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  /** Each label's nll by the reference. */
  double[] nll(int[] inputs, int[] labels) throws IOException {
    return Reference.nll(
        architecture(),
        weights(),
        Map.of(
            Graph.Input.INPUT_IDS, Arrays.stream(inputs).asLongStream().toArray(),
            Graph.Input.LABELS, Arrays.stream(labels).asLongStream().toArray()),
        1);
  }

  /**
   * Each token's nll as the definition says, one forward pass a token: token i of the first window
   * sees what begins a text and all before it; token i of a later window, which ends at {@code
   * end}, sees the {@code context} places before {@code end - 1} as far as they lie before i.
   */
  double[] rollingNll(int[] tokens, int stride) throws IOException {
    double[] nll = new double[tokens.length];
    int context = spec.contextLength();
    for (int i = 0; i < tokens.length; i++) {
      int first = -1; // The place of what begins a text.
      if (i >= context) {
        int end = Math.min(tokens.length, context + ((i - context) / stride + 1) * stride);
        first = end - 1 - context;
      }
      int[] inputs = new int[i - first];
      int[] labels = new int[inputs.length];
      Arrays.fill(labels, Graph.IGNORED);
      for (int j = 0; j < inputs.length; j++) {
        inputs[j] = first + j < 0 ? ((CausalSpec) spec).beginOfText() : tokens[first + j];
      }
      labels[inputs.length - 1] = tokens[i];
      nll[i] = nll(inputs, labels)[inputs.length - 1];
    }
    return nll;
  }

  static Tokenizer tokenizer(CheckpointDirectory directory) throws IOException {
    return Tokenizer.read(directory.file(CheckpointDirectory.TOKENIZER));
  }
}
