package dev.millrace.schemas.checkpoint;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A tensor to be written.
 *
 * @param shape dimensions, outermost first; none for a scalar
 * @param chunks its elements, row major, little endian, in as many pieces as suit the owner; asked
 *     for when the tensor's turn comes, so that one tensor at a time need be in memory
 */
public record Tensor(String name, ElementType type, List<Long> shape, Iterable<ByteBuffer> chunks) {
  public Tensor {
    shape = List.copyOf(shape);
  }

  /** In one piece. */
  public static Tensor of(String name, ElementType type, List<Long> shape, ByteBuffer bytes) {
    return new Tensor(name, type, shape, List.of(bytes));
  }

  /** How many bytes it must have. */
  public long bytes() {
    return TensorInfo.bytes(name, type, shape);
  }
}
