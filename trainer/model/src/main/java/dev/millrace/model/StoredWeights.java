package dev.millrace.model;

import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import dev.millrace.schemas.checkpoint.ElementType;
import dev.millrace.schemas.checkpoint.TensorInfo;
import dev.millrace.schemas.checkpoint.WeightFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An architecture's weights in safetensors files, ours or Hugging Face's: in float32, or in half
 * precision and widened on the way, with or without the leading {@code transformer.} or {@code
 * model.} of their names, and with BERT's own names of what its layer norms have. Every tensor
 * there is must have its place.
 */
public final class StoredWeights implements WeightSource {
  private static final int ELEMENTS_AT_ONCE = 1 << 18;

  /** Constants that transformers has saved at one time or another, and computes itself. */
  private static final Pattern CONSTANTS =
      Pattern.compile("(.*\\.)?(attn\\.(masked_)?bias|rotary_emb\\.inv_freq|position_ids)");

  /** Zeros unless somebody has put something there, which would be another model. */
  private static final String ZEROS = "final_logits_bias";

  /** What transformers saves of a tied tensor beside its owner. */
  private static final Pattern TIED =
      Pattern.compile(
          "lm_head\\.weight|(.*\\.)?embed_tokens\\.weight|cls\\.predictions\\.decoder\\.(weight|bias)");

  private final WeightFiles files;
  private final Map<String, TensorInfo> tensors;

  private StoredWeights(WeightFiles files, Map<String, TensorInfo> tensors) {
    this.files = files;
    this.tensors = tensors;
  }

  /**
   * The weights that an architecture of these shapes needs.
   *
   * @throws DamagedCheckpointException for the first that is missing, of another shape or type, or
   *     has no place in the architecture and repeats none that has one (as tied ones do)
   */
  public static StoredWeights of(WeightFiles files, Shapes shapes) throws IOException {
    Map<String, TensorInfo> tensors = new HashMap<>();
    for (Parameter parameter : shapes.parameters()) {
      String name = parameter.name();
      TensorInfo tensor =
          find(files, name)
              .orElseThrow(
                  () -> new DamagedCheckpointException(files.file(name), "no tensor " + name));
      if (!tensor.shape().equals(parameter.shape())) {
        throw new DamagedCheckpointException(
            files.file(tensor.name()),
            "%s is %s and should be %s"
                .formatted(tensor.name(), tensor.shape(), parameter.shape()));
      }
      if (!isFloat(tensor.type())) {
        throw new DamagedCheckpointException(
            files.file(tensor.name()),
            tensor.name() + " is " + tensor.type() + " and should be F32, F16 or BF16");
      }
      tensors.put(name, tensor);
    }
    refuseSurplus(files, tensors.values());
    return new StoredWeights(files, tensors);
  }

  private static void refuseSurplus(WeightFiles files, Collection<TensorInfo> used)
      throws IOException {
    Set<String> known = used.stream().map(TensorInfo::name).collect(Collectors.toSet());
    for (String name : files.names()) {
      if (known.contains(name) || CONSTANTS.matcher(name).matches()) continue;
      boolean fine =
          name.equals(ZEROS)
              ? isZero(files, name)
              : TIED.matcher(name).matches() && repeatsAny(files, name, used);
      if (!fine) {
        throw new DamagedCheckpointException(
            files.file(name), "tensor " + name + " has no place in this architecture");
      }
    }
  }

  private static boolean isZero(WeightFiles files, String name) throws IOException {
    for (ByteBuffer chunk : files.chunks(name)) {
      for (int i = 0; i < chunk.limit(); i++) if (chunk.get(i) != 0) return false;
    }
    return true;
  }

  private static boolean repeatsAny(WeightFiles files, String name, Collection<TensorInfo> used)
      throws IOException {
    TensorInfo surplus = files.find(name).orElseThrow();
    for (TensorInfo tensor : used) {
      boolean alike = tensor.shape().equals(surplus.shape()) && tensor.type() == surplus.type();
      if (alike && files.chunks(name).equals(files.chunks(tensor.name()))) return true;
    }
    return false;
  }

  private static Optional<TensorInfo> find(WeightFiles files, String name) {
    return Stream.of(name, name.substring(name.indexOf('.') + 1))
        .flatMap(candidate -> Stream.of(candidate, inBertsRelease(candidate)))
        .flatMap(candidate -> files.find(candidate).stream())
        .findFirst();
  }

  private static String inBertsRelease(String name) {
    return name.replaceFirst("LayerNorm\\.weight$", "LayerNorm.gamma")
        .replaceFirst("LayerNorm\\.bias$", "LayerNorm.beta");
  }

  private static boolean isFloat(ElementType type) {
    return type == ElementType.F32 || type == ElementType.F16 || type == ElementType.BF16;
  }

  @Override
  public Iterable<ByteBuffer> chunks(String name) throws IOException {
    TensorInfo tensor = tensors.get(name);
    if (tensor == null) throw new IllegalArgumentException("no parameter " + name);
    List<ByteBuffer> stored = files.chunks(tensor.name());
    if (tensor.type() == ElementType.F32) return stored;
    return () -> stored.stream().flatMap(chunk -> widened(chunk, tensor.type())).iterator();
  }

  private static Stream<ByteBuffer> widened(ByteBuffer chunk, ElementType type) {
    Iterator<ByteBuffer> pieces =
        new Iterator<>() {
          private final ByteBuffer left = chunk.duplicate().order(ByteOrder.LITTLE_ENDIAN);

          @Override
          public boolean hasNext() {
            return left.hasRemaining();
          }

          @Override
          public ByteBuffer next() {
            int count = Math.min(left.remaining() / Short.BYTES, ELEMENTS_AT_ONCE);
            ByteBuffer wide =
                ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < count; i++) wide.putFloat(widened(left.getShort(), type));
            return wide.flip();
          }
        };
    return Stream.iterate(pieces, Iterator::hasNext, it -> it).map(Iterator::next);
  }

  /** Exact: every half precision number is a float. */
  static float widened(short half, ElementType type) {
    if (type == ElementType.BF16) return Float.intBitsToFloat(half << 16);
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) { // Zero and subnormals: fraction * 2^-24.
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wideExponent = exponent == 0x1f ? 0xff : exponent + (127 - 15);
    return Float.intBitsToFloat(sign | wideExponent << 23 | fraction << 13);
  }
}
