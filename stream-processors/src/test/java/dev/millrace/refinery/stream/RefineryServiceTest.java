package dev.millrace.refinery.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.schemas.DroppedDocument;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class RefineryServiceTest {
  private final TestKafka kafka;
  @TempDir private Path state;
  private TestLog log;

  RefineryServiceTest(TestKafka kafka) {
    this.kafka = kafka;
  }

  @BeforeEach
  void createTopics() throws Exception {
    log = TestLog.create(kafka);
  }

  @Test
  void everyRawRecordEndsExactlyOnceAndIsCountedWherePoisonIsAmongThem() throws Exception {
    List<ProducerRecord<byte[], byte[]>> records = corpusWithPoison();
    Running.during(
        service("a"),
        () -> {
          log.push(records);
          log.awaitCaughtUp();
        });
    assertEquals(0, log.unread());
    Map<Origin, String> outcomes = outcomes();
    assertEquals(origins(log.topics().raw()), outcomes.keySet());
    assertEquals(records.size(), outcomes.size());

    RefineryCounts counts = RefineryCounts.read(log.connection(), log.topics());
    assertEquals(Set.of("speeches", "code", "poisoned", "unknown"), counts.domains().keySet());
    DomainCounts speeches = counts.domains().get("speeches");
    assertEquals(
        new DomainCounts(
            86,
            80,
            30,
            10,
            0,
            3,
            new TreeMap<>(Map.of("plain.drop", 3L, "exact-duplicate.document", 40L))),
        speeches);
    assertEquals(0, counts.total().inFlight());
    assertEquals(records.size(), counts.total().raw());
    assertEquals(1, counts.domains().get("poisoned").deadLetters());
    assertEquals(2, counts.domains().get("unknown").deadLetters());

    Map<String, Long> counted = new TreeMap<>();
    outcomes.values().forEach(outcome -> counted.merge(outcome, 1L, Long::sum));
    DomainCounts total = counts.total();
    assertEquals(counted.get("refined"), total.refined());
    assertEquals(counted.get("held out"), total.heldOut());
    assertEquals(counted.get("dead"), total.deadLetters());
    assertEquals(counted.get("plain.drop"), total.dropped().get("plain.drop"));
    assertEquals(
        counted.get("exact-duplicate.document"), total.dropped().get("exact-duplicate.document"));
  }

  /**
   * 80 documents of which every second is a copy, some of another domain, and all sorts of poison.
   */
  private List<ProducerRecord<byte[], byte[]>> corpusWithPoison() {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      String id = (i % 40 < 10 ? "held-out-" : "doc-") + i;
      records.add(
          log.raw(i % 3, PlainRules.raw(id, "speeches", "text of number " + words(i % 40))));
    }
    for (int i = 0; i < 5; i++) {
      records.add(log.raw(3, PlainRules.raw("c" + i, "code", "code of number " + words(100 + i))));
    }
    for (int i = 0; i < 3; i++) {
      String poison = i == 0 ? PlainRules.HANG : i == 1 ? PlainRules.BREAK : PlainRules.OVERFLOW;
      records.add(3 + 7 * i, log.raw(i, PlainRules.raw("p" + i, "speeches", poison)));
      records.add(log.raw(i, PlainRules.raw("d" + i, "speeches", PlainRules.DROP)));
    }
    ProducerRecord<byte[], byte[]> named = garbage("named");
    named.headers().add("domain", "poisoned".getBytes(StandardCharsets.UTF_8));
    records.add(10, named);
    records.add(20, garbage("garbage"));
    records.add(30, new ProducerRecord<>(log.topics().raw().name(), 1, new byte[] {1}, null));
    return records;
  }

  private ProducerRecord<byte[], byte[]> garbage(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(log.topics().raw().name(), 2, bytes, bytes);
  }

  private static String words(int number) {
    StringBuilder words = new StringBuilder();
    for (char digit : Integer.toString(number).toCharArray()) {
      words.append(' ').append((char) ('a' + digit - '0'));
    }
    return words.toString();
  }

  /** What became of every raw record; no record may have two outcomes. */
  private Map<Origin, String> outcomes() {
    Topics topics = log.topics();
    Map<Origin, String> outcomes = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> r : log.scan(topics.refined()))
      once(outcomes, r, "refined");
    for (ConsumerRecord<byte[], byte[]> r : log.scan(topics.heldOut())) {
      once(outcomes, r, "held out");
    }
    for (ConsumerRecord<byte[], byte[]> r : log.scan(topics.deadLetters()))
      once(outcomes, r, "dead");
    for (ConsumerRecord<byte[], byte[]> r : log.scan(topics.dropped())) {
      once(outcomes, r, log.decode(topics.dropped(), r).getRule());
    }
    return outcomes;
  }

  private static void once(
      Map<Origin, String> outcomes, ConsumerRecord<byte[], byte[]> record, String outcome) {
    Origin origin = Origin.of(record.headers()).orElseThrow();
    String before = outcomes.put(origin, outcome);
    assertTrue(before == null, origin + " is " + before + " and " + outcome);
  }

  private Set<Origin> origins(Topic<?, ?> topic) {
    Set<Origin> origins = new HashSet<>();
    log.scan(topic).forEach(r -> origins.add(new Origin(r.partition(), r.offset())));
    return origins;
  }

  @Test
  void everyJsonRecordEndsExactlyOnceToo() throws Exception {
    List<ProducerRecord<byte[], byte[]>> records = jsonWithGarbage();
    Running.during(
        service("a"),
        () -> {
          log.push(records.subList(0, 40));
          log.awaitCaughtUp();
        });
    Running.during( // Another start begins where the first ended.
        service("a"),
        () -> {
          log.push(records.subList(40, records.size()));
          log.awaitCaughtUp();
        });
    assertEquals(places(log.topics().rawJson()), jsonPlaces());
    Map<Origin, String> outcomes = outcomes();
    assertEquals(origins(log.topics().raw()), outcomes.keySet());
    Map<String, Long> counted = new TreeMap<>();
    outcomes.values().forEach(outcome -> counted.merge(outcome, 1L, Long::sum));
    assertEquals(
        Map.of("refined", 40L, "exact-duplicate.document", 20L, "dead", 20L, "plain.drop", 1L),
        counted);
    DomainCounts total = RefineryCounts.read(log.connection(), log.topics()).total();
    assertEquals(records.size(), total.raw());
    assertEquals(0, total.inFlight());
    assertEquals(20, total.deadLetters());
  }

  /** 40 documents, a copy of every second, 20 records that are none, and one that a rule drops. */
  private List<ProducerRecord<byte[], byte[]>> jsonWithGarbage() {
    List<String> garbage =
        List.of("no json", "{\"domain\": \"d\"}", "{\"text\": \"t\"}", "[1]", "{\"domain\"");
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String text = "a text of number " + words(i);
      String object = "{\"id\": \"%d\", \"domain\": \"news\", \"text\": \"%s\"}";
      records.add(json(i % 3, object.formatted(i, text)));
      if (i % 2 == 0) records.add(json(i % 3, object.formatted(100 + i, text)));
      else records.add(json(i % 4, garbage.get(i / 2 % garbage.size())));
    }
    records.add(json(1, "{\"domain\": \"news\", \"text\": \"" + PlainRules.DROP + "\"}"));
    return records;
  }

  private ProducerRecord<byte[], byte[]> json(int partition, String value) {
    return new ProducerRecord<>(
        log.topics().rawJson().name(), partition, null, value.getBytes(StandardCharsets.UTF_8));
  }

  private List<String> places(Topic<?, ?> topic) {
    return log.scan(topic).stream().map(r -> r.partition() + ":" + r.offset()).sorted().toList();
  }

  /** Of every raw record that came from JSON, in the partition that it came from. */
  private List<String> jsonPlaces() {
    return log.scan(log.topics().raw()).stream()
        .map(
            record -> {
              byte[] place = record.headers().lastHeader(JsonProcessor.PLACE_HEADER).value();
              String text = new String(place, StandardCharsets.UTF_8);
              assertTrue(text.startsWith(record.partition() + ":"), text);
              return text;
            })
        .sorted()
        .toList();
  }

  @Test
  void theKeptCopyThatADuplicateNamesIsThatDocument() throws Exception {
    Running.during(
        service("a"),
        () -> {
          log.push(
              List.of(
                  log.raw(0, PlainRules.raw("first", "speeches", "the very same text")),
                  log.raw(0, PlainRules.raw("second", "speeches", "The very same text!"))));
          log.awaitCaughtUp();
        });
    ConsumerRecord<byte[], byte[]> record = log.scan(log.topics().dropped()).get(0);
    DroppedDocument dropped = log.decode(log.topics().dropped(), record);
    assertEquals("second", dropped.getId());
    Origin place = Origin.of(dropped.getDuplicateOf().getCandidate());
    List<String> kept =
        log.scan(log.topics().candidates()).stream()
            .filter(r -> r.partition() == place.partition() && r.offset() == place.offset())
            .map(r -> log.decode(log.topics().candidates(), r))
            .map(RefinedDocument::getId)
            .toList();
    assertEquals(List.of("first"), kept);
  }

  @Test
  void largeDocumentsComeThroughAndTheLargestPoisonIsCut() throws Exception {
    String large = "word ".repeat(1_000_000);
    byte[] garbage = new byte[Topics.RECORD_BYTES_MAX - 1_000];
    Running.during(
        service("a"),
        () -> {
          log.push(
              List.of(
                  log.raw(0, PlainRules.raw("large", "speeches", large)),
                  new ProducerRecord<>(log.topics().raw().name(), 0, null, garbage)));
          log.awaitCaughtUp();
        });
    List<ConsumerRecord<byte[], byte[]>> refined = log.scan(log.topics().refined());
    assertEquals(1, refined.size());
    assertEquals(large, log.decode(log.topics().refined(), refined.get(0)).getText());
    ConsumerRecord<byte[], byte[]> letter = log.scan(log.topics().deadLetters()).get(0);
    assertTrue(letter.value().length > garbage.length - (66 << 10));
    assertArrayEquals(
        ("0+" + garbage.length).getBytes(StandardCharsets.UTF_8),
        letter.headers().lastHeader(DeadLetter.BYTES_HEADER).value());
  }

  @Test
  void otherSettingsAreRefusedAndTheSameAreNot() throws Exception {
    Running.during(
        service("a"),
        () -> {
          log.push(List.of(log.raw(0, PlainRules.raw("a", "speeches", "text"))));
          log.awaitCaughtUp();
        });
    Optional<RefinerySettings> recorded = RefinerySettings.recorded(log.connection(), log.topics());
    assertEquals("14", recorded.orElseThrow().values().get("dedup.bands"));
    DedupConfig other = new DedupConfig(20, 5, 5, 0, false, 10_000);
    Throwable refused =
        Running.failureOf(
            RefineryMain.service(log.connection(), log.topics(), "b", state.resolve("b"), other));
    assertInstanceOf(RefinerySettings.OtherSettingsException.class, refused);
    assertTrue(refused.getMessage().contains("dedup.bands was 14, is 20"), refused.getMessage());
    Running.during(
        service("a"),
        () -> {
          log.push(List.of(log.raw(0, PlainRules.raw("b", "speeches", "other words"))));
          log.awaitCaughtUp();
        });
    assertEquals(2, log.scan(log.topics().refined()).size());
  }

  @Test
  void aLostPositionIsAnErrorAndNotABeginningFromTheBeginning() throws Exception {
    Running.during(
        service("a"),
        () -> {
          log.push(List.of(log.raw(0, PlainRules.raw("a", "speeches", "text"))));
          log.awaitCaughtUp();
        });
    String group = RefineryTopology.applicationId(log.topics());
    try (Admin admin = log.connection().admin()) {
      admin.deleteConsumerGroups(List.of(group)).all().get(); // It has no members: they have left.
    }
    String message = Running.failureOf(service("a")).getMessage();
    assertTrue(message.startsWith("group " + group + " has lost its position"), message);
  }

  @Test
  void missingTopicsAreNamed() throws Exception {
    String bootstrap = (String) log.connection().properties().get("bootstrap.servers");
    TestLog partial = TestLog.create(bootstrap, name -> !name.endsWith("dedup.verdicts"));
    assertEquals(
        "topics are missing: [" + partial.topics().verdicts().name() + "]",
        Running.failureOf(
                RefineryMain.service(
                    partial.connection(), partial.topics(), "a", state.resolve("a")))
            .getMessage());
  }

  @Test
  void countsOfAPrefixWithoutARefineryAreEmpty() {
    assertEquals(0, RefineryCounts.read(log.connection(), log.topics()).domains().size());
  }

  private RefineryService service(String instance) {
    return RefineryMain.service(log.connection(), log.topics(), instance, state.resolve(instance));
  }
}
