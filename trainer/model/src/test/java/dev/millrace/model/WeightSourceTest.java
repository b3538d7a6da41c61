package dev.millrace.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.model.Graph.Init;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WeightSourceTest {
  private static final Parameter PARAMETER = new Parameter("w", List.of(3L), Init.ZEROS);

  @Test
  void joinsChunksOfLittleEndianFloats() throws Exception {
    WeightSource source = name -> List.of(chunk(1, 2), chunk(3));
    assertArrayEquals(new float[] {1, 2, 3}, source.floats(PARAMETER));
    assertArrayEquals(new float[] {1, 2, 3}, source.floats(PARAMETER), "a second time");
  }

  @Test
  void givesArraysBack() throws Exception {
    float[] values = {0.5f, -1, Float.MIN_VALUE};
    assertArrayEquals(values, WeightSource.of(Map.of("w", values)).floats(PARAMETER));
  }

  @Test
  void refusesMoreOrFewerValuesThanTheShapeSays() {
    WeightSource tooFew = name -> List.of(chunk(1, 2));
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> tooFew.floats(PARAMETER));
    assertEquals("w has only 2 values and should have 3", refusal.getMessage());
    WeightSource tooMany = name -> List.of(chunk(1, 2), chunk(3, 4));
    refusal = assertThrows(IllegalArgumentException.class, () -> tooMany.floats(PARAMETER));
    assertEquals("w has more than 3 values and should have 3", refusal.getMessage());
  }

  private static ByteBuffer chunk(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) bytes.putFloat(value);
    return bytes.flip().asReadOnlyBuffer();
  }
}
