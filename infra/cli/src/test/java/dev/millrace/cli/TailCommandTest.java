package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.refinery.dedup.DocumentSigner;
import dev.millrace.schemas.DroppedDocument;
import dev.millrace.schemas.Hash128;
import dev.millrace.schemas.KeptCopy;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RawDocument;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

  /** Values are their own names. */
  private ProducerRecord<byte[], byte[]> deadLetter(int partition, String value) {
    return run.topics().deadLetters().record(partition, null, value.getBytes(UTF_8));
  }

  private static List<String> values(List<JsonNode> lines) {
    return lines.stream().map(line -> line.get("value").asText()).toList();
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

  @Test
  void theLastRecordStandsBeforeItsCommitMarker() {
    run.commit(Stream.of(deadLetter(0, "a"), deadLetter(0, "b")));
    assertEquals(List.of("b"), values(tail("documents.dead-letters", "--max", "1")));
  }

  @Test
  void theLastRecordIsFoundBehindManyThatWereNeverCommitted() {
    run.commit(Stream.of(deadLetter(2, "a")));
    run.abort(IntStream.range(0, 60).mapToObj(i -> deadLetter(2, "aborted" + i)));
    assertEquals(List.of("a"), values(tail("documents.dead-letters", "--max", "1")));
  }

  @Test
  void theLastRecordsAreThoseOfAllPartitions() {
    for (int i = 0; i < 12; i++) {
      int partition = i % 3;
      String value = "v" + i;
      run.commit(Stream.of(deadLetter(partition, value)));
    }
    assertEquals(
        List.of("v8", "v9", "v10", "v11"), values(tail("documents.dead-letters", "--max", "4")));
    assertEquals(10, tail("documents.dead-letters").size());
    assertEquals(12, tail("documents.dead-letters", "--max", "100").size());
    assertEquals(12, tail("documents.dead-letters", "--from-beginning").size());
  }

  @Test
  void aDuplicateHasTheIdOfTheDocumentThatWasKept() {
    run.commit(Stream.of(candidate("a"), candidate("b")));
    long hash = DocumentSigner.idHash("b");
    run.commit(
        Stream.of(duplicate("c", 1, hash), duplicate("d", 0, hash), duplicate("e", 99, hash)));
    List<String> kept =
        tail("documents.dropped").stream()
            .map(line -> line.at("/value/duplicateOf/id").asText("none"))
            .toList();
    assertEquals(List.of("b", "none", "none"), kept, "at its place, another one there, nothing");
  }

  private ProducerRecord<byte[], byte[]> candidate(String id) {
    RefinedDocument document =
        RefinedDocument.newBuilder()
            .setId(id)
            .setDomain("text")
            .setText("Hello.")
            .setLanguage("en")
            .setContentHash(new Hash128(new byte[16]))
            .setOrigin(new Origin(2, 7).position())
            .build();
    return run.topics().candidates().record(2, id, document);
  }

  private ProducerRecord<byte[], byte[]> duplicate(String id, long keptOffset, long idHash) {
    DroppedDocument document =
        DroppedDocument.newBuilder()
            .setId(id)
            .setDomain("text")
            .setStage("exact-duplicate")
            .setRule("exact-duplicate.document")
            .setMeasured(1)
            .setThreshold(1)
            .setDuplicateOf(new KeptCopy(new Origin(2, keptOffset).position(), idHash))
            .setOrigin(new Origin(2, 8).position())
            .build();
    return run.topics().dropped().record(0, id, document);
  }

  @Test
  void anEmptyTopicHasNoLines() {
    assertEquals(List.of(), tail("documents.dead-letters"));
    assertEquals(List.of(), tail("documents.dead-letters", "--from-beginning"));
  }

  @Test
  void followingGoesOnAfterTheLastRecords() throws Exception {
    run.commit(Stream.of(deadLetter(0, "before")));
    CompletableFuture<List<JsonNode>> following =
        CompletableFuture.supplyAsync(
            () -> tail("documents.dead-letters", "--follow", "--max", "2"));
    run.commit(Stream.of(deadLetter(1, "after")));
    assertEquals(List.of("before", "after"), values(following.get(60, TimeUnit.SECONDS)));
  }
}
