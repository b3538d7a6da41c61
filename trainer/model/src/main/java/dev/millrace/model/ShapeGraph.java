package dev.millrace.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Runs an architecture over shapes: checks it, lists its parameters and inputs, and counts. */
final class ShapeGraph implements Graph<ShapeGraph.Value> {
  // Unlike each other and unlike any width, so that a mix-up does not fit by chance.
  private static final long BATCH = 1_000_003;
  private static final long LENGTH = 1_000_033;
  private static final long DECODER_LENGTH = 1_000_037;

  /**
   * A shape.
   *
   * @param parameter its name, if it is one
   */
  record Value(List<Long> shape, Optional<String> parameter) {
    Value(List<Long> shape) {
      this(shape, Optional.empty());
    }

    long last() {
      return shape.get(shape.size() - 1);
    }

    List<Long> leading() {
      return shape.subList(0, shape.size() - 1);
    }
  }

  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Set<Input> inputs = EnumSet.noneOf(Input.class);
  private final Set<String> positionTables = new LinkedHashSet<>();
  private long attentionWidth;

  private ShapeGraph() {}

  static Shapes run(Architecture architecture) {
    ShapeGraph graph = new ShapeGraph();
    List<Shapes.Head> heads = new ArrayList<>();
    for (Architecture.Head<Value> head : architecture.forward(graph)) {
      head.nll(graph);
      heads.add(new Shapes.Head(head.name(), head.targets(), head.logits().last()));
    }
    long positions =
        graph.positionTables.stream()
            .mapToLong(name -> graph.parameters.get(name).elements())
            .sum();
    return new Shapes(
        List.copyOf(graph.parameters.values()),
        graph.inputs,
        heads,
        positions,
        graph.attentionWidth);
  }

  @Override
  public Value input(Input input) {
    inputs.add(input);
    return switch (input.axis()) {
      case ROW -> new Value(List.of(BATCH));
      case SEQUENCE -> new Value(List.of(BATCH, LENGTH));
      case DECODER_SEQUENCE -> new Value(List.of(BATCH, DECODER_LENGTH));
    };
  }

  @Override
  public Value parameter(String name, Init init, int... shape) {
    List<Long> dimensions = new ArrayList<>();
    for (int dimension : shape) dimensions.add((long) dimension);
    Parameter parameter = new Parameter(name, dimensions, init);
    Parameter known = parameters.putIfAbsent(name, parameter);
    require(known == null || known.equals(parameter), name + " twice", known, parameter);
    return new Value(parameter.shape(), Optional.of(name));
  }

  @Override
  public Value positions(Value ids, int first) {
    require(ids.shape.size() == 2, "positions", ids, "rows of ids");
    return new Value(List.of(ids.last()));
  }

  @Override
  public Value embedding(Value table, Value ids) {
    require(table.shape.size() == 2, "embedding", table, ids);
    if (ids.shape.size() == 1) table.parameter.ifPresent(positionTables::add);
    return with(ids.shape, table.last());
  }

  @Override
  public Value linear(Value x, Value weight, Optional<Value> bias) {
    require(weight.shape.size() == 2 && x.last() == weight.last(), "linear", x, weight);
    long out = weight.shape.get(0);
    bias.ifPresent(b -> require(b.shape.equals(List.of(out)), "linear bias", b, weight));
    return with(x.leading(), out);
  }

  @Override
  public Value transpose(Value matrix) {
    require(matrix.shape.size() == 2, "transpose", matrix, "a matrix");
    return new Value(List.of(matrix.shape.get(1), matrix.shape.get(0)));
  }

  @Override
  public Value first(Value x) {
    require(x.shape.size() == 3, "first", x, "rows of vectors");
    return with(List.of(x.shape.get(0)), x.last());
  }

  @Override
  public List<Value> split(Value x, int parts) {
    require(x.last() % parts == 0, "split", x, parts);
    return Collections.nCopies(parts, with(x.leading(), x.last() / parts));
  }

  @Override
  public Value add(Value a, Value b) {
    Value longer = a.shape.size() >= b.shape.size() ? a : b;
    Value shorter = longer.equals(a) ? b : a;
    int repeated = longer.shape.size() - shorter.shape.size();
    List<Long> end = longer.shape.subList(repeated, longer.shape.size());
    require(end.equals(shorter.shape), "add", a, b);
    return new Value(longer.shape);
  }

  @Override
  public Value multiply(Value a, Value b) {
    require(a.shape.equals(b.shape), "multiply", a, b);
    return new Value(a.shape);
  }

  @Override
  public Value activation(Activation function, Value x) {
    return x;
  }

  @Override
  public Value layerNorm(Value x, Value gain, Value bias, double epsilon) {
    require(gain.shape.equals(List.of(x.last())), "layerNorm gain", x, gain);
    require(bias.shape.equals(gain.shape), "layerNorm bias", x, bias);
    return new Value(x.shape);
  }

  @Override
  public Value rmsNorm(Value x, Value gain, double epsilon) {
    require(gain.shape.equals(List.of(x.last())), "rmsNorm gain", x, gain);
    return new Value(x.shape);
  }

  @Override
  public Value rotary(Value x, Value positions, Rotation rotation) {
    require(x.leading().get(1).equals(positions.last()), "rotary positions", x, positions);
    require(x.last() % rotation.headWidth() == 0, "rotary heads", x, rotation.headWidth());
    return new Value(x.shape);
  }

  @Override
  public Value attention(Value q, Value k, Value v, int heads, int keyHeads, Mask<Value> mask) {
    require(q.shape.get(0).equals(k.shape.get(0)), "attention", q, k);
    require(k.shape.equals(v.shape), "attention values", k, v);
    require(!mask.causal() || q.leading().equals(k.leading()), "causal attention", q, k);
    mask.segments().ifPresent(m -> require(m.shape.equals(q.leading()), "segments", m, q));
    mask.keys().ifPresent(m -> require(m.shape.equals(k.leading()), "attention keys", m, k));
    require(q.shape.size() == 3 && q.last() % heads == 0, "attention heads", q, heads);
    require(heads % keyHeads == 0, "attention groups", heads, keyHeads);
    require(q.last() / heads * keyHeads == k.last(), "attention key heads", q, k);
    attentionWidth += q.last();
    return new Value(q.shape);
  }

  @Override
  public Value dropout(Value x) {
    return x;
  }

  @Override
  public Value crossEntropy(Value logits, Value targets) {
    require(logits.leading().equals(targets.shape), "crossEntropy", logits, targets);
    return targets;
  }

  private static Value with(List<Long> leading, long last) {
    List<Long> shape = new ArrayList<>(leading);
    shape.add(last);
    return new Value(List.copyOf(shape));
  }

  private static void require(boolean condition, String what, Object a, Object b) {
    if (!condition) throw new IllegalArgumentException(what + ": " + a + " and " + b);
  }
}
