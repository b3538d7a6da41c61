package dev.millrace.evaluator;

import dev.millrace.model.Parameter;
import dev.millrace.model.Shapes;
import dev.millrace.model.WeightSource;
import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import dev.millrace.schemas.checkpoint.ElementType;
import dev.millrace.schemas.checkpoint.Safetensors;
import dev.millrace.schemas.checkpoint.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An architecture's weights in a safetensors file, ours or Hugging Face's: in float32, or in half
 * precision and widened on the way, and with or without the leading {@code transformer.} of their
 * names. Tensors that the architecture does not name (old files' attention masks) are ignored.
 */
final class SafetensorsWeights implements WeightSource {
  private static final int ELEMENTS_AT_ONCE = 1 << 18;

  private final Safetensors file;
  private final Map<String, TensorInfo> tensors;

  private SafetensorsWeights(Safetensors file, Map<String, TensorInfo> tensors) {
    this.file = file;
    this.tensors = tensors;
  }

  /**
   * The weights that an architecture of these shapes needs.
   *
   * @param path of the file, for what is said of it
   * @throws DamagedCheckpointException for the first that is missing or of another shape or type
   */
  static SafetensorsWeights of(Safetensors file, Shapes shapes, Path path) throws IOException {
    Map<String, TensorInfo> tensors = new HashMap<>();
    for (Parameter parameter : shapes.parameters()) {
      TensorInfo tensor =
          find(file, parameter.name())
              .orElseThrow(
                  () -> new DamagedCheckpointException(path, "no tensor " + parameter.name()));
      if (!tensor.shape().equals(parameter.shape())) {
        throw new DamagedCheckpointException(
            path,
            "%s is %s and should be %s"
                .formatted(tensor.name(), tensor.shape(), parameter.shape()));
      }
      if (!isFloat(tensor.type())) {
        throw new DamagedCheckpointException(
            path, tensor.name() + " is " + tensor.type() + " and should be F32, F16 or BF16");
      }
      tensors.put(parameter.name(), tensor);
    }
    return new SafetensorsWeights(file, tensors);
  }

  private static Optional<TensorInfo> find(Safetensors file, String name) {
    return Stream.of(name, name.substring(name.indexOf('.') + 1))
        .flatMap(candidate -> file.find(candidate).stream())
        .findFirst();
  }

  private static boolean isFloat(ElementType type) {
    return type == ElementType.F32 || type == ElementType.F16 || type == ElementType.BF16;
  }

  @Override
  public Iterable<ByteBuffer> chunks(String name) throws IOException {
    TensorInfo tensor = tensors.get(name);
    if (tensor == null) throw new IllegalArgumentException("no parameter " + name);
    List<ByteBuffer> stored = file.chunks(tensor.name());
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
