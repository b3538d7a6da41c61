package dev.millrace.schemas.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The settings of a {@code config.json}; every complaint names the key. */
record ConfigJson(JsonNode root) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  static ConfigJson parse(String text) {
    try {
      JsonNode root = JSON.readTree(text);
      if (root == null || !root.isObject()) throw problem("is not a JSON object");
      return new ConfigJson(root);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("config.json: not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Keys in alphabetical order, as Hugging Face writes them. */
  static String write(Map<String, ?> settings) {
    try {
      return JSON.writeValueAsString(new TreeMap<>(settings)) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("settings that JSON cannot hold: " + settings, e);
    }
  }

  String text(String key) {
    JsonNode value = required(key);
    if (!value.isTextual()) throw problem(key + " must be a text: " + value);
    return value.textValue();
  }

  int integer(String key) {
    JsonNode value = required(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw problem(key + " must be a whole number: " + value);
    }
    return value.intValue();
  }

  int integer(String key, int absent) {
    return isAbsent(key) ? absent : integer(key);
  }

  /** Of a number or a list of them. */
  int firstInteger(String key) {
    JsonNode value = required(key);
    JsonNode first = value.isArray() && !value.isEmpty() ? value.get(0) : value;
    return new ConfigJson(JSON.createObjectNode().set(key, first)).integer(key);
  }

  double number(String key, double absent) {
    return isAbsent(key) ? absent : number(key);
  }

  double number(String key) {
    JsonNode value = required(key);
    if (!value.isNumber()) throw problem(key + " must be a number: " + value);
    return value.doubleValue();
  }

  /** Settings within settings, where there are any. */
  Optional<ConfigJson> section(String key) {
    if (isAbsent(key)) return Optional.empty();
    JsonNode value = root.get(key);
    if (!value.isObject()) throw problem(key + " must be an object: " + value);
    return value.isEmpty() ? Optional.empty() : Optional.of(new ConfigJson(value));
  }

  /** Refuses a variant that is not built here, by name. */
  void require(boolean condition, String key, String supported) {
    if (condition) return;
    throw problem(key + " " + root.get(key) + " is not supported (supported: " + supported + ")");
  }

  boolean isAbsent(String key) {
    return !root.hasNonNull(key);
  }

  /** True where the key is absent or has this value. */
  boolean isAbsentOr(String key, Object value) {
    return isAbsent(key) || root.get(key).equals(JSON.valueToTree(value));
  }

  private JsonNode required(String key) {
    if (isAbsent(key)) throw problem(key + " is missing");
    return root.get(key);
  }

  private static IllegalArgumentException problem(String what) {
    return new IllegalArgumentException("config.json: " + what);
  }
}
