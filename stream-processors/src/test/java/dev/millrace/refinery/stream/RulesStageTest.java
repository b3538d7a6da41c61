package dev.millrace.refinery.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.refinery.stream.DocumentRules.Ruling;
import dev.millrace.schemas.DroppedDocument;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Retractions;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RulesStageTest {
  private static final Topics TOPICS = Driver.TOPICS;
  private static final Duration TIME_LIMIT = Duration.ofSeconds(20);

  private final Patience patience = new Patience(TIME_LIMIT);
  private final Driver driver = new Driver(topology());
  private final TestInputTopic<byte[], byte[]> raw =
      driver.input(
          new Topic<>(TOPICS.raw().name(), Serdes.ByteArray(), Serdes.ByteArray(), 0, Map.of()));

  private Topology topology() {
    return topology(new PlainRules());
  }

  private Topology topology(DocumentRules rules) {
    Topology topology = new Topology();
    new RulesStage(TOPICS, Rulebook.of(() -> rules), patience).addTo(topology);
    return topology;
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void keepsADocumentUnderItsIdWithItsOrigin() {
    push("ignored", "first text");
    push("a", "some text");
    List<TestRecord<String, RefinedDocument>> candidates = driver.output(TOPICS.candidates());
    assertEquals(2, candidates.size());
    assertEquals("a", candidates.get(1).key());
    assertEquals("some text", candidates.get(1).value().getText());
    assertEquals(Optional.of(new Origin(0, 1)), Origin.of(candidates.get(1).headers()));
    assertCounts(2, Counts.CANDIDATES, 2);
  }

  @Test
  void itsDedupKeysGoWithACandidate() {
    DocumentRules rules =
        (document, origin) ->
            new Ruling.Kept(
                PlainRules.refined(document, "text", origin),
                Optional.of(new long[] {7, -8}),
                new long[0]);
    try (Driver keyed = new Driver(topology(rules))) {
      keyed
          .input(TOPICS.raw())
          .pipeInput(Driver.record("a", PlainRules.raw("a", "speeches", "text")));
      TestRecord<String, RefinedDocument> candidate = keyed.output(TOPICS.candidates()).get(0);
      DedupConfig oneBand = new DedupConfig(1, 1, 1, 0, false, 10);
      assertArrayEquals(
          new long[] {7, -8}, KeysHeader.read(candidate.headers(), oneBand).orElseThrow());
      assertEquals(Optional.of(new Origin(0, 0)), Origin.of(candidate.headers()));
    }
  }

  @Test
  void aRequestToTakeADocumentBackFollowsTheDocument() {
    push("a", "some text");
    TestRecord<byte[], byte[]> request = Driver.record(bytes("a"), null);
    request.headers().add(Retractions.HEADER, new byte[0]);
    raw.pipeInput(request);
    TestRecord<String, RefinedDocument> record = driver.output(TOPICS.candidates()).get(1);
    assertEquals("a", record.key());
    assertNull(record.value());
    assertEquals(Optional.of(new Origin(0, 1)), Origin.of(record.headers()));
    assertCounts(1, Counts.CANDIDATES, 1);
  }

  @Test
  void aRequestWithoutAKeyIsADeadLetter() {
    TestRecord<byte[], byte[]> request = Driver.record(null, null);
    request.headers().add(Retractions.HEADER, new byte[0]);
    raw.pipeInput(request);
    assertHeader("decode", onlyDeadLetter(), DeadLetter.STAGE_HEADER);
  }

  @Test
  void dropsADocumentUnderItsIdWithItsOrigin() {
    push("a", PlainRules.DROP);
    TestRecord<String, DroppedDocument> dropped = driver.output(TOPICS.dropped()).get(0);
    assertEquals("a", dropped.key());
    assertEquals("plain.drop", dropped.value().getRule());
    assertEquals(Optional.of(new Origin(0, 0)), Origin.of(dropped.headers()));
    assertCounts(1, "dropped:plain.drop", 1);
  }

  @Test
  void undecodableBytesGoToTheDeadLettersAsTheyCame() {
    TestRecord<byte[], byte[]> poison = Driver.record(bytes("key"), bytes("no avro"));
    poison.headers().add("mine", bytes("kept"));
    raw.pipeInput(poison);
    TestRecord<byte[], byte[]> letter = onlyDeadLetter();
    assertArrayEquals(bytes("key"), letter.key());
    assertArrayEquals(bytes("no avro"), letter.value());
    assertHeader("kept", letter, "mine");
    assertHeader("0:0", letter, Origin.HEADER);
    assertHeader("decode", letter, DeadLetter.STAGE_HEADER);
    assertHeader("test.documents.raw", letter, DeadLetter.TOPIC_HEADER);
    assertHeader(
        "org.apache.kafka.common.errors.SerializationException", letter, DeadLetter.CLASS_HEADER);
    assertTrue(header(letter, DeadLetter.MESSAGE_HEADER).startsWith("7 bytes in"));
    assertHeader("unknown", letter, DeadLetter.DOMAIN_HEADER);
    assertEquals(1, driver.count(Counts.RULES, Counts.RAW, "unknown"));
    assertEquals(1, driver.count(Counts.RULES, Counts.DEAD_LETTERS, "unknown"));
  }

  @Test
  void undecodableBytesCountUnderTheirDomainHeader() {
    TestRecord<byte[], byte[]> poison = Driver.record(bytes("key"), bytes("no avro"));
    poison.headers().add("domain", bytes("speeches of others"));
    raw.pipeInput(poison);
    assertHeader("speeches of others", onlyDeadLetter(), DeadLetter.DOMAIN_HEADER);
    assertEquals(1, driver.count(Counts.RULES, Counts.RAW, "speeches of others"));
    assertEquals(1, driver.count(Counts.RULES, Counts.DEAD_LETTERS, "speeches of others"));
  }

  @Test
  void aRecordWithoutAValueIsADeadLetter() {
    raw.pipeInput(Driver.record(bytes("key"), null));
    TestRecord<byte[], byte[]> letter = onlyDeadLetter();
    assertArrayEquals(bytes("key"), letter.key());
    assertNull(letter.value());
    assertEquals(1, driver.count(Counts.RULES, Counts.DEAD_LETTERS, "unknown"));
  }

  @Test
  void aRecordWithoutAKeyIsADocument() {
    raw.pipeInput(Driver.record(null, encoded("a", "text")));
    assertEquals("a", driver.output(TOPICS.candidates()).get(0).key());
  }

  @Test
  void aBrokenStageCostsOneDocumentAndTheStreamGoesOn() {
    push("a", PlainRules.BREAK);
    push("b", "text");
    TestRecord<byte[], byte[]> letter = onlyDeadLetter();
    assertArrayEquals(bytes("a"), letter.key());
    assertArrayEquals(encoded("a", PlainRules.BREAK), letter.value());
    assertHeader("extraction", letter, DeadLetter.STAGE_HEADER);
    assertHeader("java.lang.IllegalStateException", letter, DeadLetter.CLASS_HEADER);
    assertHeader("bad", letter, DeadLetter.MESSAGE_HEADER);
    assertHeader("speeches", letter, DeadLetter.DOMAIN_HEADER);
    assertEquals(1, driver.output(TOPICS.candidates()).size());
    assertCounts(2, Counts.DEAD_LETTERS, 1);
  }

  @Test
  void aStackOverflowIsTheDocumentsFault() {
    push("a", PlainRules.OVERFLOW);
    assertHeader("java.lang.StackOverflowError", onlyDeadLetter(), DeadLetter.CLASS_HEADER);
  }

  @Test
  void aDocumentThatHangsIsGivenUpAndTheStreamGoesOn() {
    while (patience.left().compareTo(Duration.ofSeconds(1)) > 0) patience.usedUp();
    push("a", PlainRules.HANG);
    push("b", "text");
    TestRecord<byte[], byte[]> letter = onlyDeadLetter();
    assertHeader("time-limit", letter, DeadLetter.STAGE_HEADER);
    assertHeader("no verdict within PT0.625S", letter, DeadLetter.MESSAGE_HEADER);
    assertEquals(1, driver.output(TOPICS.candidates()).size());
    assertCounts(2, Counts.DEAD_LETTERS, 1);
  }

  @Test
  void aDocumentThatGrewBeyondWhatATopicTakesIsADeadLetter() {
    push("a", PlainRules.SWELL);
    TestRecord<byte[], byte[]> letter = onlyDeadLetter();
    assertHeader("size", letter, DeadLetter.STAGE_HEADER);
    assertArrayEquals(encoded("a", PlainRules.SWELL), letter.value());
    assertTrue(driver.output(TOPICS.candidates()).isEmpty());
    assertCounts(1, Counts.DEAD_LETTERS, 1);
  }

  @Test
  void aDeadLetterThatNoTopicTakesLosesItsEndAndSaysSo() {
    byte[] poison = new byte[Topics.RECORD_BYTES_MAX - 100];
    raw.pipeInput(Driver.record(bytes("key"), poison));
    TestRecord<byte[], byte[]> letter = onlyDeadLetter();
    assertTrue(letter.value().length < Topics.RECORD_BYTES_MAX - (60 << 10));
    assertTrue(letter.value().length > Topics.RECORD_BYTES_MAX - (70 << 10));
    assertHeader("3+" + poison.length, letter, DeadLetter.BYTES_HEADER);
  }

  @Test
  void aKeyThatNoTopicTakesLosesItsEndToo() {
    byte[] key = new byte[Topics.RECORD_BYTES_MAX - 100];
    raw.pipeInput(Driver.record(key, bytes("no avro")));
    TestRecord<byte[], byte[]> letter = onlyDeadLetter();
    assertTrue(letter.key().length < Topics.RECORD_BYTES_MAX - (60 << 10));
    assertEquals(0, letter.value().length);
    assertHeader(key.length + "+7", letter, DeadLetter.BYTES_HEADER);
  }

  @Test
  void hugeHeadersAreLeftOut() {
    TestRecord<byte[], byte[]> poison = Driver.record(bytes("key"), bytes("no avro"));
    poison.headers().add("mine", new byte[40 << 10]).add("domain", bytes("d".repeat(300)));
    raw.pipeInput(poison);
    TestRecord<byte[], byte[]> letter = onlyDeadLetter();
    assertNull(letter.headers().lastHeader("mine"));
    assertHeader("d".repeat(200), letter, DeadLetter.DOMAIN_HEADER);
    assertEquals(1, driver.count(Counts.RULES, Counts.DEAD_LETTERS, "d".repeat(200)));
  }

  @Test
  void aLengthThatIsNoneIsADeadLetter() {
    byte[] poison = Arrays.copyOf(encoded("a", "text"), 15);
    Arrays.fill(poison, 10, 14, (byte) 0xFE); // The id's length: two thousand million.
    poison[14] = 0x0F;
    raw.pipeInput(Driver.record(bytes("key"), poison));
    assertHeader("decode", onlyDeadLetter(), DeadLetter.STAGE_HEADER);
    push("b", "text");
    assertEquals(1, driver.output(TOPICS.candidates()).size());
  }

  private void push(String id, String text) {
    raw.pipeInput(Driver.record(bytes(id), encoded(id, text)));
  }

  private static byte[] encoded(String id, String text) {
    return TOPICS
        .raw()
        .values()
        .serializer()
        .serialize(TOPICS.raw().name(), PlainRules.raw(id, "speeches", text));
  }

  private TestRecord<byte[], byte[]> onlyDeadLetter() {
    List<TestRecord<byte[], byte[]>> letters = driver.output(TOPICS.deadLetters());
    assertEquals(1, letters.size());
    return letters.get(0);
  }

  private void assertCounts(long raws, String outcome, long count) {
    assertEquals(raws, driver.count(Counts.RULES, Counts.RAW, "speeches"));
    assertEquals(count, driver.count(Counts.RULES, outcome, "speeches"));
  }

  private static void assertHeader(String value, TestRecord<byte[], byte[]> letter, String key) {
    assertEquals(value, header(letter, key));
  }

  private static String header(TestRecord<byte[], byte[]> letter, String key) {
    Header header = letter.headers().lastHeader(key);
    assertTrue(header != null, "no header " + key);
    return new String(header.value(), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
