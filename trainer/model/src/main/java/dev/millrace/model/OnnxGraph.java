package dev.millrace.model;

import static dev.millrace.model.Graph.Input.ATTENTION_MASK;
import static dev.millrace.model.Graph.Input.DECODER_INPUT_IDS;
import static dev.millrace.model.Graph.Input.INPUT_IDS;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Writes the nodes of an ONNX graph (opset 20). Values are names of edges; weights keep their
 * Hugging Face names.
 */
final class OnnxGraph implements Graph<String> {
  static final String MICROSOFT = "com.microsoft";
  private static final String STANDARD = "";

  /** Offsets of weights are multiples of it, so that they can be mapped from the file. */
  private static final long PAGE_BYTES = 4096;

  /** The default of labels that are the row's own tokens. */
  private static final int ABSENT = IGNORED - 1;

  private static final int FLOAT = TensorProto.DataType.FLOAT.getNumber();
  private static final int DOUBLE = TensorProto.DataType.DOUBLE.getNumber();
  private static final int INT32 = TensorProto.DataType.INT32.getNumber();
  private static final int BOOL = TensorProto.DataType.BOOL.getNumber();
  private static final int INT64 = TensorProto.DataType.INT64.getNumber();

  /** Where a parameter's bytes lie in the data file. */
  record Placement(Parameter parameter, long offset) {}

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("millrace");
  private final OnnxModel.Attention attention;
  private final Optional<String> dataFile;
  private final Optional<Objective> portable;
  private final Map<Input, String> names;
  private final Map<Object, String> known = new HashMap<>();
  private final Map<String, String> transposes = new HashMap<>();
  private final List<Placement> placements = new ArrayList<>();
  private String block = "";

  /**
   * A graph without nodes.
   *
   * @param dataFile where the weights will be; empty where they are added to the model itself
   * @param portable what the model learns, if it is to have optimum's inputs: rows of causal models
   *     may then be padded at either end, and labels may be left out
   */
  OnnxGraph(
      OnnxModel.Attention attention, Optional<String> dataFile, Optional<Objective> portable) {
    this(attention, dataFile, portable, Map.of());
  }

  /**
   * As above.
   *
   * @param names of inputs that have others than {@link Graph.Input#id}
   */
  OnnxGraph(
      OnnxModel.Attention attention,
      Optional<String> dataFile,
      Optional<Objective> portable,
      Map<Input, String> names) {
    this.attention = attention;
    this.dataFile = dataFile;
    this.portable = portable;
    this.names = Map.copyOf(names);
  }

