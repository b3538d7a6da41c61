package dev.millrace.schemas.checkpoint;

import java.util.List;

/**
 * Where a tensor lies in a safetensors file.
 *
 * @param shape dimensions, outermost first; none for a scalar
 * @param begin first byte, counted from the end of the header
 * @param end one past the last byte
 */
public record TensorInfo(String name, ElementType type, List<Long> shape, long begin, long end) {
  public TensorInfo {
    shape = List.copyOf(shape);
    long bytes = bytes(name, type, shape);
    if (begin < 0 || end < begin || end - begin != bytes) {
      throw new IllegalArgumentException(
          "tensor %s: offsets %d to %d do not hold %s%s, which is %d bytes"
              .formatted(name, begin, end, type, shape, bytes));
    }
  }

  /** How many bytes the tensor takes. */
  public long bytes() {
    return end - begin;
  }

  /** How many elements it has. */
  public long elements() {
    return bytes() / type.bytes();
  }

  static long bytes(String name, ElementType type, List<Long> shape) {
    try {
      long bytes = type.bytes();
      for (long dimension : shape) {
        if (dimension < 0) {
          throw new IllegalArgumentException("tensor " + name + ": shape " + shape);
        }
        bytes = Math.multiplyExact(bytes, dimension);
      }
      return bytes;
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("tensor " + name + ": shape " + shape + " overflows", e);
    }
  }
}
