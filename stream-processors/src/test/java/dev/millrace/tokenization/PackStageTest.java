package dev.millrace.tokenization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.Hash128;
import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Retraction;
import dev.millrace.schemas.Retractions;
import dev.millrace.schemas.Segment;
import dev.millrace.schemas.TokenSequence;
import dev.millrace.schemas.Topics;
import dev.millrace.tokenizer.Tokenizer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackStageTest {
  private static final Topics TOPICS = new Topics("t.");
  private static final int CONTEXT = 32;
  private static final String LONG_TEXT = "The sitting was opened at nine. ".repeat(40);

  private static Tokenizer tokenizer;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> refined;
  private long offset;

  @BeforeAll
  static void trainATokenizer(@TempDir Path directory) throws IOException {
    tokenizer = Europarl.tokenizer(directory, 600);
  }

  @BeforeEach
  void start() {
    PackStage stage =
        new PackStage(
            TOPICS,
            "r",
            List.of("news", "code"),
            new PackingConfig(2, 0.95, 1_000_000, 1),
            CONTEXT,
            tokenizer,
            meters);
    driver = new TopologyTestDriver(stage.topology(), new Properties());
    refined =
        driver.createInputTopic(
            TOPICS.refined().name(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void cutsALongDocumentIntoSequencesThatSpellIt() {
    push("a", "news", LONG_TEXT, Map.of());
    List<TokenSequence> sequences = sequences("news");
    int[] expected = tokenizer.encode(LONG_TEXT);
    assertEquals(
        List.of("news/0/0", "news/0/1"),
        sequences.stream().limit(2).map(TokenSequence::getId).toList());
    assertEquals(tokenizer.endOfText(), sequences.get(0).getTokens().get(0));
    int start = 0;
    for (TokenSequence sequence : sequences) {
      Segment segment = sequence.getSegments().get(0);
      assertEquals("a", segment.getDocumentId());
      assertEquals(new LogPosition(5, 0L), segment.getOrigin());
      assertEquals(start, segment.getStart());
      assertEquals(CONTEXT + 1, segment.getLength());
      for (int i = 1; i < segment.getLength(); i++) {
        assertEquals(expected[start + i - 1], sequence.getTokens().get(i));
      }
      start += CONTEXT;
    }
    assertEquals(expected.length / CONTEXT, sequences.size());
  }

  @Test
  void packsEachDomainForItself() {
    for (int i = 0; i < 40; i++) {
      push("n" + i, "news", "Madam President, thank you.", Map.of());
      push("c" + i, "code", "int i = 0; i < n; ++i", Map.of());
    }
    for (String domain : List.of("news", "code")) {
      List<TokenSequence> sequences = sequences(domain);
      assertFalse(sequences.isEmpty());
      for (TokenSequence sequence : sequences) {
        assertEquals(domain, sequence.getDomain());
        assertTrue(sequence.getTokens().size() <= CONTEXT + 1);
        assertEquals(tokenizer.id(), sequence.getTokenizer());
        assertEquals(6, sequence.getSignals().size());
        char prefix = domain.charAt(0);
        assertTrue(
            sequence.getSegments().stream().allMatch(s -> s.getDocumentId().charAt(0) == prefix));
      }
    }
  }

  @Test
  void countsEveryDocumentAsPackedOrWaiting() {
    push("long", "news", LONG_TEXT, Map.of());
    for (int i = 0; i < 10; i++) push("n" + i, "news", "Madam President.", Map.of());
    List<TokenSequence> sequences = sequences("news");
    long ended =
        sequences.stream()
            .flatMap(s -> s.getSegments().stream())
            .filter(Segment::getEndsDocument)
            .count();
    long waiting = waitingPieces();
    assertTrue(waiting > 0);
    assertEquals(11, count(Counts.DOCUMENTS, "news"));
    assertEquals(ended, count(Counts.PACKED_DOCUMENTS, "news"));
    assertEquals(11, ended + waiting);
    assertEquals(sequences.size(), count(Counts.SEQUENCES, "news"));
    long tokens = 11L + tokenizer.encode(LONG_TEXT).length;
    tokens += 10L * tokenizer.encode("Madam President.").length;
    assertEquals(tokens, count(Counts.TOKENS, "news"));
    assertEquals(11, meters.counter("millrace.tokenization.documents", "domain", "news").count());
  }

  @Test
  void passesDocumentsOfOtherDomainsBy() {
    push("x", "elsewhere", LONG_TEXT, Map.of());
    assertTrue(sequences("news").isEmpty());
    assertTrue(sequences("code").isEmpty());
    assertTrue(deadLetters().isEmpty());
    assertEquals(0, count(Counts.DOCUMENTS, "elsewhere"));
  }

  @Test
  void packsNothingForATombstone() {
    refined.pipeInput(new TestRecord<>(bytes("hash"), null));
    assertTrue(deadLetters().isEmpty());
    assertEquals(0, waitingPieces());
  }

  @Test
  void buriesWhatItCannotReadWithItsReasonAndGoesOn() {
    Headers headers = new RecordHeaders().add("domain", bytes("news"));
    new Origin(1, 77).writeTo(headers);
    refined.pipeInput(new TestRecord<>(bytes("key"), bytes("no Avro"), headers));
    refined.pipeInput(new TestRecord<>(bytes("key"), bytes("no Avro")));
    push("a", "news", LONG_TEXT, Map.of());
    List<TestRecord<byte[], byte[]>> letters = deadLetters();
    assertArrayEquals(bytes("no Avro"), letters.get(0).value());
    assertArrayEquals(bytes("key"), letters.get(0).key());
    assertEquals("decode", header(letters.get(0), "error.stage"));
    assertEquals("t.documents.refined", header(letters.get(0), "error.topic"));
    assertEquals("1:77", header(letters.get(0), "origin"));
    assertEquals("news", header(letters.get(0), "domain"));
    assertEquals("unknown", header(letters.get(1), "domain"));
    assertEquals(1, count(Counts.DEAD_LETTERS, "news"));
    assertEquals(1, count(Counts.DEAD_LETTERS, "unknown"));
    assertEquals(2, meters.counter("millrace.tokenization.dead.letters").count());
    assertFalse(sequences("news").isEmpty());
  }

  @Test
  void buriesADocumentWithAWordThatIsTooLong() {
    push("fits", "news", "x".repeat(DocumentTokens.RUN_MAX) + " y", Map.of());
    push("does not", "news", "x".repeat(DocumentTokens.RUN_MAX + 1) + " y", Map.of());
    List<TestRecord<byte[], byte[]>> letters = deadLetters();
    assertEquals(1, letters.size());
    assertEquals("tokenize", header(letters.get(0), "error.stage"));
    assertEquals(
        "a word of 65537 characters; 65536 are possible", header(letters.get(0), "error.message"));
    assertEquals(2, count(Counts.DOCUMENTS, "news"));
    assertEquals(1, count(Counts.DEAD_LETTERS, "news"));
  }

  @Test
  void takesTheQualityThatTheRefineryMeasured() {
    push("good", "news", LONG_TEXT, Map.of("quality-classifier.score-min", 0.875));
    push("unknown", "code", LONG_TEXT, Map.of("gopher-quality.words-min", 12.0));
    assertEquals(0.875, sequences("news").get(0).getSignals().get("quality"));
    assertEquals(0.5, sequences("code").get(0).getSignals().get("quality"));
  }

  @Test
  void packsADocumentWithoutText() {
    push("empty", "news", "", Map.of());
    assertEquals(1, count(Counts.TOKENS, "news"));
    assertEquals(1, waitingPieces());
  }

  @Test
  void aDocumentThatWasTakenBackIsNotPacked() {
    takeBack("a", 5, 1);
    push("a", "news", LONG_TEXT, Map.of());
    push("a", "news", LONG_TEXT, Map.of()); // Pushed later: another document.
    List<TokenSequence> sequences = sequences("news");
    assertFalse(sequences.isEmpty());
    for (TokenSequence sequence : sequences) {
      assertEquals(1L, sequence.getSegments().get(0).getOrigin().getOffset());
    }
    assertEquals(2, count(Counts.DOCUMENTS, "news"));
    assertEquals(1, count(Counts.RETRACTED_DOCUMENTS, "news"));
  }

  @Test
  void aDocumentThatIsTakenBackWhileItWaitsIsLeftOut() {
    String text = "Madam President, thank you.";
    push("gone", "news", text, Map.of());
    takeBack("gone", 5, 1);
    for (int i = 0; i < 40; i++) push("n" + i, "news", text, Map.of());
    List<TokenSequence> sequences = sequences("news");
    assertFalse(sequences.isEmpty());
    assertTrue(
        sequences.stream()
            .flatMap(s -> s.getSegments().stream())
            .noneMatch(s -> s.getDocumentId().equals("gone")));
    assertEquals(1, count(Counts.RETRACTED_DOCUMENTS, "news"));
    long length = tokenizer.encode(text).length + 1L;
    assertEquals(length, count(Counts.RETRACTED_TOKENS, "news"));
    long packed = sequences.stream().mapToLong(s -> s.getTokens().size()).sum();
    assertEquals(packed, count(Counts.PACKED_TOKENS, "news"));
    assertEquals(41, packed / length + count(Counts.RETRACTED_DOCUMENTS, "news") + waitingPieces());
  }

  private void takeBack(String id, int partition, long before) {
    driver
        .createInputTopic(
            TOPICS.retracted().name(),
            TOPICS.retracted().keys().serializer(),
            TOPICS.retracted().values().serializer())
        .pipeInput(
            Retractions.key(partition, id), new Retraction(id, partition, before, List.of()));
  }

  @Test
  void refusesAnotherTokenizerOrContextLength() {
    push("a", "news", "Thank you.", Map.of());
    KeyValueStore<String, String> store = driver.getKeyValueStore(PackSettings.STORE);
    assertTrue(new PackSettings(tokenizer.id(), CONTEXT).check(store));
    IllegalStateException refusal =
        assertThrows(
            IllegalStateException.class,
            () -> new PackSettings("0123456789abcdef", CONTEXT).check(store));
    assertEquals(
        "this run's sequences were made with tokenizer %s and context length 32; a run that uses"
                .formatted(tokenizer.id())
            + " tokenizer 0123456789abcdef and context length 32 needs another name",
        refusal.getMessage());
    assertThrows(
        IllegalStateException.class, () -> new PackSettings(tokenizer.id(), 64).check(store));
  }

  private void push(String id, String domain, String text, Map<String, Double> signals) {
    RefinedDocument document =
        RefinedDocument.newBuilder()
            .setId(id)
            .setDomain(domain)
            .setText(text)
            .setSignals(signals)
            .setContentHash(new Hash128(new byte[16]))
            .setOrigin(new LogPosition(5, offset++))
            .build();
    byte[] value =
        TOPICS.refined().values().serializer().serialize(TOPICS.refined().name(), document);
    refined.pipeInput(new TestRecord<>(bytes(id), value));
  }

  private List<TokenSequence> sequences(String domain) {
    var topic = TOPICS.run("r").sequences(domain);
    TestOutputTopic<String, TokenSequence> output =
        driver.createOutputTopic(
            topic.name(), topic.keys().deserializer(), topic.values().deserializer());
    return output.readValuesToList();
  }

  private List<TestRecord<byte[], byte[]>> deadLetters() {
    return driver
        .createOutputTopic(
            TOPICS.run("r").deadLetters().name(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())
        .readRecordsToList();
  }

  private long count(String what, String domain) {
    return new Counts(driver.getKeyValueStore(Counts.STORE)).get(what, domain);
  }

  private long waitingPieces() {
    long pieces = 0;
    try (var all = driver.getKeyValueStore(WaitingPieces.STORE).all()) {
      while (all.hasNext()) {
        all.next();
        pieces++;
      }
    }
    return pieces;
  }

  private static String header(TestRecord<byte[], byte[]> record, String key) {
    return new String(record.headers().lastHeader(key).value(), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
