package dev.millrace.refinery.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RawDocument;
import dev.millrace.schemas.Retractions;
import dev.millrace.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Together with the rules, which the dead letters pass. */
class JsonStageTest {
  private static final Topics TOPICS = Driver.TOPICS;

  private final Driver driver = new Driver(topology());
  private final TestInputTopic<byte[], byte[]> json = driver.input(TOPICS.rawJson());

  private static Topology topology() {
    Topology topology = new Topology();
    new JsonStage(TOPICS).addTo(topology);
    new RulesStage(TOPICS, Rulebook.of(PlainRules::new), new Patience(Duration.ofSeconds(20)))
        .addTo(topology);
    return topology;
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void anObjectBecomesARawDocumentUnderItsId() {
    push("{\"id\": \"a\", \"domain\": \"news\", \"text\": \"some text\"}");
    TestRecord<String, RawDocument> raw = driver.output(TOPICS.raw()).get(0);
    assertEquals("a", raw.key());
    assertEquals("news", raw.value().getDomain());
    assertHeader("0:0", raw, JsonProcessor.PLACE_HEADER);
    assertEquals("some text", driver.output(TOPICS.candidates()).get(0).value().getText());
    assertCounts("news", Counts.CANDIDATES);
  }

  @Test
  void aRequestToTakeADocumentBackGoesOnBehindTheDocument() {
    push("{\"id\": \"a\", \"domain\": \"news\", \"text\": \"some text\"}");
    RecordHeaders headers = new RecordHeaders();
    headers.add(Retractions.HEADER, new byte[0]);
    byte[] id = "a".getBytes(StandardCharsets.UTF_8);
    json.pipeInput(new TestRecord<>(id, null, headers));
    assertNull(driver.output(TOPICS.raw()).get(1).value());
    assertNull(driver.output(TOPICS.candidates()).get(1).value());
    assertCounts("news", Counts.CANDIDATES);
  }

  @Test
  void withoutAnIdItsPlaceIsIt() {
    push("{\"domain\": \"news\", \"text\": \"one\"}");
    push("{\"domain\": \"news\", \"text\": \"two\"}");
    assertEquals(
        List.of("test.documents.raw.json/0:0", "test.documents.raw.json/0:1"),
        driver.output(TOPICS.candidates()).stream().map(TestRecord::key).toList());
  }

  @Test
  void whatIsNoneIsADeadLetterWithItsBytesAndTheReason() {
    json.pipeInput(Driver.record(bytes("key"), bytes("no json")));
    TestRecord<byte[], byte[]> letter = onlyDeadLetter();
    assertArrayEquals(bytes("key"), letter.key());
    assertArrayEquals(bytes("no json"), letter.value());
    assertHeader("json", letter, DeadLetter.STAGE_HEADER);
    assertHeader("test.documents.raw.json", letter, DeadLetter.TOPIC_HEADER);
    assertTrue(header(letter, DeadLetter.MESSAGE_HEADER).startsWith("no JSON object"));
    assertHeader("0:0", letter, Origin.HEADER);
    assertHeader("0:0", letter, JsonProcessor.PLACE_HEADER);
    assertCounts("unknown", Counts.DEAD_LETTERS);
  }

  @Test
  void whatIsNoneCountsUnderTheDomainThatItNames() {
    push("{\"domain\": \"news\"}");
    assertHeader("neither text nor content", onlyDeadLetter(), DeadLetter.MESSAGE_HEADER);
    assertCounts("news", Counts.DEAD_LETTERS);
  }

  @Test
  void whatNamesNoneCountsUnderItsDomainHeader() {
    TestRecord<byte[], byte[]> record = Driver.record(bytes("key"), bytes("no json"));
    record.headers().add("domain", bytes("speeches"));
    json.pipeInput(record);
    assertHeader("speeches", onlyDeadLetter(), DeadLetter.DOMAIN_HEADER);
    assertCounts("speeches", Counts.DEAD_LETTERS);
  }

  @Test
  void aRecordWithoutAValueIsADeadLetter() {
    json.pipeInput(Driver.record(bytes("key"), null));
    assertNull(onlyDeadLetter().value());
    assertCounts("unknown", Counts.DEAD_LETTERS);
  }

  @Test
  void avroInTheWrongTopicIsADeadLetterAndNotADocument() {
    byte[] avro =
        TOPICS.raw().values().serializer().serialize("raw", PlainRules.raw("a", "news", "text"));
    json.pipeInput(Driver.record(bytes("a"), avro));
    assertArrayEquals(avro, onlyDeadLetter().value());
    assertTrue(driver.output(TOPICS.candidates()).isEmpty());
  }

  @Test
  void aDocumentThatGrowsBeyondWhatATopicTakesIsADeadLetter() {
    String id = "x".repeat(Topics.RECORD_BYTES_MAX / 2); // Twice in the record: key and value.
    push("{\"domain\": \"news\", \"text\": \"t\", \"id\": \"" + id + "\"}");
    TestRecord<byte[], byte[]> letter = onlyDeadLetter();
    assertTrue(header(letter, DeadLetter.MESSAGE_HEADER).endsWith("are possible"));
    assertHeader("0:0", letter, JsonProcessor.PLACE_HEADER);
  }

  @Test
  void theLargestGarbageLosesItsEndAndSaysSo() {
    byte[] garbage = new byte[Topics.RECORD_BYTES_MAX - 100];
    json.pipeInput(Driver.record(bytes("key"), garbage));
    TestRecord<byte[], byte[]> letter = onlyDeadLetter();
    assertTrue(letter.value().length < Topics.RECORD_BYTES_MAX - (60 << 10));
    assertHeader("3+" + garbage.length, letter, DeadLetter.BYTES_HEADER);
  }

  @Test
  void aDeadLetterThatIsMendedAndPushedAgainIsADocument() {
    push("{\"domain\": \"news\"}");
    TestRecord<byte[], byte[]> letter = onlyDeadLetter();
    json.pipeInput(
        new TestRecord<>(
            letter.key(), bytes("{\"domain\": \"news\", \"text\": \"t\"}"), letter.headers()));
    assertEquals(1, driver.output(TOPICS.candidates()).size());
  }

  private void push(String object) {
    json.pipeInput(Driver.record(null, bytes(object)));
  }

  private TestRecord<byte[], byte[]> onlyDeadLetter() {
    List<TestRecord<byte[], byte[]>> letters = driver.output(TOPICS.deadLetters());
    assertEquals(1, letters.size());
    return letters.get(0);
  }

  private void assertCounts(String domain, String outcome) {
    assertEquals(1, driver.count(Counts.RULES, Counts.RAW, domain));
    assertEquals(1, driver.count(Counts.RULES, outcome, domain));
  }

  private static void assertHeader(String value, TestRecord<?, ?> record, String key) {
    assertEquals(value, header(record, key));
  }

  private static String header(TestRecord<?, ?> record, String key) {
    Header header = record.headers().lastHeader(key);
    assertTrue(header != null, "no header " + key);
    return new String(header.value(), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
