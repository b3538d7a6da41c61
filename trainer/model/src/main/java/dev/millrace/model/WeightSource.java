package dev.millrace.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.StreamSupport;

/**
 * Where the values of parameters come from: a memory-mapped file, live tensors, a random generator.
 * Nothing of it is held in memory but the chunk at hand, so that any size works.
 */
@FunctionalInterface
public interface WeightSource {

  /**
   * A parameter's values: little-endian float32, row by row, in consecutive chunks of whole
   * elements.
   *
   * @throws IllegalArgumentException where there is no such parameter
   * @throws IOException where they cannot be read
   */
  Iterable<ByteBuffer> chunks(String name) throws IOException;

  /** The same values; told of the bytes as they are asked for. */
  default WeightSource watched(LongConsumer reading) {
    return name -> {
      Iterable<ByteBuffer> chunks = chunks(name);
      return () ->
          StreamSupport.stream(chunks.spliterator(), false)
              .peek(chunk -> reading.accept(chunk.remaining()))
              .iterator();
    };
  }

  /** A parameter's values in an array; for tests and small models. */
  default float[] floats(Parameter parameter) throws IOException {
    FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(parameter.elements()));
    for (ByteBuffer chunk : chunks(parameter.name())) {
      FloatBuffer floats = chunk.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      if (floats.remaining() > values.remaining()) {
        throw wrongSize(parameter, "more than " + values.capacity());
      }
      values.put(floats);
    }
    if (values.hasRemaining()) throw wrongSize(parameter, "only " + values.position());
    return values.array();
  }

  private static IllegalArgumentException wrongSize(Parameter parameter, String count) {
    return new IllegalArgumentException(
        "%s has %s values and should have %d"
            .formatted(parameter.name(), count, parameter.elements()));
  }

  /** Values by name, read when they are asked for. */
  static WeightSource of(Map<String, float[]> values) {
    return name -> {
      float[] floats = values.get(name);
      if (floats == null) throw new IllegalArgumentException("no parameter " + name);
      return List.of(bytes(floats));
    };
  }

  private static ByteBuffer bytes(float[] floats) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(floats.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(floats);
    return bytes;
  }
}
