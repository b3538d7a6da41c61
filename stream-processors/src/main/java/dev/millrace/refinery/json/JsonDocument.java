package dev.millrace.refinery.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.millrace.schemas.RawDocument;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object (RFC 8259) as a raw document. {@code domain} is needed, and either {@code text}
 * or {@code content}, bytes in base64 (RFC 4648, section 4). {@code id}, {@code uri}, {@code
 * mediaType}, {@code charset} (of the content; a text needs none), {@code fetchedAt} (ISO 8601 with
 * an offset, or milliseconds since 1970) and {@code metadata}, an object of strings, numbers and
 * booleans, say what they say; null is as good as absent. Whatever else is a string, number or
 * boolean becomes metadata. Without {@code id} the URI is the id, without both the place of the
 * record.
 */
public final class JsonDocument {
  private static final String PLAIN = "text/plain";
  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // Hostile names must not fill the VM.
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private final Map<String, String> strings = new HashMap<>();
  private final Map<String, String> metadata = new HashMap<>();
  private @Nullable Instant fetchedAt;

  private JsonDocument() {}

  /**
   * Reads one object.
   *
   * @param place of the record, its id where it has no other
   * @throws NoDocumentException saying why it is none
   */
  public static RawDocument read(byte[] json, String place) {
    JsonDocument document = new JsonDocument();
    try (JsonParser parser = JSON.createParser(json)) {
      document.read(parser);
      return document.raw(place);
    } catch (JsonProcessingException e) {
      throw document.none("no JSON object: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw document.none("no JSON object: " + e.getMessage());
    }
  }

  private void read(JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) throw none("no JSON object");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (!json.hasToken(JsonToken.VALUE_NULL)) field(name, json);
    }
    if (json.nextToken() != null) throw none("more than one JSON value");
  }

  private void field(String name, JsonParser json) throws IOException {
    switch (name) {
      case "domain", "text", "content", "uri", "mediaType", "charset" -> {
        if (!json.hasToken(JsonToken.VALUE_STRING)) throw none(name + " is no string");
        strings.put(name, json.getText());
      }
      case "id" -> {
        if (!json.hasToken(JsonToken.VALUE_STRING) && !json.hasToken(JsonToken.VALUE_NUMBER_INT)) {
          throw none("id is neither a string nor a whole number");
        }
        strings.put(name, json.getText());
      }
      case "fetchedAt" -> fetchedAt = instant(json);
      case "metadata" -> readMetadata(json);
      default -> {
        if (json.currentToken().isScalarValue()) metadata.putIfAbsent(name, json.getText());
        else json.skipChildren();
      }
    }
  }

  private Instant instant(JsonParser json) throws IOException {
    try {
      if (json.hasToken(JsonToken.VALUE_NUMBER_INT)) {
        return Instant.ofEpochMilli(json.getLongValue());
      }
      if (json.hasToken(JsonToken.VALUE_STRING)) {
        return Instant.ofEpochMilli(Instant.parse(json.getText()).toEpochMilli());
      }
    } catch (DateTimeException | ArithmeticException e) {
      throw none("fetchedAt is no time with an offset, as in 2026-11-22T10:15:30Z");
    }
    throw none("fetchedAt is neither ISO 8601 nor whole milliseconds since 1970");
  }

  private void readMetadata(JsonParser json) throws IOException {
    if (!json.hasToken(JsonToken.START_OBJECT)) throw none("metadata is no object");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (!value.isScalarValue()) throw none("metadata has more than strings, numbers, booleans");
      if (value != JsonToken.VALUE_NULL) metadata.put(name, json.getText());
    }
  }

  private RawDocument raw(String place) {
    String domain = string("domain").orElseThrow(() -> none("no domain"));
    boolean isText = strings.containsKey("text");
    if (isText == strings.containsKey("content")) {
      throw none(isText ? "both text and content" : "neither text nor content");
    }
    return new RawDocument(
        string("id").or(() -> string("uri")).orElse(place),
        domain,
        string("uri").orElse(null),
        string("mediaType").orElse(PLAIN),
        isText ? StandardCharsets.UTF_8.name() : string("charset").orElse(null),
        ByteBuffer.wrap(isText ? text() : content()),
        fetchedAt,
        metadata);
  }

  /** Blank is as good as absent. */
  private Optional<String> string(String name) {
    return Optional.ofNullable(strings.get(name)).filter(value -> !value.isBlank());
  }

  private byte[] text() {
    return strings.getOrDefault("text", "").getBytes(StandardCharsets.UTF_8);
  }

  private byte[] content() {
    try {
      return Base64.getDecoder().decode(strings.getOrDefault("content", ""));
    } catch (IllegalArgumentException e) {
      throw none("content is no base64: " + e.getMessage());
    }
  }

  private NoDocumentException none(String reason) {
    return new NoDocumentException(reason, string("domain"));
  }
}
