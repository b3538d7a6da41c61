package dev.millrace.ingest.source;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveStringifier;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/**
 * Makes {@link Fields} of rows. Columns that hold one value are read, written as Parquet's own
 * tools write them, and those of the group {@value #METADATA}; lists, maps, other groups and bytes
 * that are no text are not.
 */
final class ParquetRow extends RecordMaterializer<Fields> {
  private static final String METADATA = "metadata";

  private final Source source;
  private final Columns root;
  private Fields current;

  /**
   * @param schema of the columns that are read
   */
  ParquetRow(Source source, MessageType schema) {
    this.source = source;
    this.root = new Columns(schema, false);
    this.current = new Fields(source);
  }

  /** The columns to be read. */
  static MessageType wanted(MessageType schema, String text) {
    List<Type> wanted =
        schema.getFields().stream()
            .filter(f -> isValue(f) || f.getName().equals(text) || isMetadata(f))
            .toList();
    return new MessageType(schema.getName(), wanted);
  }

  /** Whether a column may hold a document: text, or bytes that do not say what they are. */
  static boolean isText(Type field) {
    return field.isPrimitive()
        && !field.isRepetition(Repetition.REPEATED)
        && field.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY
        && (field.getLogicalTypeAnnotation() == null || isString(field));
  }

  private static boolean isString(Type field) {
    return field.getLogicalTypeAnnotation()
        instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation;
  }

  private static boolean isValue(Type field) {
    if (!field.isPrimitive() || field.isRepetition(Repetition.REPEATED)) return false;
    return switch (field.asPrimitiveType().getPrimitiveTypeName()) {
      case BINARY, FIXED_LEN_BYTE_ARRAY -> field.getLogicalTypeAnnotation() != null;
      case INT96 -> false;
      default -> true;
    };
  }

  private static boolean isMetadata(Type field) {
    return field.getName().equals(METADATA)
        && !field.isPrimitive()
        && !field.isRepetition(Repetition.REPEATED)
        && field.getLogicalTypeAnnotation() == null
        && field.asGroupType().getFields().stream().allMatch(ParquetRow::isValue);
  }

  @Override
  public Fields getCurrentRecord() {
    return current;
  }

  @Override
  public GroupConverter getRootConverter() {
    return root;
  }

  /** Converts the columns of a group. */
  private final class Columns extends GroupConverter {
    private final boolean nested;
    private final List<Converter> converters;

    Columns(GroupType group, boolean nested) {
      this.nested = nested;
      this.converters =
          IntStream.range(0, group.getFieldCount())
              .mapToObj(i -> converter(group.getType(i)))
              .toList();
    }

    private Converter converter(Type field) {
      if (!field.isPrimitive()) return new Columns(field.asGroupType(), true);
      boolean text = !nested && field.getName().equals(source.options().fields().text());
      return text
          ? new Text()
          : new Value(field.getName(), nested, field.asPrimitiveType().stringifier());
    }

    @Override
    public Converter getConverter(int index) {
      return converters.get(index);
    }

    @Override
    public void start() {
      if (!nested) current = new Fields(source);
    }

    @Override
    public void end() {}
  }

  /** The column that is the document. */
  private final class Text extends PrimitiveConverter {
    @Override
    public void addBinary(Binary value) {
      current.text(value.getBytes());
    }
  }

  /** Any other column. */
  private final class Value extends PrimitiveConverter {
    private final String name;
    private final boolean nested;
    private final PrimitiveStringifier text;

    Value(String name, boolean nested, PrimitiveStringifier text) {
      this.name = name;
      this.nested = nested;
      this.text = text;
    }

    private void set(String value) {
      if (nested) {
        current.metadata(name, value);
      } else {
        current.set(name, value);
      }
    }

    @Override
    public void addBinary(Binary value) {
      set(text.stringify(value));
    }

    @Override
    public void addBoolean(boolean value) {
      set(text.stringify(value));
    }

    @Override
    public void addInt(int value) {
      set(text.stringify(value));
    }

    @Override
    public void addLong(long value) {
      set(text.stringify(value));
    }

    @Override
    public void addFloat(float value) {
      set(text.stringify(value));
    }

    @Override
    public void addDouble(double value) {
      set(text.stringify(value));
    }
  }

  /** Nothing in the format makes sure of it. */
  static boolean isUtf8(ByteBuffer bytes) {
    try {
      var unused = StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate());
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
