package dev.millrace.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/** A record of any schema with every field set to something that tells its place. */
final class ExampleRecord {
  private ExampleRecord() {}

  static GenericData.Record of(Schema schema) {
    return (GenericData.Record) value(schema, schema.getName());
  }

  private static Object value(Schema schema, String name) {
    return switch (schema.getType()) {
      case RECORD -> {
        GenericData.Record record = new GenericData.Record(schema);
        schema.getFields().forEach(f -> record.put(f.pos(), value(f.schema(), f.name())));
        yield record;
      }
      case UNION -> {
        List<Schema> branches = new ArrayList<>(schema.getTypes());
        yield value(branches.get(branches.size() - 1), name);
      }
      case MAP -> Map.of(name + "-key", value(schema.getValueType(), name));
      case ARRAY -> List.of(value(schema.getElementType(), name));
      case ENUM -> new GenericData.EnumSymbol(schema, schema.getEnumSymbols().get(0));
      case FIXED ->
          new GenericData.Fixed(schema, "0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
      case BYTES -> ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8));
      case STRING -> name + " \u00e9\ud83d\ude42";
      case INT -> 1 + name.length();
      case LONG -> 1_000_000_000_000L + name.length();
      case DOUBLE -> name.length() + 0.25;
      case BOOLEAN -> true;
      default -> throw new IllegalArgumentException(schema.toString());
    };
  }
}
