package dev.millrace.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.DroppedDocument;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.junit.jupiter.api.Test;

@WithKafka
class TailTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final RunLog log;
  private final List<Long> read = new ArrayList<>();

  TailTest(TestKafka kafka) throws Exception {
    log = new RunLog(kafka);
  }

  private void write(Topic<Long, CurriculumSequence> topic, long first, long next) {
    log.write(
        LongStream.range(first, next)
            .mapToObj(i -> topic.record(i, Records.released(i, 0, Map.of())))
            .toList());
    Await.until("it is there for readers", SOON, () -> count(topic) == next);
  }

  private long count(Topic<?, ?> topic) {
    long[] count = new long[1];
    log.kafka().scan(topic, record -> count[0]++);
    return count[0];
  }

  private void readTo(Tail<?, ?> tail, long last) {
    Await.until(
        "ordinal " + last,
        SOON,
        () -> {
          tail.read();
          return !read.isEmpty() && read.get(read.size() - 1) == last;
        });
  }

  @Test
  void ofALongPastItReadsStretchesAndThenAllThatComes() {
    Topic<Long, CurriculumSequence> topic = log.topics().run(Records.RUN).curriculum();
    write(topic, 0, 8_000);
    try (Tail<?, ?> tail =
        Tail.ofStretches(4, log.kafka(), topic, r -> read.add(r.value().getOrdinal()))) {
      tail.read(); // From here on nothing is past.
      write(topic, 8_000, 8_010);
      readTo(tail, 8_009);
    }
    assertEquals(0, read.get(0));
    assertTrue(read.size() < 4_000, "read " + read.size());
    for (long quarter = 0; quarter < 4; quarter++) {
      assertTrue(read.contains(quarter * 2_000 + 100), read::toString);
    }
    assertEquals(
        LongStream.range(8_000, 8_010).boxed().toList(),
        read.subList(read.size() - 10, read.size()));
    assertEquals(read.stream().distinct().sorted().toList(), read);
  }

  @Test
  void aShortPastItReadsWhole() {
    Topic<Long, CurriculumSequence> topic = log.topics().run(Records.RUN).curriculum();
    write(topic, 0, 1_500);
    try (Tail<?, ?> tail =
        Tail.ofStretches(4, log.kafka(), topic, r -> read.add(r.value().getOrdinal()))) {
      readTo(tail, 1_499);
    }
    assertEquals(1_500, read.size());
  }

  @Test
  void whatATopicGrowsByIsReadTooAndNothingTwice() throws Exception {
    Map<String, Object> curious = new HashMap<>(log.kafka().properties());
    curious.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 100);
    Topic<String, DroppedDocument> topic = log.topics().dropped();
    List<String> ids = new ArrayList<>();
    try (Tail<?, ?> tail =
        Tail.ofTheNewest(
            100, new KafkaConnection(curious), topic, dropped -> ids.add(dropped.getId()))) {
      log.write(List.of(topic.record(0, "a", Records.dropped("a"))));
      readTo(tail, ids, List.of("a"));
      log.grow(topic, 2);
      log.write(List.of(topic.record(1, "b", Records.dropped("b"))));
      readTo(tail, ids, List.of("a", "b"));
      log.write(List.of(topic.record(0, "c", Records.dropped("c"))));
      readTo(tail, ids, List.of("a", "b", "c"));
    }
  }

  private static void readTo(Tail<?, ?> tail, List<String> read, List<String> expected) {
    Await.until(
        expected.toString(),
        SOON,
        () -> {
          tail.read();
          return read.size() >= expected.size();
        });
    assertEquals(expected, read);
    assertTrue(tail.isReplayed());
  }
}
