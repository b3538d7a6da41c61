package dev.millrace.schemas;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Old records stay readable. After a change of a schema, publish it: {@code mvn -pl schemas test
 * -Dtest=PublishedSchemasTest -Dmillrace.schemas.publish=true}, and commit the new files.
 */
class PublishedSchemasTest {
  private static final Path RESOURCES =
      Path.of("src/main/resources/dev/millrace/schemas/published");
  private static final Path GOLDEN = Path.of("src/test/resources/dev/millrace/schemas/golden");

  private static final List<Class<? extends SpecificRecordBase>> RECORDS =
      List.of(
          RawDocument.class,
          RefinedDocument.class,
          DroppedDocument.class,
          Retraction.class,
          IngestProgress.class,
          TokenSequence.class,
          CurriculumSequence.class,
          SchedulerState.class,
          TrainingProgress.class,
          CheckpointPublished.class,
          EvaluationResult.class,
          ControlCommand.class,
          ControlAcknowledged.class);

  static Stream<String> published() {
    return PublishedSchemas.names().stream();
  }

  static Stream<Class<? extends SpecificRecordBase>> records() {
    return RECORDS.stream();
  }

  @ParameterizedTest
  @MethodSource("records")
  void theNewestPublishedVersionIsTheOneInUse(Class<? extends SpecificRecordBase> type)
      throws ReflectiveOperationException {
    Schema current = schema(type);
    Schema newest =
        PublishedSchemas.read(current.getName() + "." + newest(current.getName()) + ".avsc");
    assertEquals(
        SchemaNormalization.parsingFingerprint64(newest),
        SchemaNormalization.parsingFingerprint64(current),
        "the schema has changed: publish it (see the class comment)");
  }

  @ParameterizedTest
  @MethodSource("published")
  void everyPublishedVersionCanBeRead(String file) throws ReflectiveOperationException {
    Schema written = PublishedSchemas.read(file);
    SchemaCompatibility.SchemaPairCompatibility result =
        SchemaCompatibility.checkReaderWriterCompatibility(schema(written.getName()), written);
    assertEquals(
        SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE,
        result.getType(),
        result.getDescription());
  }

  @ParameterizedTest
  @MethodSource("published")
  void goldenBytesDecodeToWhatTheyAlwaysMeant(String file) throws Exception {
    byte[] bytes = HexFormat.of().parseHex(golden(file, ".hex").strip());
    Schema written = PublishedSchemas.read(file);
    ObjectNode record = RecordJson.of(decode(written.getName(), bytes));
    for (String added : added(written, record)) record.remove(added);
    assertEquals(golden(file, ".json").strip(), record.toString());
  }

  /** Fields that later versions have. */
  private static List<String> added(Schema written, ObjectNode record) {
    List<String> added = new ArrayList<>();
    record.fieldNames().forEachRemaining(added::add);
    written.getFields().forEach(field -> added.remove(field.name()));
    return added;
  }

  @ParameterizedTest
  @MethodSource("published")
  void todaysWriterMakesTheGoldenBytesOfItsVersion(String file) throws Exception {
    Schema schema = PublishedSchemas.read(file);
    byte[] bytes = HexFormat.of().parseHex(golden(file, ".hex").strip());
    assertArrayEquals(bytes, encode(schema));
  }

  @Test
  void everyPublishedFileIsListed() throws IOException {
    try (Stream<Path> files = Files.list(RESOURCES)) {
      List<String> found =
          files
              .map(f -> f.getFileName().toString())
              .filter(n -> n.endsWith(".avsc"))
              .sorted()
              .toList();
      assertEquals(PublishedSchemas.names().stream().sorted().toList(), found);
      assertFalse(found.isEmpty());
    }
  }

  @Test
  void bytesOfAnUnknownSchemaAreRefusedByName() {
    byte[] unknown = {(byte) 0xC3, 1, 1, 2, 3, 4, 5, 6, 7, 8, 0};
    SerializationException e =
        assertThrows(
            SerializationException.class,
            () ->
                AvroSerde.of(RawDocument.class)
                    .deserializer()
                    .deserialize("documents.raw", unknown));
    assertEquals(true, e.getMessage().contains("documents.raw"), e.getMessage());
    assertEquals(true, e.getMessage().contains("RawDocument"), e.getMessage());
  }

  /** Not a check: writes the next version of every schema that has changed. */
  @Test
  @EnabledIfSystemProperty(
      named = "millrace.schemas.publish",
      matches = "true",
      disabledReason = "publishes schemas; run by hand after a change")
  void publish() throws Exception {
    StringBuilder index = new StringBuilder();
    PublishedSchemas.names().forEach(name -> index.append(name).append('\n'));
    Files.createDirectories(GOLDEN);
    for (Class<? extends SpecificRecordBase> type : RECORDS) {
      Schema schema = schema(type);
      int newest = newest(schema.getName());
      if (newest > 0
          && same(schema, PublishedSchemas.read(schema.getName() + "." + newest + ".avsc")))
        continue;
      String file = schema.getName() + "." + (newest + 1) + ".avsc";
      Files.writeString(
          RESOURCES.resolve(file), SchemaFormatter.format("json/pretty", schema) + "\n");
      byte[] bytes = encode(schema);
      Files.writeString(GOLDEN.resolve(file + ".hex"), HexFormat.of().formatHex(bytes) + "\n");
      Files.writeString(
          GOLDEN.resolve(file + ".json"), RecordJson.of(decode(schema.getName(), bytes)) + "\n");
      index.append(file).append('\n');
    }
    Files.writeString(RESOURCES.resolve("index"), index);
  }

  private static boolean same(Schema a, Schema b) {
    return SchemaNormalization.parsingFingerprint64(a)
        == SchemaNormalization.parsingFingerprint64(b);
  }

  private static byte[] encode(Schema schema) throws IOException {
    java.nio.ByteBuffer buffer =
        new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema)
            .encode(ExampleRecord.of(schema));
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static IndexedRecord decode(String name, byte[] bytes) {
    Class<? extends SpecificRecordBase> type =
        RECORDS.stream().filter(r -> r.getSimpleName().equals(name)).findFirst().orElseThrow();
    return AvroSerde.of(type).deserializer().deserialize("golden", bytes);
  }

  private static int newest(String name) {
    Map<String, Integer> versions = new TreeMap<>();
    PublishedSchemas.names()
        .forEach(
            file -> {
              int dot = file.indexOf('.');
              versions.merge(
                  file.substring(0, dot),
                  Integer.parseInt(file.substring(dot + 1, file.lastIndexOf('.'))),
                  Math::max);
            });
    return versions.getOrDefault(name, 0);
  }

  private static Schema schema(String name) throws ReflectiveOperationException {
    return schema(
        RECORDS.stream().filter(r -> r.getSimpleName().equals(name)).findFirst().orElseThrow());
  }

  private static Schema schema(Class<? extends SpecificRecordBase> type)
      throws ReflectiveOperationException {
    return type.getDeclaredConstructor().newInstance().getSchema();
  }

  private static String golden(String file, String suffix) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            PublishedSchemasTest.class.getResourceAsStream(
                "/dev/millrace/schemas/golden/" + file + suffix))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
