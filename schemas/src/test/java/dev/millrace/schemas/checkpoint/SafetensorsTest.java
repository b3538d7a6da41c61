package dev.millrace.schemas.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  /**
   * What Python's safetensors 0.x writes for {@code save({"b.weight": float32 [[1.5, -2], [3, 4]],
   * "a": int64 [7], "c": int16 [1, 2, 3], "s": float32 0.5}, metadata={"format": "pt"})}.
   */
  private static final String GOLDEN =
      "0801000000000000"
          + hex(
              "{\"__metadata__\":{\"format\":\"pt\"},"
                  + "\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
                  + "\"b.weight\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[8,24]},"
                  + "\"s\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[24,28]},"
                  + "\"c\":{\"dtype\":\"I16\",\"shape\":[3],\"data_offsets\":[28,34]}}       ")
          + "0700000000000000"
          + "0000c03f000000c00000404000008040"
          + "0000003f"
          + "010002000300";

  @TempDir Path directory;

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Tensor floats(String name, List<Long> shape, float... values) {
    ByteBuffer bytes = bytes(4 * values.length);
    for (float value : values) bytes.putFloat(value);
    return Tensor.of(name, ElementType.F32, shape, bytes.flip());
  }

  private Path written(Tensor... tensors) throws IOException {
    Path file = directory.resolve("model.safetensors");
    SafetensorsWriter.write(file, List.of(tensors), SafetensorsWriter.PYTORCH);
    return file;
  }

  /** A file with the header given and zeros for data. */
  private Path crafted(String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return Files.write(
        directory.resolve("crafted.safetensors"), file(json.length, json, dataBytes));
  }

  private static byte[] file(long headerBytes, byte[] json, int dataBytes) {
    byte[] file = new byte[8 + json.length + dataBytes];
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(headerBytes).put(json);
    return file;
  }

  private static String tensor(String name, String type, String shape, String offsets) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}"
        .formatted(name, type, shape, offsets);
  }

  private static void assertRefused(Path file, String reason) {
    DamagedCheckpointException e =
        assertThrows(DamagedCheckpointException.class, () -> Safetensors.open(file).close());
    assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  @Test
  void writesTheBytesThatTheReferenceImplementationWrites() throws IOException {
    Path file =
        written(
            floats("s", List.of(), 0.5f),
            Tensor.of(
                "c",
                ElementType.I16,
                List.of(3L),
                bytes(6).putShort((short) 1).putShort((short) 2).putShort((short) 3).flip()),
            floats("b.weight", List.of(2L, 2L), 1.5f, -2, 3, 4),
            Tensor.of("a", ElementType.I64, List.of(1L), bytes(8).putLong(7).flip()));
    assertEquals(GOLDEN, HexFormat.of().formatHex(Files.readAllBytes(file)));
  }

  @Test
  void readsWhatTheReferenceImplementationWrites() throws IOException {
    Path file =
        Files.write(directory.resolve("golden.safetensors"), HexFormat.of().parseHex(GOLDEN));
    try (Safetensors tensors = Safetensors.open(file)) {
      assertEquals(List.of("a", "b.weight", "s", "c"), tensors.names());
      assertEquals(Map.of("format", "pt"), tensors.metadata());
      assertEquals(
          new TensorInfo("b.weight", ElementType.F32, List.of(2L, 2L), 8, 24),
          tensors.info("b.weight"));
      assertEquals(4, tensors.info("b.weight").elements());
      float[] floats = new float[4];
      tensors.tensor("b.weight").asFloatBuffer().get(floats);
      assertArrayEquals(new float[] {1.5f, -2, 3, 4}, floats);
      assertEquals(0.5f, tensors.tensor("s").getFloat());
      assertEquals(7, tensors.tensor("a").getLong());
      assertEquals(3, tensors.tensor("c").getShort(4));
      assertEquals(Optional.empty(), tensors.find("d"));
    }
  }

  @Test
  void buffersStayReadableAfterTheFileIsClosed() throws IOException {
    Path file = written(floats("w", List.of(2L), 1, 2));
    ByteBuffer bytes;
    try (Safetensors tensors = Safetensors.open(file)) {
      bytes = tensors.tensor("w");
    }
    assertEquals(2, bytes.getFloat(4));
  }

  @Test
  void joinsATensorGivenInChunks() throws IOException {
    Tensor tensor =
        new Tensor(
            "w",
            ElementType.U8,
            List.of(5L),
            List.of(
                ByteBuffer.wrap(new byte[] {1, 2}),
                ByteBuffer.wrap(new byte[] {9, 3, 4, 5}, 1, 3)));
    try (Safetensors tensors = Safetensors.open(written(tensor))) {
      byte[] read = new byte[5];
      tensors.tensor("w").get(read);
      assertArrayEquals(new byte[] {1, 2, 3, 4, 5}, read);
    }
  }

  @Test
  void splitsATensorIntoChunksThatFitAMap() throws IOException {
    try (Safetensors tensors = Safetensors.open(written(floats("w", List.of(5L), 1, 2, 3, 4, 5)))) {
      List<ByteBuffer> chunks = tensors.chunks(tensors.info("w"), 8);
      assertEquals(List.of(8, 8, 4), chunks.stream().map(ByteBuffer::remaining).toList());
      assertEquals(5, chunks.get(2).getFloat());
    }
  }

  @Test
  void anEmptyTensorHasOneEmptyChunk() throws IOException {
    try (Safetensors tensors = Safetensors.open(written(floats("none", List.of(0L, 3L))))) {
      assertEquals(0, tensors.tensor("none").remaining());
    }
  }

  @Test
  void reachesATensorBeyondTwoGibibytesOfASparseFile() throws IOException {
    long far = 3L << 30;
    String header =
        "{%s,%s}"
            .formatted(
                tensor("big", "U8", "[" + far + "]", "[0," + far + "]"),
                tensor("end", "F32", "[1]", "[" + far + "," + (far + 4) + "]"));
    Path file = crafted(header, 0);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.seek(8 + header.length() + far);
      sparse.writeInt(Integer.reverseBytes(Float.floatToIntBits(2.5f)));
    }
    try (Safetensors tensors = Safetensors.open(file)) {
      assertEquals(2.5f, tensors.tensor("end").getFloat());
      assertEquals(3, tensors.chunks("big").size());
      assertThrows(IllegalArgumentException.class, () -> tensors.tensor("big"));
    }
  }

  @Test
  void refusesToOverwrite() throws IOException {
    written(floats("w", List.of(1L), 1));
    assertThrows(FileAlreadyExistsException.class, () -> written(floats("w", List.of(1L), 1)));
  }

  @Test
  void refusesATensorWithFewerBytesThanItsShapeSays() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> written(floats("w", List.of(3L), 1, 2)));
    assertEquals("tensor w has 8 bytes and should have 12", e.getMessage());
  }

  @Test
  void refusesToWriteANameTwice() {
    assertThrows(
        IllegalArgumentException.class,
        () -> written(floats("w", List.of(1L), 1), floats("w", List.of(1L), 2)));
  }

  @Test
  void refusesAFileThatIsNotThere() {
    assertRefused(directory.resolve("absent.safetensors"), "no such file");
  }

  @Test
  void refusesAFileTooShortForALength() throws IOException {
    assertRefused(Files.write(directory.resolve("short"), new byte[7]), "too short");
  }

  @ParameterizedTest
  @CsvSource({"-1", "-9223372036854775808", "100000001", "9223372036854775807", "9"})
  void refusesAHeaderLengthThatTheFileCannotHold(long length) throws IOException {
    byte[] file = file(length, "{}".getBytes(StandardCharsets.UTF_8), 6);
    assertRefused(Files.write(directory.resolve("hostile"), file), "header of ");
  }

  @Test
  void readsNoHeaderBeyondTheLimitOfEvenALargeFile() throws IOException {
    Path file = directory.resolve("large-header");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(2L * Safetensors.HEADER_BYTES_MAX);
      sparse.writeLong(Long.reverseBytes(Safetensors.HEADER_BYTES_MAX + 1L));
    }
    assertRefused(file, "header of 100000001 bytes");
  }

  @Test
  void refusesATornFile() throws IOException {
    Path file = written(floats("w", List.of(4L), 1, 2, 3, 4));
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Path torn = directory.resolve("torn" + length);
      Files.write(torn, Arrays.copyOf(whole, length));
      assertThrows(DamagedCheckpointException.class, () -> Safetensors.open(torn).close());
    }
  }

  @Test
  void namesTheFirstTensorThatACutFileLacks() throws IOException {
    Path file =
        written(
            floats("u", List.of(1L), 1),
            floats("v", List.of(2L), 2, 3),
            floats("w", List.of(1L), 4));
    byte[] whole = Files.readAllBytes(file);
    Path cut = directory.resolve("cut");
    Files.write(cut, Arrays.copyOf(whole, whole.length - 6));
    assertRefused(cut, "tensor v ends at byte 12 and the file's data at 10");
  }

  @Test
  void refusesBytesAfterTheLastTensor() throws IOException {
    assertRefused(crafted("{" + tensor("w", "F32", "[1]", "[0,4]") + "}", 5), "data at 5");
  }

  @Test
  void refusesOverlaps() throws IOException {
    String header =
        "{%s,%s}"
            .formatted(tensor("v", "F32", "[2]", "[0,8]"), tensor("w", "F32", "[2]", "[4,12]"));
    assertRefused(crafted(header, 12), "tensor w begins at byte 4, where the one before ends at 8");
  }

  @Test
  void refusesHoles() throws IOException {
    assertRefused(crafted("{" + tensor("w", "F32", "[1]", "[4,8]") + "}", 8), "begins at byte 4");
  }

  @Test
  void refusesOffsetsOutsideTheFile() throws IOException {
    assertRefused(
        crafted("{" + tensor("w", "F32", "[2]", "[0,8]") + "}", 4), "tensor w ends at byte 8");
  }

  @Test
  void refusesOffsetsThatRunBackwards() throws IOException {
    assertRefused(crafted("{" + tensor("w", "F32", "[1]", "[4,0]") + "}", 4), "offsets 4 to 0");
  }

  @Test
  void refusesASizeThatDoesNotFitTheShape() throws IOException {
    assertRefused(crafted("{" + tensor("w", "F32", "[3]", "[0,8]") + "}", 8), "which is 12 bytes");
  }

  @Test
  void refusesAShapeThatOverflows() throws IOException {
    String shape = "[4294967296,4294967296]";
    assertRefused(crafted("{" + tensor("w", "F32", shape, "[0,0]") + "}", 0), "overflows");
  }

  @ParameterizedTest
  @CsvSource({"[-1]", "[1.5]", "[\"1\"]", "[9223372036854775808]", "{}"})
  void refusesAShapeThatIsNotWholeNumbers(String shape) throws IOException {
    assertRefused(crafted("{" + tensor("w", "F32", shape, "[0,4]") + "}", 4), "tensor w: shape");
  }

  @Test
  void refusesAnUnknownType() throws IOException {
    assertRefused(
        crafted("{" + tensor("w", "F4", "[1]", "[0,4]") + "}", 4), "tensor w: unknown dtype F4");
  }

  @Test
  void refusesANameThatIsThereTwice() throws IOException {
    String tensor = tensor("w", "F32", "[1]", "[0,4]");
    assertRefused(crafted("{" + tensor + "," + tensor + "}", 4), "Duplicate field 'w'");
  }

  @ParameterizedTest
  @CsvSource({"[]", "nul", "{\"w\":1}", "{\"w\":{}}", "{} {}", "{\"__metadata__\":{\"a\":1}}"})
  void refusesAHeaderThatIsNoObjectOfTensors(String header) throws IOException {
    Path file = crafted(header, 0);
    assertThrows(DamagedCheckpointException.class, () -> Safetensors.open(file).close());
  }

  @Test
  void refusesAHeaderNestedWithoutEnd() throws IOException {
    assertRefused(crafted("{\"w\":".repeat(100_000), 0), "no JSON");
  }
}
