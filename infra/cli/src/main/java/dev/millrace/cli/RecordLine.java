package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.schemas.DedupSignature;
import dev.millrace.schemas.DedupVerdict;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RecordJson;
import dev.millrace.schemas.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/** A record of any topic as one line of JSON. */
final class RecordLine {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private RecordLine() {}

  /** What cannot be decoded has, in place of its value, an error and its bytes as base64. */
  static ObjectNode of(Topic<?, ?> topic, ConsumerRecord<byte[], byte[]> record) {
    ObjectNode line = NODES.objectNode();
    line.put("partition", record.partition());
    line.put("offset", record.offset());
    line.put("timestamp", Instant.ofEpochMilli(record.timestamp()).toString());
    line.set("key", any(record.key())); // Until it is decoded.
    ObjectNode headers = line.putObject("headers");
    for (Header header : record.headers()) headers.set(header.key(), any(header.value()));
    decode(line, "key", topic.keys(), topic.name(), record.key())
        .or(() -> decode(line, "value", topic.values(), topic.name(), record.value()))
        .ifPresent(error -> line.put("error", error).put("bytes", record.value()));
    return line;
  }

  /** Puts a decoded part into the line, or returns why it cannot be decoded. */
  private static Optional<String> decode(
      ObjectNode line, String part, Serde<?> serde, String topic, byte @Nullable [] bytes) {
    try {
      line.set(part, any(serde.deserializer().deserialize(topic, bytes)));
      return Optional.empty();
    } catch (RuntimeException e) { // Whatever a decoder makes of bytes that are not for it.
      return Optional.of(part + ": " + e.getMessage());
    }
  }

  private static JsonNode any(@Nullable Object value) {
    if (value == null) return NODES.nullNode();
    if (value instanceof IndexedRecord r) return RecordJson.of(r);
    if (value instanceof Long n) return NODES.numberNode(n);
    if (value instanceof byte[] bytes) return bytes(bytes);
    if (value instanceof DedupSignature s) return signature(s);
    if (value instanceof DedupVerdict v) return verdict(v);
    return NODES.textNode(value.toString());
  }

  private static ObjectNode signature(DedupSignature signature) {
    ObjectNode node = NODES.objectNode();
    node.put("candidate", signature.candidate().toString());
    node.put("idHash", Long.toHexString(signature.idHash()));
    for (long key : signature.keys()) node.withArray("keys").add(Long.toHexString(key));
    return node;
  }

  private static ObjectNode verdict(DedupVerdict verdict) {
    ObjectNode node = NODES.objectNode();
    node.put("candidate", verdict.candidate().toString());
    node.put("kept", verdict.isKept());
    if (verdict.answer() instanceof DedupVerdict.Retracted retracted) {
      ArrayNode offsets = node.putArray("retracted");
      retracted.offsets().forEach(offsets::add);
    }
    verdict
        .duplicateOf()
        .ifPresent(
            d -> {
              Origin kept = d.kept();
              node.put("shared", d.shared().name()).put("duplicateOf", kept.toString());
              node.put("idHash", Long.toHexString(d.idHash()));
            });
    return node;
  }

  private static JsonNode bytes(byte[] bytes) {
    try {
      return NODES.textNode(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return NODES.textNode(Base64.getEncoder().encodeToString(bytes));
    }
  }
}
