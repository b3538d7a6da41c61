package dev.millrace.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes one method's forward pass, one line an operation, and one method for each distinct block.
 *
 * <p>BF16 runs linear layers and attention in bfloat16; weights, the residual stream, norms and
 * losses stay float32. The whole policy is in {@link #low} and {@link #full}. Types never mix in
 * one operation: TorchScript's own differentiation does not cast a gradient back where one
 * promotes.
 */
final class TorchScriptGraph implements Graph<TorchScriptGraph.Value> {
  static final String NO_GRADIENTS = "  torch.set_grad_enabled(False)\n";

  /** Element types, with PyTorch's numbers for them. */
  private enum Type {
    INT64(4),
    FP32(6),
    FP64(7),
    BOOL(11),
    BF16(15);

    final int code;

    Type(int code) {
      this.code = code;
    }
  }

  /** A name in one method. */
  record Value(Scope scope, String name, Type type) {}

  /** A linear layer. The weight, the bias and x are of one type. */
  private record Linear(Value x, Value weight, Optional<Value> bias) {}

  /** Where the backward pass begins, and the gradient there. */
  private record Root(String value, String gradient) {}

  /** A method being written: its lines, what it takes from around it, what it has computed. */
  private static final class Scope {
    final String prefix;
    final StringBuilder lines = new StringBuilder();
    final Map<Value, Value> arguments = new LinkedHashMap<>(); // Outer value to inner one.
    final Map<Object, Value> known = new HashMap<>();
    int count;

    Scope(String prefix) {
      this.prefix = prefix;
    }
  }

  private final TorchScript.Options options;
  private final boolean training;
  private final Map<String, String> blocks; // Text to definition, shared by a script's methods.
  private final Map<String, Integer> parameters = new LinkedHashMap<>();
  private final Set<Input> inputs = EnumSet.noneOf(Input.class);
  private final Scope root = new Scope("");
  private final Set<Value> constants = new HashSet<>(); // Have no gradient.
  private final Set<Value> leaves = new HashSet<>(); // Where recomputation cuts the graph.
  private final Map<Value, Linear> waiting = new HashMap<>(); // Written where they are first named.
  private final List<Root> roots = new ArrayList<>();
  private final StringBuilder backward = new StringBuilder();
  private Scope scope = root;

  private TorchScriptGraph(
      TorchScript.Options options, boolean training, Map<String, String> blocks) {
    this.options = options;
    this.training = training;
    this.blocks = blocks;
  }

  static TorchScriptGraph training(TorchScript.Options options, Map<String, String> blocks) {
    return new TorchScriptGraph(options, true, blocks);
  }

  /** FP32, without dropout. */
  static TorchScriptGraph exact(Map<String, String> blocks) {
    return new TorchScriptGraph(new TorchScript.Options(Precision.FP32, 0, false), false, blocks);
  }

  // ---- methods

  /** The text of a method that takes inputs, parameters and more and returns tensors. */
  String method(String name, String more, String begin, String end) {
    String given = inputs.stream().map(i -> i.id() + ": Tensor, ").collect(Collectors.joining());
    String head = "def " + name + "(self, " + given + "p: List[Tensor]" + more + ")";
    return head + " -> List[Tensor]:\n" + begin + root.lines + end;
  }

  /**
   * What training needs of a head: its nll, with the gradient of sum(nll) / count on its way.
   *
   * @param count of the targets of the whole step
   */
  Value trained(Architecture.Head<Value> head, String count) {
    Value targets = input(head.targets());
    Linear last = waiting.remove(head.logits());
    if (last == null) return scored(head.nll(this), count);
    boolean bias = last.bias.isPresent();
    String method = written("linear_nll", TorchLoss.source(multipliesByOneDnn(), bias));
    String format = "self." + method + "(%s, %s, " + (bias ? "%s, " : "None, ") + "%s, " + count;
    List<Value> trained = new ArrayList<>(List.of(last.x, last.weight));
    last.bias.ifPresent(trained::add);
    List<Value> given = new ArrayList<>(trained);
    given.add(targets);
    Value made = emit(Type.FP32, "nll", format + ")", given.toArray(Value[]::new));
    for (int i = 0; i < trained.size(); i++) {
      roots.add(new Root(trained.get(i).name, made.name + "[" + (i + 1) + "]"));
    }
    return emit(Type.FP32, "nll", "%s[0]", made);
  }

  private Value scored(Value nll, String count) {
    Value mean = emit(Type.FP32, "loss", "torch.div(torch.sum(%s), " + count + ")", nll);
    roots.add(new Root(mean.name, "torch.ones_like(" + mean.name + ")"));
    return nll;
  }

  /** [B, ...]: [B], without a gradient. */
  Value rowSums(Value nll) {
    String rows = "torch.reshape(%1$s, [torch.size(%1$s, 0), -1])";
    return emit(Type.FP32, "rows", "torch.detach(torch.sum(" + rows + ", 1))", nll);
  }

  /** The lines of the backward pass. */
  String backward() {
    String values = roots.stream().map(Root::value).collect(Collectors.joining(", "));
    String gradients = roots.stream().map(Root::gradient).collect(Collectors.joining(", "));
    String list = "annotate(List[Optional[Tensor]], [" + gradients + "])";
    return "  torch.backward([" + values + "], " + list + ")\n" + backward;
  }

  // ---- lines

  private Value emit(Type type, String hint, String format, Value... operands) {
    Object[] names = Arrays.stream(operands).map(this::name).toArray();
    Value value = new Value(scope, hint + "_" + ++scope.count, type);
    write(value, String.format(Locale.ROOT, format, names));
    return value;
  }

  private static void write(Value value, String expression) {
    String line = "  " + value.name + " = " + expression + "\n";
    value.scope.lines.append(line);
  }

  /** A value's name in the method being written; one from outside becomes an argument. */
  private String name(Value value) {
    Linear late = waiting.remove(value);
    if (late != null) write(value, linear(late));
    if (value.scope == scope) return value.name;
    return scope.arguments.computeIfAbsent(
            value, outer -> new Value(scope, localName(outer.name), outer.type))
        .name;
  }

  private String localName(String outer) {
    if (!outer.startsWith("p[")) return "outer_" + outer;
    int index = Integer.parseInt(outer.substring(2, outer.length() - 1));
    String parameter = List.copyOf(parameters.keySet()).get(index);
    String own = scope.prefix + ".";
    String shorter =
        parameter.startsWith(own) ? parameter.substring(own.length()) : "outer_" + parameter;
    return shorter.replace('.', '_');
  }

  private Value once(Object key, Supplier<Value> value) {
    Value known = scope.known.get(key);
    if (known != null) return known;
    Value made = value.get();
    scope.known.put(key, made);
    return made;
  }

  /** What depends on the batch alone is computed once, before the first block. */
  private Value constant(Object key, Supplier<Value> value) {
    Scope here = scope;
    scope = root;
    try {
      Value made = once(key, value);
      constants.add(made);
      return made;
    } finally {
      scope = here;
    }
  }

  // ---- precision

  private Type lowType() {
    return options.precision() == Precision.BF16 ? Type.BF16 : Type.FP32;
  }

  /** In bfloat16 PyTorch does so by itself. */
  private boolean multipliesByOneDnn() {
    return options.oneDnn() && lowType() == Type.FP32;
  }

  private Value low(Value value) {
    return value.type == lowType() ? value : cast(value, lowType());
  }

  private Value full(Value value) {
    return value.type == Type.BF16 ? cast(value, Type.FP32) : value;
  }

  private Value cast(Value value, Type type) {
    String format = "torch.to(%s, " + type.code + ")";
    return once(List.of(type, value), () -> emit(type, "cast", format, value));
  }

  // ---- operations

  @Override
  public Value input(Input input) {
    inputs.add(input);
    Value value = new Value(root, input.id(), Type.INT64);
    constants.add(value);
    return value;
  }

  @Override
  public Value parameter(String name, Init init, int... shape) {
    int index = parameters.computeIfAbsent(name, unknown -> parameters.size());
    return new Value(root, "p[" + index + "]", Type.FP32);
  }

  @Override
  public Value positions(Value ids, int first) {
    String size = "torch.size(%1$s, 1)";
    String end = first == 0 ? size : "torch.add(" + size + ", " + first + ")";
    String format =
        "torch.arange(" + first + ", " + end + ", dtype=4, layout=0, device=%1$s.device)";
    return constant(
        List.of("positions", ids, first), () -> emit(Type.INT64, "positions", format, ids));
  }

  @Override
  public Value embedding(Value table, Value ids) {
    return emit(Type.FP32, "embedding", "torch.embedding(%s, %s)", table, ids);
  }

  @Override
  public Value linear(Value x, Value weight, Optional<Value> bias) {
    Linear linear = new Linear(low(x), low(weight), bias.map(this::low));
    Value value = new Value(scope, "linear_" + ++scope.count, lowType());
    // Outside of blocks it may turn out to be a model's last, which is trained with its loss.
    if (scope == root && training) waiting.put(value, linear);
    else write(value, linear(linear));
    return value;
  }

  private String linear(Linear linear) {
    String x = name(linear.x);
    String weight = name(linear.weight);
    Optional<String> bias = linear.bias.map(this::name);
    if (multipliesByOneDnn()) {
      String method = written("linear", TorchLinear.SOURCE);
      return "self.%s(%s, %s, %s)".formatted(method, x, weight, bias.orElse("None"));
    }
    String end = bias.map(b -> ", " + b).orElse("");
    return "torch.linear(%s, %s%s)".formatted(x, weight, end);
  }

  @Override
  public Value transpose(Value matrix) {
    return emit(lowType(), "transposed", "torch.t(%s)", low(matrix));
  }

  @Override
  public Value first(Value x) {
    return emit(x.type, "first", "torch.select(%s, 1, 0)", x);
  }

  @Override
  public List<Value> split(Value x, int parts) {
    Value list = emit(x.type, "parts", "torch.chunk(%s, " + parts + ", -1)", x);
    return IntStream.range(0, parts)
        .mapToObj(i -> emit(x.type, "part", "%s[" + i + "]", list))
        .toList();
  }

  @Override
  public Value add(Value a, Value b) {
    if (a.type == b.type) return emit(a.type, "add", "torch.add(%s, %s)", a, b);
    return emit(Type.FP32, "add", "torch.add(%s, %s)", full(a), full(b));
  }

  @Override
  public Value multiply(Value a, Value b) {
    if (a.type == b.type) return emit(a.type, "product", "torch.mul(%s, %s)", a, b);
    return emit(Type.FP32, "product", "torch.mul(%s, %s)", full(a), full(b));
  }

  @Override
  public Value activation(Activation function, Value x) {
    return switch (function) {
      case GELU_TANH -> emit(x.type, "gelu", geluByTanh(), x);
      case GELU -> emit(x.type, "gelu", "torch.gelu(%s, approximate=\"none\")", x);
      case TANH -> emit(x.type, "tanh", "torch.tanh(%s)", x);
      case SILU -> emit(x.type, "silu", "torch.silu(%s)", x);
    };
  }

  private String geluByTanh() {
    if (!training || !options.oneDnn()) return "torch.gelu(%s, approximate=\"tanh\")";
    return "self." + written("gelu", TorchGelu.SOURCE) + "(%s)";
  }

  @Override
  public Value layerNorm(Value x, Value gain, Value bias, double epsilon) {
    String format = "torch.layer_norm(%1$s, torch.size(%2$s), %2$s, %3$s, " + epsilon + ")";
    return emit(Type.FP32, "norm", format, full(x), gain, bias);
  }

  @Override
  public Value rmsNorm(Value x, Value gain, double epsilon) {
    // PyTorch's own is made of more passes, forward and backward.
    Value all = full(x);
    Value length = emit(Type.FP32, "length", "torch.linalg_vector_norm(%s, 2, [-1], True)", all);
    String scale =
        "torch.rsqrt(torch.add(torch.div(torch.square(%s), torch.size(%s, -1)), " + epsilon + "))";
    Value scaled = emit(Type.FP32, "scale", scale, length, all);
    return emit(Type.FP32, "norm", "torch.mul(torch.mul(%s, %s), %s)", all, scaled, gain);
  }

  @Override
  public Value rotary(Value x, Value positions, Rotation rotation) {
    Value cosines = wave("cos", "[%1$s, %1$s]", positions, rotation);
    Value sines = wave("sin", "[torch.neg(%1$s), %1$s]", positions, rotation);
    int width = rotation.headWidth();
    String apart = "torch.unflatten(%s, 2, [-1, " + width + "])";
    Value heads = emit(Type.FP32, "heads", apart, full(x)); // [B, T, heads, d]
    String exchanged = "torch.roll(%1$s, [" + width / 2 + "], [-1])";
    String turned = "torch.addcmul(torch.mul(%1$s, %2$s), " + exchanged + ", %3$s)";
    Value rotated = emit(Type.FP32, "turned", turned, heads, cosines, sines);
    return emit(Type.FP32, "rotated", "torch.flatten(%s, 2)", rotated);
  }

  /**
   * [T, 1, d], for the halves of a head. Angles in doubles: floats lose a thousandth of a turn at
   * position 8,192.
   */
  private Value wave(String function, String halves, Value positions, Rotation rotation) {
    return constant(
        List.of(function, positions, rotation),
        () -> {
          String magnitude = Double.toString(rotation.magnitude());
          String half = "torch.to(torch.mul(torch." + function + "(%s), " + magnitude + "), 6)";
          Value wave = emit(Type.FP32, function, half, angles(positions, rotation));
          return emit(Type.FP32, function, "torch.cat(" + halves + ", -1)", wave);
        });
  }

  private Value angles(Value positions, Rotation rotation) {
    String product =
        "torch.mul(torch.unsqueeze(torch.to(%1$s, 7), -1), "
            + doubles(rotation.frequencies(), "%1$s.device")
            + ")";
    return constant(
        List.of("angles", positions, rotation),
        () -> emit(Type.FP64, "angles", "torch.unsqueeze(" + product + ", -2)", positions));
  }

  /** TorchScript makes floats of a list, whatever is asked for: two of them make each double. */
  private static String doubles(List<Double> values, String device) {
    List<Float> coarse = values.stream().map(TorchScriptGraph::roundedDown).toList();
    List<Float> rest =
        IntStream.range(0, values.size())
            .mapToObj(i -> (float) (values.get(i) - coarse.get(i)))
            .toList();
    String format = "torch.tensor(%s, dtype=7, device=" + device + ")";
    return "torch.add("
        + format.replace("%s", coarse.toString())
        + ", "
        + format.replace("%s", rest.toString())
        + ")";
  }

  private static float roundedDown(double value) {
    float nearest = (float) value;
    return nearest > value ? Math.nextDown(nearest) : nearest;
  }

  @Override
  public Value attention(Value q, Value k, Value v, int heads, int keyHeads, Mask<Value> mask) {
    Value qh = heads(q, heads);
    int sharing = options.oneDnn() ? 1 : heads / keyHeads;
    Value kh = shared(heads(k, keyHeads), sharing);
    Value vh = shared(heads(v, keyHeads), sharing); // [B, heads, T, d]
    Value attended =
        mask.segments().isEmpty() && mask.keys().isEmpty()
            ? attended(qh, kh, vh, mask)
            : masked(qh, kh, vh, mask);
    return emit(lowType(), "joined", "torch.flatten(torch.transpose(%s, 1, 2), 2)", attended);
  }

  private Value heads(Value x, int heads) {
    String format = "torch.transpose(torch.unflatten(%s, 2, [" + heads + ", -1]), 1, 2)";
    return emit(lowType(), "heads", format, low(x));
  }

  /** [B, heads, T, d]: [B, heads * times, T, d], each head so often in a row. */
  private Value shared(Value heads, int times) {
    if (times == 1) return heads;
    String repeated = "torch.expand(torch.unsqueeze(%s, 2), [-1, -1, " + times + ", -1, -1])";
    return emit(lowType(), "shared", "torch.flatten(" + repeated + ", 1, 2)", heads);
  }

  private Value attended(Value q, Value k, Value v, Mask<Value> mask) {
    String causal = mask.causal() ? "True" : "False";
    if (options.oneDnn()) return products(causal, q, k, v, "None");
    String format =
        "torch.scaled_dot_product_attention(%s, %s, %s, None, "
            + options.dropout()
            + ", "
            + causal
            + ")";
    return emit(lowType(), "attention", format, q, k, v);
  }

  /** The same by products of matrices. */
  private Value products(String causal, Value q, Value k, Value v, String mask, Value... masks) {
    String method = written("attention", TorchAttention.SOURCE);
    String format =
        "self." + method + "(%s, %s, %s, " + mask + ", " + causal + ", " + options.dropout() + ")";
    Value[] given = Stream.concat(Stream.of(q, k, v), Stream.of(masks)).toArray(Value[]::new);
    return emit(lowType(), "attention", format, given);
  }

  private Value masked(Value q, Value k, Value v, Mask<Value> mask) {
    if (options.oneDnn()) {
      return products("False", q, k, v, "%s", additive(mask));
    }
    String format =
        "torch.scaled_dot_product_attention(%s, %s, %s, %s, " + options.dropout() + ", False)";
    return emit(lowType(), "attention", format, q, k, v, additive(mask));
  }

  /**
   * [B, 1, T, T], or [B, 1, 1, T] for all queries: 0 where a query sees a key, else -1e30 and not
   * infinity, so that a row without any key would stay finite. Additive and in the type of
   * attention: anything else is converted again in every layer.
   */
  private Value additive(Mask<Value> mask) {
    return constant(
        mask,
        () -> {
          Value seen =
              Stream.of(
                      mask.segments().map(s -> within(s, mask.causal())),
                      mask.keys().map(this::real))
                  .flatMap(Optional::stream)
                  .reduce((a, b) -> emit(Type.BOOL, "seen", "torch.logical_and(%s, %s)", a, b))
                  .orElseThrow();
          String zeros = "torch.zeros_like(%1$s, dtype=" + lowType().code + ")";
          String filled = "torch.masked_fill(" + zeros + ", torch.logical_not(%1$s), -1.0e30)";
          return emit(lowType(), "mask", "torch.unsqueeze(" + filled + ", 1)", seen);
        });
  }

  /** [B, T, T]: what is of the same segment, and not after where that is asked. */
  private Value within(Value segments, boolean causal) {
    String equal = "torch.eq(torch.unsqueeze(%1$s, 2), torch.unsqueeze(%1$s, 1))";
    Value same = emit(Type.BOOL, "same", equal, segments);
    return causal ? emit(Type.BOOL, "seen", "torch.tril(%s)", same) : same;
  }

  /** [B, 1, T]. */
  private Value real(Value keys) {
    return emit(Type.BOOL, "real", "torch.unsqueeze(torch.ne(%s, 0), 1)", keys);
  }

  @Override
  public Value dropout(Value x) {
    if (options.dropout() == 0) return x;
    return emit(x.type, "dropped", "torch.dropout(%s, " + options.dropout() + ", True)", x);
  }

  @Override
  public Value crossEntropy(Value logits, Value targets) {
    String flat = "torch.flatten(%1$s, 0, -2), torch.flatten(%2$s)";
    String loss = "torch.cross_entropy_loss(" + flat + ", None, 0, " + IGNORED + ", 0.)";
    String format = "torch.reshape(" + loss + ", torch.size(%2$s))";
    return emit(Type.FP32, "nll", format, full(logits), targets);
  }

  // ---- blocks

  @Override
  public Value block(String name, Value x, UnaryOperator<Value> body) {
    Scope outer = scope;
    Scope inner = new Scope(name);
    inner.arguments.put(x, new Value(inner, "x", x.type));
    scope = inner;
    Value result = body.apply(x);
    String returned = name(result);
    scope = outer;
    String method = definition(name, inner, returned);
    Set<Value> arguments = inner.arguments.keySet();
    if (options.recompute()) return recomputed(method, result.type, arguments);
    Value[] given = arguments.toArray(Value[]::new);
    return emit(result.type, "block", call(method, given.length), given);
  }

  /** The name of the method with this body, written if it is the first. */
  private String definition(String name, Scope inner, String returned) {
    String arguments =
        inner.arguments.values().stream()
            .map(argument -> ", " + argument.name + ": Tensor")
            .collect(Collectors.joining());
    String text =
        "(self" + arguments + ") -> Tensor:\n" + inner.lines + "  return " + returned + "\n";
    return written(name.replaceAll("[.][0-9]+", "").replace('.', '_'), text);
  }

  /** The name of the method of this text, which begins with its arguments. */
  private String written(String base, String text) {
    String suffix = blocks.isEmpty() ? "" : "_" + (blocks.size() + 1);
    String definition = blocks.computeIfAbsent(text, fresh -> "def " + base + suffix + fresh);
    return definition.substring("def ".length(), definition.indexOf('('));
  }

  private static String call(String method, int arguments) {
    return "self." + method + "(" + String.join(", ", Collections.nCopies(arguments, "%s")) + ")";
  }

  /**
   * Forward without a graph; the backward pass, written here from last to first, runs the block
   * again on its own, from the same seed.
   */
  private Value recomputed(String method, Type type, Collection<Value> arguments) {
    Value[] given = arguments.stream().map(this::leaf).toArray(Value[]::new);
    String seed = "  torch.manual_seed(torch.add(seed, " + ++scope.count + "))\n";
    String call = call(method, given.length);
    scope.lines.append(seed).append(NO_GRADIENTS);
    Value result = emit(type, "block", call, given);
    scope.lines.append("  torch.set_grad_enabled(True)\n");
    Value leaf = cut(result);
    String again = "again_" + leaf.name;
    Object[] names = Arrays.stream(given).map(Value::name).toArray();
    backward.insert(
        0,
        seed
            + ("  " + again + " = " + String.format(Locale.ROOT, call, names) + "\n")
            + ("  torch.backward(" + again + ", " + leaf.name + ".grad)\n"));
    return leaf;
  }

  /**
   * Cuts the graph before a value, once; what gathers there goes on backward after all that
   * follows.
   */
  private Value leaf(Value value) {
    if (value.name.startsWith("p[") || constants.contains(value) || leaves.contains(value)) {
      return value;
    }
    return once(
        List.of("leaf", value),
        () -> {
          Value leaf = cut(value);
          backward.insert(0, "  torch.backward(" + value.name + ", " + leaf.name + ".grad)\n");
          return leaf;
        });
  }

  private Value cut(Value value) {
    String format = "torch.requires_grad_(torch.detach(%s), True)";
    Value leaf = emit(value.type, "leaf", format, value);
    leaves.add(leaf);
    return leaf;
  }
}
