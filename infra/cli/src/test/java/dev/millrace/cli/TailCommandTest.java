package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.schemas.RawDocument;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class TailCommandTest {
  private final TestKafka broker;
  private TestRun run;

  TailCommandTest(TestKafka broker) {
    this.broker = broker;
  }

  @BeforeEach
  void createTopics(@TempDir Path directory) throws Exception {
    run = TestRun.in(directory, broker);
    run.createTopics();
  }

  private List<JsonNode> tail(String topic, String... options) {
    Ran ran =
        run.command(
            Stream.concat(Stream.of("tail", topic), Stream.of(options)).toArray(String[]::new));
    assertEquals(0, ran.exit(), ran.err());
    return ran.out().lines().map(TailCommandTest::json).toList();
  }

  private static JsonNode json(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (Exception e) {
      throw new IllegalStateException(line, e);
    }
  }

  private ProducerRecord<byte[], byte[]> document(String id) {
    RawDocument document =
        RawDocument.newBuilder()
            .setId(id)
            .setDomain("text")
            .setContent(ByteBuffer.wrap("Hello.".getBytes(UTF_8)))
            .build();
    return run.topics().raw().record(0, id, document);
  }

  @Test
  void goesOnAfterARecordThatCannotBeRead() throws Exception {
    byte[] bytes = {1, 2, (byte) 0xff};
    String raw = run.topics().raw().name();
    run.commit(
        Stream.of(
            document("a"),
            new ProducerRecord<>(raw, 0, "broken".getBytes(UTF_8), bytes),
            document("b")));
    List<JsonNode> lines = tail("documents.raw", "--from-beginning");
    assertEquals(3, lines.size());
    assertEquals("a", lines.get(0).get("value").get("id").asText());
    assertEquals("b", lines.get(2).get("value").get("id").asText());
    JsonNode broken = lines.get(1);
    assertEquals("broken", broken.get("key").asText());
    assertEquals(0, broken.get("partition").asInt());
    assertEquals(1, broken.get("offset").asLong());
    assertTrue(Instant.parse(broken.get("timestamp").asText()).isAfter(Instant.EPOCH));
    assertTrue(broken.get("error").asText().contains("RawDocument"), broken.toString());
    assertArrayEquals(bytes, broken.get("bytes").binaryValue());
  }

  @Test
  void goesOnAfterAKeyThatCannotBeRead() throws Exception {
    byte[] key = {(byte) 0xff, 2, 3};
    String curriculum = run.topics().run("run").curriculum().name();
    run.commit(Stream.of(new ProducerRecord<>(curriculum, 0, key, new byte[] {7})));
    JsonNode line = tail("curriculum", "--from-beginning").get(0);
    assertArrayEquals(key, line.get("key").binaryValue());
    assertTrue(line.get("error").asText().contains("key"), line.toString());
    assertArrayEquals(new byte[] {7}, line.get("bytes").binaryValue());
  }
}
