package dev.millrace.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records as the JSON that people and other tools read: field names as they are, hashes in hex,
 * times in ISO 8601, numbers that JSON lacks (NaN, infinities) as null. Bytes are text where they
 * are valid UTF-8 and base64 otherwise.
 */
public final class RecordJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private RecordJson() {}

  /** A record with everything in it. */
  public static ObjectNode of(IndexedRecord value) {
    ObjectNode node = NODES.objectNode();
    for (Schema.Field field : value.getSchema().getFields()) {
      node.set(field.name(), any(value.get(field.pos())));
    }
    return node;
  }

  private static JsonNode any(@Nullable Object value) {
    if (value == null) return NODES.nullNode();
    if (value instanceof IndexedRecord r) return of(r);
    if (value instanceof Map<?, ?> map) return map(map);
    if (value instanceof Iterable<?> list) return list(list);
    if (value instanceof GenericFixed f) return NODES.textNode(HexFormat.of().formatHex(f.bytes()));
    if (value instanceof ByteBuffer b) return bytes(b);
    if (value instanceof Double d)
      return Double.isFinite(d) ? NODES.numberNode(d) : NODES.nullNode();
    if (value instanceof Long n) return NODES.numberNode(n);
    if (value instanceof Integer n) return NODES.numberNode(n);
    if (value instanceof Boolean b) return NODES.booleanNode(b);
    return NODES.textNode(value.toString()); // Strings, enums, instants.
  }

  private static ObjectNode map(Map<?, ?> map) {
    ObjectNode node = NODES.objectNode();
    map.forEach((key, value) -> node.set(key.toString(), any(value)));
    return node;
  }

  private static ArrayNode list(Iterable<?> list) {
    ArrayNode node = NODES.arrayNode();
    list.forEach(value -> node.add(any(value)));
    return node;
  }

  private static JsonNode bytes(ByteBuffer bytes) {
    try {
      return NODES.textNode(
          StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString());
    } catch (CharacterCodingException e) {
      ByteBuffer copy = bytes.duplicate();
      byte[] array = new byte[copy.remaining()];
      copy.get(array);
      return NODES.textNode(Base64.getEncoder().encodeToString(array));
    }
  }
}
