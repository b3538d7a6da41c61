package dev.millrace.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Initial weights: every parameter from its own {@link Graph.Init} and its own random stream, which
 * depends on the seed and the parameter's name alone. Equal on every machine, and a parameter keeps
 * its values when another is added.
 */
public final class Initialiser {
  private static final int CHUNK_ELEMENTS = 1 << 18;

  private Initialiser() {}

  /** Makes values as they are asked for; the same ones each time. */
  public static WeightSource weights(Shapes shapes, long seed) {
    Map<String, Parameter> parameters =
        shapes.parameters().stream()
            .collect(Collectors.toUnmodifiableMap(Parameter::name, Function.identity()));
    return name -> {
      Parameter parameter = parameters.get(name);
      if (parameter == null) throw new IllegalArgumentException("no parameter " + name);
      return () -> new Chunks(parameter, streamSeed(seed, name));
    };
  }

  private static long streamSeed(long seed, String name) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).flip());
      return ByteBuffer.wrap(digest.digest(name.getBytes(StandardCharsets.UTF_8))).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** A parameter's values, one chunk at a time. */
  private static final class Chunks implements Iterator<ByteBuffer> {
    private final Parameter parameter;
    private final SplittableRandom random;
    private long left;
    private double spare = Double.NaN;

    Chunks(Parameter parameter, long seed) {
      this.parameter = parameter;
      this.random = new SplittableRandom(seed);
      this.left = parameter.elements();
    }

    @Override
    public boolean hasNext() {
      return left > 0;
    }

    @Override
    public ByteBuffer next() {
      if (!hasNext()) throw new NoSuchElementException();
      int count = (int) Math.min(left, CHUNK_ELEMENTS);
      ByteBuffer chunk = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < count; i++, left--) chunk.putFloat((float) value());
      return chunk.flip();
    }

    private double value() {
      Graph.Init init = parameter.init();
      if (init.deviation() == 0) return init.mean();
      double value = init.mean() + init.deviation() * gaussian(); // Drawn for a row of zeros too.
      return isInZeroRow(init) ? 0 : value;
    }

    private boolean isInZeroRow(Graph.Init init) {
      if (init.zeroRow().isEmpty()) return false;
      long columns = parameter.elements() / parameter.shape().get(0);
      return (parameter.elements() - left) / columns == init.zeroRow().getAsInt();
    }

    /** Box and Muller (1958), two at a time, in strict arithmetic. */
    private double gaussian() {
      if (!Double.isNaN(spare)) {
        double value = spare;
        spare = Double.NaN;
        return value;
      }
      double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform())); // never log(0)
      double angle = 2 * Math.PI * uniform();
      spare = radius * StrictMath.sin(angle);
      return radius * StrictMath.cos(angle);
    }

    /** 53 random bits: 0 to less than 1. */
    private double uniform() {
      return (random.nextLong() >>> 11) * 0x1.0p-53;
    }
  }
}
