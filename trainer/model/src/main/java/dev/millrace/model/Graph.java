package dev.millrace.model;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * Everything that a transformer may do. An architecture is a function over this interface, and each
 * of its interpreters has its own idea of a value: a line of TorchScript, an edge of an ONNX graph,
 * an array of doubles, a shape. An operation that one of them lacks does not compile.
 *
 * <p>Shapes: B batch, T length, D width. Activations are [B, T, D] and attention heads stay packed
 * in D, so that no architecture ever reshapes. Token ids, labels and segments are [B, T].
 *
 * @param <V> a value of the interpreter
 */
public interface Graph<V> {

  /** int64, [B, T] or as {@link Input#axis} says. The same input twice is the same value. */
  V input(Input input);

  /**
   * A trained tensor under its Hugging Face name. The same name twice is the same value: that is
   * how weights are tied.
   */
  V parameter(String name, Init init, int... shape);

  /** 0, 1, ... T - 1 for ids [B, T]: [T]. */
  default V positions(V ids) {
    return positions(ids, 0);
  }

  /** first, first + 1, ... first + T - 1 for ids [B, T]: [T]. */
  V positions(V ids, int first);

  /** table [N, D], ids [...]: [..., D]. */
  V embedding(V table, V ids);

  /** x [..., in], weight [out, in], bias [out]: [..., out]. */
  V linear(V x, V weight, Optional<V> bias);

  /** [a, b]: [b, a]. For weights that are stored the other way round (GPT-2's Conv1D). */
  V transpose(V matrix);

  /** [B, T, D]: [B, D] at the first position. */
  V first(V x);

  /** [..., n D]: n times [..., D]. */
  List<V> split(V x, int parts);

  /** Elementwise; the shorter shape repeats over the leading dimensions of the longer. */
  V add(V a, V b);

  /** Elementwise, of equal shapes. */
  V multiply(V a, V b);

  /** Elementwise. */
  V activation(Activation function, V x);

  /**
   * (x - mean) / sqrt(variance + epsilon) * gain + bias over the last dimension (Ba et al. 2016,
   * arXiv:1607.06450).
   */
  V layerNorm(V x, V gain, V bias, double epsilon);

  /**
   * x / sqrt(mean of squares + epsilon) * gain over the last dimension (Zhang and Sennrich 2019,
   * arXiv:1910.07467).
   */
  V rmsNorm(V x, V gain, double epsilon);

  /**
   * Turns the pairs (i, i + d / 2) of every head of width d by position * frequency i (Su et al.
   * 2021, arXiv:2104.09864; paired as Hugging Face does). x [B, T, heads * d], positions [T]: [B,
   * T, heads * d].
   */
  V rotary(V x, V positions, Rotation rotation);

  /**
   * softmax(q k' / sqrt(d)) v in each head (Vaswani et al. 2017, arXiv:1706.03762). q [B, T, heads
   * * d], k and v [B, S, keyHeads * d], where S is T unless one text looks at another: [B, T, heads
   * * d]. Neighbouring query heads share a head of keys where there are fewer of these (Ainslie et
   * al. 2023, arXiv:2305.13245). In training, dropout takes attention weights.
   */
  V attention(V q, V k, V v, int heads, int keyHeads, Mask<V> mask);

  /** The identity everywhere but in training. */
  V dropout(V x);

  /**
   * -log softmax(logits)[target] without reduction, 0 where the target is {@link #IGNORED}. logits
   * [..., N], targets [...]: [...].
   */
  V crossEntropy(V logits, V targets);

  /**
   * Names a repeated part. An emitter may write it once, or compute it again in the backward pass;
   * to the others it is nothing.
   */
  default V block(String name, V x, UnaryOperator<V> body) {
    return body.apply(x);
  }

  /** The label of a position that is not scored. */
  int IGNORED = -100;

  /** What a graph is fed with. */
  enum Input {
    /** Tokens. */
    INPUT_IDS(Axis.SEQUENCE),
    /** 1 where there is a token and 0 where there is padding, which nothing sees. */
    ATTENTION_MASK(Axis.SEQUENCE),
    /** 0 in the first of two texts and 1 in the second. */
    TOKEN_TYPE_IDS(Axis.SEQUENCE),
    /** Equal within one document of a row, for masks that keep documents apart. */
    SEGMENT_IDS(Axis.SEQUENCE),
    /** What the decoder has written so far. */
    DECODER_INPUT_IDS(Axis.DECODER_SEQUENCE),
    /** The token to predict at each position, or {@link #IGNORED}. */
    LABELS(Axis.SEQUENCE),
    /** The token to predict at each position of the decoder, or {@link #IGNORED}. */
    DECODER_LABELS(Axis.DECODER_SEQUENCE),
    /** 0 where the second text follows the first and 1 where it does not. */
    NEXT_SENTENCE_LABEL(Axis.ROW);

    private final Axis axis;

    Input(Axis axis) {
      this.axis = axis;
    }

    /** As Hugging Face spells it: {@code input_ids}, and {@code labels} of either side. */
    public String id() {
      return this == DECODER_LABELS ? LABELS.id() : name().toLowerCase(Locale.ROOT);
    }

    /** What it has a value for. */
    public Axis axis() {
      return axis;
    }
  }

  /** What an input or an output has one value for. */
  enum Axis {
    /** Each row: [B]. */
    ROW,
    /** Each position of each row: [B, T]. */
    SEQUENCE,
    /** Each position of what the decoder writes: [B, U]. */
    DECODER_SEQUENCE
  }

  /** Elementwise functions. */
  enum Activation {
    /** x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2 (Hendrycks and Gimpel 2016). */
    GELU_TANH,
    /** x (1 + erf(x / sqrt(2))) / 2 (Hendrycks and Gimpel 2016, arXiv:1606.08415). */
    GELU,
    TANH,
    /** x / (1 + exp(-x)) (Hendrycks and Gimpel 2016; Swish). */
    SILU
  }

  /**
   * How a parameter begins: normal with this deviation around this mean.
   *
   * @param zeroRow the row of a table that begins at zero, if there is one
   */
  record Init(double mean, double deviation, OptionalInt zeroRow) {
    public static final Init ZEROS = new Init(0, 0, OptionalInt.empty());
    public static final Init ONES = new Init(1, 0, OptionalInt.empty());

    public static Init normal(double deviation) {
      return new Init(0, deviation, OptionalInt.empty());
    }

    /** The same but for a row of zeros, as tables begin whose row of padding nothing reads. */
    public Init withZeroRow(int row) {
      return new Init(mean, deviation, OptionalInt.of(row));
    }
  }

  /**
   * Which keys a query sees: none after it if causal, those of its own segment where segments are
   * given, and of these the real ones where keys may be padding.
   *
   * @param segments [B, T], of queries and keys alike
   * @param keys [B, S], 0 for padding
   */
  record Mask<V>(boolean causal, Optional<V> segments, Optional<V> keys) {
    public Mask {
      if (causal && keys.isPresent()) {
        throw new IllegalArgumentException("causal rows are padded at their end, unseen");
      }
    }

    public static <V> Mask<V> onlyCausal() {
      return new Mask<>(true, Optional.empty(), Optional.empty());
    }

    public static <V> Mask<V> causalWithin(V segments) {
      return new Mask<>(true, Optional.of(segments), Optional.empty());
    }

    /** All of a row but its padding. */
    public static <V> Mask<V> of(V keys) {
      return new Mask<>(false, Optional.empty(), Optional.of(keys));
    }
  }
}
