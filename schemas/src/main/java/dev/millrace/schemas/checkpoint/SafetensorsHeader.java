package dev.millrace.schemas.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON at the head of a safetensors file: tensors in the order of their bytes, without holes or
 * overlaps, and free text.
 *
 * @param tensors by name, in the order of their bytes
 */
record SafetensorsHeader(Map<String, TensorInfo> tensors, Map<String, String> metadata) {
  private static final String METADATA = "__metadata__";
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * Reads a header.
   *
   * @param dataBytes how many bytes follow the header
   * @throws IllegalArgumentException naming what is wrong
   */
  static SafetensorsHeader parse(byte[] json, long dataBytes) {
    List<TensorInfo> tensors = new ArrayList<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : root(json).properties()) {
      if (field.getKey().equals(METADATA)) {
        metadata.putAll(metadata(field.getValue()));
      } else {
        tensors.add(tensor(field.getKey(), field.getValue()));
      }
    }
    return new SafetensorsHeader(inOrder(tensors, dataBytes), metadata);
  }

  /** Lays tensors out one after the other, in the order given. */
  static SafetensorsHeader of(List<Tensor> tensors, Map<String, String> metadata) {
    Map<String, TensorInfo> infos = new LinkedHashMap<>();
    long begin = 0;
    for (Tensor tensor : tensors) {
      long end = Math.addExact(begin, tensor.bytes());
      TensorInfo info = new TensorInfo(tensor.name(), tensor.type(), tensor.shape(), begin, end);
      if (tensor.name().equals(METADATA) || infos.put(tensor.name(), info) != null) {
        throw new IllegalArgumentException("tensor name " + tensor.name() + " is taken");
      }
      begin = end;
    }
    return new SafetensorsHeader(infos, metadata);
  }

  /** The header's bytes, padded with spaces to a multiple of eight. */
  byte[] format() {
    ObjectNode root = JSON.createObjectNode();
    if (!metadata.isEmpty()) metadata.forEach(root.putObject(METADATA)::put);
    for (TensorInfo tensor : tensors.values()) {
      ObjectNode field = root.putObject(tensor.name()).put("dtype", tensor.type().name());
      tensor.shape().forEach(field.putArray("shape")::add);
      field.putArray("data_offsets").add(tensor.begin()).add(tensor.end());
    }
    try {
      byte[] json = JSON.writeValueAsBytes(root);
      byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
      Arrays.fill(padded, json.length, padded.length, (byte) ' ');
      return padded;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode root(byte[] json) {
    if (json.length == 0 || json[0] != '{') {
      throw new IllegalArgumentException("the header does not begin with {");
    }
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the header is no JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("the header is no JSON: " + e.getMessage(), e);
    }
  }

  private static Map<String, String> metadata(JsonNode node) {
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!field.getValue().isTextual()) {
        throw new IllegalArgumentException(METADATA + " " + field.getKey() + " is no text");
      }
      metadata.put(field.getKey(), field.getValue().textValue());
    }
    return metadata;
  }

  private static TensorInfo tensor(String name, JsonNode node) {
    List<Long> offsets = wholeNumbers(name, node, "data_offsets");
    if (offsets.size() != 2) {
      throw new IllegalArgumentException("tensor " + name + ": data_offsets are not two numbers");
    }
    List<Long> shape = wholeNumbers(name, node, "shape");
    return new TensorInfo(name, type(name, node), shape, offsets.get(0), offsets.get(1));
  }

  private static ElementType type(String name, JsonNode node) {
    String type = node.path("dtype").asText();
    return Arrays.stream(ElementType.values())
        .filter(known -> known.name().equals(type))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("tensor " + name + ": unknown dtype " + type));
  }

  private static List<Long> wholeNumbers(String name, JsonNode node, String field) {
    if (!node.path(field).isArray()) {
      throw new IllegalArgumentException("tensor " + name + ": " + field + " is no list");
    }
    List<Long> numbers = new ArrayList<>();
    for (JsonNode number : node.path(field)) {
      if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
        throw new IllegalArgumentException("tensor " + name + ": " + field + " holds " + number);
      }
      numbers.add(number.longValue());
    }
    return numbers;
  }

  private static Map<String, TensorInfo> inOrder(List<TensorInfo> tensors, long dataBytes) {
    tensors.sort(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
    Map<String, TensorInfo> ordered = new LinkedHashMap<>();
    long end = 0;
    for (TensorInfo tensor : tensors) {
      if (tensor.begin() != end) {
        throw new IllegalArgumentException(
            "tensor %s begins at byte %d, where the one before ends at %d"
                .formatted(tensor.name(), tensor.begin(), end));
      }
      end = tensor.end();
      if (end > dataBytes) {
        throw new IllegalArgumentException(
            "tensor %s ends at byte %d and the file's data at %d"
                .formatted(tensor.name(), end, dataBytes));
      }
      ordered.put(tensor.name(), tensor);
    }
    if (end != dataBytes) {
      throw new IllegalArgumentException(
          "the tensors end at byte " + end + " and the file's data at " + dataBytes);
    }
    return ordered;
  }
}