  /** Without what nothing uses: a weight that turns twice leaves a turn behind. */
  GraphProto proto() {
    Set<String> used = new HashSet<>();
    graph.getOutputList().forEach(output -> used.add(output.getName()));
    ArrayDeque<NodeProto> kept = new ArrayDeque<>();
    for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
      NodeProto node = graph.getNode(i);
      if (Collections.disjoint(used, node.getOutputList())) continue;
      used.addAll(node.getInputList());
      kept.addFirst(node);
    }
    return graph.clone().clearNode().addAllNode(kept).build();
  }

  List<Placement> placements() {
    return List.copyOf(placements);
  }

  /** Gives an edge to the outside. */
  void output(String name, String edge, String... dimensions) {
    NodeProto.Builder identity = NodeProto.newBuilder().setOpType("Identity").setName(name);
    graph.addNode(identity.addInput(edge).addOutput(name));
    graph.addOutput(info(name, FLOAT, dimensions));
  }

  /** [B, T, N]: [B, N] of the last position. */
  String last(String logits) {
    return node("Gather", List.of(logits, integer(-1)), attribute("axis", 1));
  }

  // ---- nodes and constants

  private String node(String type, List<String> inputs, AttributeProto... attributes) {
    return nodes(STANDARD, type, 1, inputs, attributes).get(0);
  }

  private List<String> nodes(
      String domain, String type, int outputs, List<String> inputs, AttributeProto... attributes) {
    String name = block + type + "_" + graph.getNodeCount();
    List<String> names =
        IntStream.range(0, outputs).mapToObj(i -> outputs == 1 ? name : name + ":" + i).toList();
    graph.addNode(
        NodeProto.newBuilder()
            .setDomain(domain)
            .setOpType(type)
            .setName(name)
            .addAllInput(inputs)
            .addAllAttribute(Arrays.asList(attributes))
            .addAllOutput(names));
    return names;
  }

  private static AttributeProto.Builder attribute(String name, AttributeProto.AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }

  private static AttributeProto attribute(String name, int value) {
    return attribute(name, AttributeProto.AttributeType.INT).setI(value).build();
  }

  private static AttributeProto attribute(String name, double value) {
    return attribute(name, AttributeProto.AttributeType.FLOAT).setF((float) value).build();
  }

  private static AttributeProto attribute(String name, String value) {
    ByteString bytes = ByteString.copyFromUtf8(value);
    return attribute(name, AttributeProto.AttributeType.STRING).setS(bytes).build();
  }

  private static AttributeProto permutation(long... axes) {
    List<Long> boxed = Arrays.stream(axes).boxed().toList();
    return attribute("perm", AttributeProto.AttributeType.INTS).addAllInts(boxed).build();
  }

  private String once(Object key, Supplier<String> edge) {
    String name = known.get(key);
    if (name != null) return name;
    String made = edge.get();
    known.put(key, made);
    return made;
  }

  /** A vector of int64. */
  private String integers(long... values) {
    List<Long> boxed = Arrays.stream(values).boxed().toList();
    return once(
        boxed,
        () ->
            constant(
                TensorProto.newBuilder()
                    .setDataType(INT64)
                    .addDims(values.length)
                    .addAllInt64Data(boxed)));
  }

  /** A scalar int64. */
  private String integer(long value) {
    return once(
        value, () -> constant(TensorProto.newBuilder().setDataType(INT64).addInt64Data(value)));
  }

  /** A scalar float. */
  private String number(float value) {
    return once(
        value, () -> constant(TensorProto.newBuilder().setDataType(FLOAT).addFloatData(value)));
  }

  /** A vector of doubles. */
  private String doubles(List<Double> values) {
    return constant(
        TensorProto.newBuilder()
            .setDataType(DOUBLE)
            .addDims(values.size())
            .addAllDoubleData(values));
  }

  private String constant(TensorProto.Builder tensor) {
    String name = "constant_" + graph.getInitializerCount();
    graph.addInitializer(tensor.setName(name));
    return name;
  }

  private static ValueInfoProto info(String name, int type, String... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (String dimension : dimensions) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(dimension));
    }
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type);
    TypeProto.Builder typed = TypeProto.newBuilder().setTensorType(tensor.setShape(shape));
    return ValueInfoProto.newBuilder().setName(name).setType(typed).build();
  }

  // ---- operations

  @Override
  public String input(Input input) {
    return once(
        input,
        () -> {
          String name = names.getOrDefault(input, input.id());
          if (portable.isEmpty()) return input(name, input.axis());
          return switch (input) {
            case LABELS -> labels(input, INPUT_IDS);
            case DECODER_LABELS -> labels(input, DECODER_INPUT_IDS);
            default -> input(name, input.axis());
          };
        });
  }

  private String input(String name, Axis axis) {
    graph.addInput(info(name, INT64, dimensions(axis)));
    return name;
  }

  /** Numbers from the outside, not of {@link Graph.Input}. */
  String input(String name, String... dimensions) {
    graph.addInput(info(name, FLOAT, dimensions));
    return name;
  }

  /** Labels with a default, an initializer of one value that spreads over the rows. */
  private String labels(Input labels, Input ids) {
    String name = input(labels.id(), labels.axis());
    boolean writes = portable.orElseThrow() != Objective.MASKED;
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(INT64)
            .addAllDims(List.of(1L, 1L))
            .addInt64Data(writes ? ABSENT : IGNORED));
    String all = node("Expand", List.of(name, node("Shape", List.of(input(ids)))));
    if (!writes) return all;
    return node("Where", List.of(node("Equal", List.of(all, integer(ABSENT))), next(ids), all));
  }

  /** The token that follows each, {@link #IGNORED} at the end and beside padding: [B, T]. */
  private String next(Input ids) {
    String next = oneLeft(input(ids), IGNORED);
    if (!padded()) return next;
    String mask = input(ATTENTION_MASK);
    String both = node("Mul", List.of(mask, oneLeft(mask, 0)));
    return node(
        "Where",
        List.of(node("Cast", List.of(both), attribute("to", BOOL)), next, integer(IGNORED)));
  }

  /** [B, T]: the same one place to the left, with a last column of the value. */
  private String oneLeft(String x, int last) {
    return node("Pad", List.of(x, integers(0, -1, 0, 1), integer(last)));
  }

  /** Whether rows of a causal model say where they are padded and which position a token has. */
  private boolean padded() {
    return portable.equals(Optional.of(Objective.CAUSAL));
  }

  /** As Hugging Face's exporter names them. */
  String[] dimensions(Axis axis) {
    boolean two = portable.equals(Optional.of(Objective.DENOISING));
    return switch (axis) {
      case ROW -> new String[] {"batch_size"};
      case SEQUENCE ->
          new String[] {"batch_size", two ? "encoder_sequence_length" : "sequence_length"};
      case DECODER_SEQUENCE -> new String[] {"batch_size", "decoder_sequence_length"};
    };
  }

  @Override
  public String parameter(String name, Init init, int... shape) {
    List<Long> dimensions = Arrays.stream(shape).mapToObj(dimension -> (long) dimension).toList();
    Parameter parameter = new Parameter(name, dimensions, init);
    return once(parameter, () -> external(parameter));
  }

  private String external(Parameter parameter) {
    long end = 0;
    if (!placements.isEmpty()) {
      Placement before = placements.get(placements.size() - 1);
      end = before.offset + before.parameter.bytes();
    }
    long offset = (end + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    placements.add(new Placement(parameter, offset));
    dataFile.ifPresent(
        file ->
            graph.addInitializer(
                tensor(parameter)
                    .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                    .addExternalData(entry("location", file))
                    .addExternalData(entry("offset", Long.toString(offset)))
                    .addExternalData(entry("length", Long.toString(parameter.bytes())))));
    return parameter.name();
  }

  /** A parameter without its values. */
  static TensorProto.Builder tensor(Parameter parameter) {
    return TensorProto.newBuilder()
        .setName(parameter.name())
        .setDataType(FLOAT)
        .addAllDims(parameter.shape());
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  @Override
  public String positions(String ids, int first) {
    if (!padded()) return places(ids, first);
    String given = once("position_ids", () -> input("position_ids", Axis.SEQUENCE)); // [B, T]
    return first == 0 ? given : add(given, integer(first));
  }

  /** first, first + 1, ... over the second dimension: [T]. */
  private String places(String ids, int first) {
    return once(
        List.of("places", ids, first),
        () -> {
          String length = node("Gather", List.of(node("Shape", List.of(ids)), integer(1)));
          String end = first == 0 ? length : add(length, integer(first));
          return node("Range", List.of(integer(first), end, integer(1)));
        });
  }

  @Override
  public String embedding(String table, String ids) {
    return node("Gather", List.of(table, ids));
  }

  @Override
  public String linear(String x, String weight, Optional<String> bias) {
    String product = node("MatMul", List.of(x, transpose(weight)));
    return bias.map(b -> node("Add", List.of(product, b))).orElse(product);
  }

  @Override
  public String transpose(String matrix) {
    String known = transposes.get(matrix);
    if (known != null) return known;
    String transposed = node("Transpose", List.of(matrix), permutation(1, 0));
    transposes.put(matrix, transposed);
    transposes.put(transposed, matrix); // Conv1D weights turn twice, that is not at all.
    return transposed;
  }

  @Override
  public String first(String x) {
    return node("Gather", List.of(x, integer(0)), attribute("axis", 1));
  }

  @Override
  public List<String> split(String x, int parts) {
    return nodes(
        STANDARD,
        "Split",
        parts,
        List.of(x),
        attribute("axis", -1),
        attribute("num_outputs", parts));
  }

  @Override
  public String add(String a, String b) {
    return node("Add", List.of(a, b));
  }

  @Override
  public String multiply(String a, String b) {
    return node("Mul", List.of(a, b));
  }

  @Override
  public String activation(Activation function, String x) {
    return switch (function) {
      case GELU_TANH -> node("Gelu", List.of(x), attribute("approximate", "tanh"));
      case GELU -> node("Gelu", List.of(x), attribute("approximate", "none"));
      case TANH -> node("Tanh", List.of(x));
      case SILU -> multiply(x, node("Sigmoid", List.of(x)));
    };
  }

  @Override
  public String layerNorm(String x, String gain, String bias, double epsilon) {
    return node(
        "LayerNormalization",
        List.of(x, gain, bias),
        attribute("axis", -1),
        attribute("epsilon", epsilon));
  }

  /** The pattern that ONNX Runtime fuses; there is no operator for it before opset 23. */
  @Override
  public String rmsNorm(String x, String gain, double epsilon) {
    String squares = node("Pow", List.of(x, number(2)));
    String mean = node("ReduceMean", List.of(squares, integers(-1)));
    String root = node("Sqrt", List.of(node("Add", List.of(mean, number((float) epsilon)))));
    return node("Mul", List.of(node("Div", List.of(x, root)), gain));
  }

  @Override
  public String rotary(String x, String positions, Rotation rotation) {
    String cosines = wave("Cos", positions, rotation);
    String sines = wave("Sin", positions, rotation);
    String heads = node("Reshape", List.of(x, integers(0, 0, -1, rotation.headWidth())));
    List<String> halves = split(heads, 2); // [B, T, heads, d / 2]
    String a = halves.get(0);
    String b = halves.get(1);
    String first = node("Sub", List.of(multiply(a, cosines), multiply(b, sines)));
    String second = add(multiply(b, cosines), multiply(a, sines));
    String turned = node("Concat", List.of(first, second), attribute("axis", -1));
    return node("Reshape", List.of(turned, integers(0, 0, -1)));
  }

  /** [T, 1, d / 2], or [B, T, 1, d / 2] where each row has positions of its own. */
  private String wave(String function, String positions, Rotation rotation) {
    return once(
        List.of(function, positions, rotation),
        () -> {
          String wave = node(function, List.of(angles(positions, rotation)));
          if (rotation.magnitude() == 1) return wave;
          return multiply(wave, number((float) rotation.magnitude()));
        });
  }

  /** Within a turn by doubles, and only then in floats, which at position 8,192 are too coarse. */
  private String angles(String positions, Rotation rotation) {
    return once(
        List.of("angles", positions, rotation),
        () -> {
          String column = node("Unsqueeze", List.of(positions, integers(-1)));
          String exact = node("Cast", List.of(column), attribute("to", DOUBLE));
          String angles = multiply(exact, doubles(rotation.frequencies()));
          String turn = doubles(List.of(2 * Math.PI));
          String within = node("Mod", List.of(angles, turn), attribute("fmod", 1));
          String floats = node("Cast", List.of(within), attribute("to", FLOAT));
          return node("Unsqueeze", List.of(floats, integers(-2)));
        });
  }

  @Override
  public String attention(
      String q, String k, String v, int heads, int keyHeads, Mask<String> mask) {
    String keys = shared(k, keyHeads, heads / keyHeads);
    String values = shared(v, keyHeads, heads / keyHeads);
    return switch (attention) {
      case FUSED -> fused(q, keys, values, heads, mask);
      case PRIMITIVES -> primitives(q, keys, values, heads, mask);
    };
  }

  /** [B, T, heads * d]: [B, T, heads * times * d], each head so often in a row. */
  private String shared(String x, int heads, int times) {
    if (times == 1) return x;
    String apart = node("Reshape", List.of(x, integers(0, 0, heads, 1, -1)));
    String repeated = node("Expand", List.of(apart, integers(1, 1, 1, times, 1)));
    return node("Reshape", List.of(repeated, integers(0, 0, -1)));
  }

  /** Masks that are only causal or only of padding are built in; others are added to the scores. */
  private String fused(String q, String k, String v, int heads, Mask<String> mask) {
    boolean builtIn = mask.causal() && mask.segments().isEmpty();
    List<String> inputs = new ArrayList<>(List.of(q, k, v));
    if (mask.segments().isPresent()) {
      inputs.addAll(List.of("", "", additive(q, mask)));
    } else if (mask.keys().isPresent()) {
      inputs.addAll(List.of("", padding(mask.keys().get())));
    }
    return nodes(
            MICROSOFT,
            "MultiHeadAttention",
            1,
            inputs,
            attribute("num_heads", heads),
            attribute("unidirectional", builtIn ? 1 : 0))
        .get(0);
  }

  /** [B, T] int32, 0 for padding. */
  private String padding(String keys) {
    return once(
        List.of("padding", keys), () -> node("Cast", List.of(keys), attribute("to", INT32)));
  }

  private String primitives(String q, String k, String v, int heads, Mask<String> mask) {
    String qh = heads(q, heads, permutation(0, 2, 1, 3)); // [B, heads, T, d]
    String kh = heads(k, heads, permutation(0, 2, 3, 1)); // [B, heads, d, T]
    String vh = heads(v, heads, permutation(0, 2, 1, 3));
    String d = node("Gather", List.of(node("Shape", List.of(vh)), integer(3)));
    String root = node("Sqrt", List.of(node("Cast", List.of(d), attribute("to", FLOAT))));
    String scores = node("Div", List.of(node("MatMul", List.of(qh, kh)), root));
    String seen = node("Add", List.of(scores, additive(q, mask)));
    String weights = node("Softmax", List.of(seen), attribute("axis", -1)); // [B, heads, T, T]
    String attended = node("MatMul", List.of(weights, vh));
    String joined = node("Transpose", List.of(attended), permutation(0, 2, 1, 3));
    return node("Reshape", List.of(joined, integers(0, 0, -1)));
  }

  private String heads(String x, int heads, AttributeProto order) {
    return node(
        "Transpose", List.of(node("Reshape", List.of(x, integers(0, 0, heads, -1)))), order);
  }

  /** [B or 1, 1, T or 1, T]: 0 where a query sees a key, else -1e30. */
  private String additive(String x, Mask<String> mask) {
    return once(
        mask,
        () -> {
          List<String> rules = new ArrayList<>();
          mask.segments().ifPresent(segments -> rules.add(sameSegment(segments)));
          if (mask.causal()) rules.add(notAfter(x));
          if (mask.causal() && padded()) rules.add(real(input(ATTENTION_MASK)));
          mask.keys().ifPresent(keys -> rules.add(real(keys)));
          String seen = rules.stream().reduce((a, b) -> node("And", List.of(a, b))).orElseThrow();
          String added = node("Where", List.of(seen, number(0), number(-1e30f)));
          return node("Unsqueeze", List.of(added, integers(1)));
        });
  }

  private String sameSegment(String segments) {
    String queries = node("Unsqueeze", List.of(segments, integers(2)));
    return node("Equal", List.of(queries, node("Unsqueeze", List.of(segments, integers(1)))));
  }

  private String real(String keys) {
    String real = node("Cast", List.of(keys), attribute("to", BOOL));
    return node("Unsqueeze", List.of(real, integers(1)));
  }

  private String notAfter(String x) {
    String keys = places(x, 0);
    String queries = node("Unsqueeze", List.of(keys, integers(1)));
    return node("Unsqueeze", List.of(node("LessOrEqual", List.of(keys, queries)), integers(0)));
  }

  @Override
  public String dropout(String x) {
    return x;
  }

  @Override
  public String crossEntropy(String logits, String targets) {
    String ignored = node("Equal", List.of(targets, integer(IGNORED)));
    String safe = node("Where", List.of(ignored, integer(0), targets));
    String column = node("Unsqueeze", List.of(safe, integers(-1)));
    String logProbabilities = node("LogSoftmax", List.of(logits), attribute("axis", -1));
    String picked =
        node("GatherElements", List.of(logProbabilities, column), attribute("axis", -1));
    String nll = node("Neg", List.of(node("Squeeze", List.of(picked, integers(-1)))));
    return node("Where", List.of(ignored, number(0), nll));
  }

  @Override
  public String block(String name, String x, UnaryOperator<String> body) {
    String outer = block;
    block = name + "/";
    String y = body.apply(x);
    block = outer;
    return y;
  }
}
