package dev.millrace.ingest.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.millrace.ingest.source.LineReader.Line;
import java.io.IOException;
import java.util.function.Function;

/**
 * One JSON object, whose fields are {@link Fields}; {@code metadata} is an object. Whatever else is
 * a string, number or boolean, there or at the top, becomes metadata. A document without a name is
 * named by file and line number.
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
      Fields fields = new Fields(source);
      read(json, fields);
      return fields.text().isPresent()
          ? fields.document(line.offset(), "L" + line.number())
          : damaged(
              line, "has no \"%s\" that is a string".formatted(source.options().fields().text()));
    } catch (JsonProcessingException e) {
      return damaged(line, "is no JSON object: " + e.getOriginalMessage());
    } catch (IOException e) {
      return damaged(line, "is no JSON object: " + e.getMessage());
    }
  }

  private Item damaged(Line line, String reason) {
    return source.damaged(line.offset(), "line %,d %s".formatted(line.number(), reason));
  }

  private static void read(JsonParser json, Fields fields) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) throw new IOException("it starts otherwise");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.START_OBJECT && name.equals("metadata")) {
        readMetadata(json, fields);
      } else if (!value.isScalarValue()) {
        json.skipChildren();
      } else if (fields.isText(name)) {
        if (value == JsonToken.VALUE_STRING) fields.text(json.getText());
      } else if (value != JsonToken.VALUE_NULL) {
        fields.set(name, json.getText());
      }
    }
    if (json.nextToken() != null) throw new IOException("something follows it");
  }

  private static void readMetadata(JsonParser json, Fields fields) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (!value.isScalarValue()) {
        json.skipChildren();
      } else if (value != JsonToken.VALUE_NULL) {
        fields.metadata(name, json.getText());
      }
    }
  }
}
