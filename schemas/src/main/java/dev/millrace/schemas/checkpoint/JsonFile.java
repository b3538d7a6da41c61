package dev.millrace.schemas.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalDouble;

/** A JSON object read from a file, field by field, with errors that name file and field. */
record JsonFile(Path file, JsonNode root) {
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  static JsonFile read(Path file) throws IOException {
    try {
      return read(Files.readAllBytes(file), file);
    } catch (NoSuchFileException e) {
      throw new DamagedCheckpointException(file, "no such file", e);
    }
  }

  static JsonFile read(byte[] content, Path file) throws IOException {
    try {
      JsonNode root = JSON.readTree(content);
      if (!root.isObject()) throw new DamagedCheckpointException(file, "no JSON object");
      return new JsonFile(file, root);
    } catch (JsonProcessingException e) {
      throw new DamagedCheckpointException(file, "no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Writes a new file, indented for people, and forces it to the disk. */
  static void write(Path file, ObjectNode root) throws IOException {
    byte[] bytes = (root.toPrettyString() + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) channel.write(buffer);
      channel.force(true);
    }
  }

  String text(String field) throws IOException {
    if (!root.path(field).isTextual()) throw wrong(field, "text");
    return root.path(field).textValue();
  }

  long wholeNumber(String field) throws IOException {
    if (!root.path(field).isIntegralNumber() || !root.path(field).canConvertToLong()) {
      throw wrong(field, "a whole number");
    }
    return root.path(field).longValue();
  }

  int smallNumber(String field) throws IOException {
    if (!root.path(field).isIntegralNumber() || !root.path(field).canConvertToInt()) {
      throw wrong(field, "a whole number");
    }
    return root.path(field).intValue();
  }

  OptionalDouble number(String field) throws IOException {
    JsonNode node = root.path(field);
    if (node.isMissingNode() || node.isNull()) return OptionalDouble.empty();
    if (!node.isNumber()) throw wrong(field, "a number");
    return OptionalDouble.of(node.doubleValue());
  }

  JsonNode list(String field) throws IOException {
    if (!root.path(field).isArray()) throw wrong(field, "a list");
    return root.path(field);
  }

  DamagedCheckpointException wrong(String field, String expected) {
    return new DamagedCheckpointException(file, field + " should be " + expected);
  }
}
