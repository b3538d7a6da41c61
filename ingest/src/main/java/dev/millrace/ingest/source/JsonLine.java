package dev.millrace.ingest.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.millrace.ingest.source.LineReader.Line;
import dev.millrace.schemas.RawDocument;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object: {@code text} is the document; {@code id}, {@code uri} or {@code url}, and {@code
 * domain} say what they say; {@code metadata} is an object. Whatever else is a string, number or
 * boolean, there or at the top, becomes metadata. Without {@code id} the URI is the id, without
 * both the file and line number.
 */
final class JsonLine implements Function<Line, Item> {
  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // Hostile names must not fill the VM.
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(ReadOptions.DOCUMENT_BYTES_MAX)
                  .build())
          .build();

  private final Source source;

  JsonLine(Source source) {
    this.source = source;
  }

  @Override
  public Item apply(Line line) {
    try (JsonParser json = JSON.createParser(line.bytes())) {
      Fields fields = new Fields(source.place().metadata());
      fields.read(json);
      if (fields.text == null) return damaged(line, "has no \"text\" that is a string");
      return document(line, fields, fields.text);
    } catch (JsonProcessingException e) {
      return damaged(line, "is no JSON object: " + e.getOriginalMessage());
    } catch (IOException e) {
      return damaged(line, "is no JSON object: " + e.getMessage());
    }
  }

  private Item document(Line line, Fields fields, String text) {
    String position = source.place().position("L" + line.number());
    String uri = fields.uri == null ? fields.url : fields.uri;
    return source.document(
        line.offset(),
        new RawDocument(
            first(fields.id, uri, position),
            first(fields.domain, null, source.options().domain()),
            uri,
            MediaTypes.PLAIN,
            StandardCharsets.UTF_8.name(),
            ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)),
            null,
            fields.metadata));
  }

  private static String first(@Nullable String first, @Nullable String second, String otherwise) {
    if (first != null && !first.isBlank()) return first;
    return second != null && !second.isBlank() ? second : otherwise;
  }

  private Item damaged(Line line, String reason) {
    return source.damaged(line.offset(), "line %,d %s".formatted(line.number(), reason));
  }

  /** What one object says. */
  private static final class Fields {
    private final Map<String, String> metadata;
    private @Nullable String text;
    private @Nullable String id;
    private @Nullable String uri;
    private @Nullable String url;
    private @Nullable String domain;

    Fields(Map<String, String> metadata) {
      this.metadata = new HashMap<>(metadata);
    }

    void read(JsonParser json) throws IOException {
      if (json.nextToken() != JsonToken.START_OBJECT) throw new IOException("it starts otherwise");
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (value == JsonToken.START_OBJECT && name.equals("metadata")) {
          readMetadata(json);
        } else if (value.isScalarValue()) {
          if (value != JsonToken.VALUE_NULL) set(name, json);
        } else {
          json.skipChildren();
        }
      }
      if (json.nextToken() != null) throw new IOException("something follows it");
    }

    private void readMetadata(JsonParser json) throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (!value.isScalarValue()) {
          json.skipChildren();
        } else if (value != JsonToken.VALUE_NULL) {
          metadata.put(name, json.getText());
        }
      }
    }

    private void set(String name, JsonParser json) throws IOException {
      switch (name) {
        case "text" -> text = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : null;
        case "id" -> id = json.getText();
        case "uri" -> uri = json.getText();
        case "url" -> url = json.getText();
        case "domain" -> domain = json.getText();
        default -> metadata.put(name, json.getText());
      }
    }
  }
}
