package dev.millrace.refinery.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.refinery.HeldOutConfig;
import dev.millrace.refinery.RefineryConfig;
import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class SeenLineStoreTest {
  private static final String NOTICE = "All rights are reserved here.\n";
  private static final int SEEN_MAX = 3;
  private static final int KEPT = SEEN_MAX + 1; // The last of them makes it too many.
  private static final String RUN =
      """
      refinery: {stages: [line-dedup], lineDedup: {seenMax: %d, window: 20_000}}
      heldOut: {fraction: 0}
      """
          .formatted(SEEN_MAX);

  private record Run(RefineryConfig refinery, HeldOutConfig heldOut) {}

  private final TestKafka kafka;
  @TempDir private Path state;

  SeenLineStoreTest(TestKafka kafka) {
    this.kafka = kafka;
  }

  /** On another machine, as it were: nothing of the first is there but the log. */
  @Test
  void aRefineryThatStartsAgainKnowsTheLinesThatWereSeenBefore() throws Exception {
    TestLog log = TestLog.create(kafka);
    refine(log, "first", 0, KEPT);
    refine(log, "second", KEPT, KEPT + 2);
    Map<String, String> texts = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : log.scan(log.topics().refined())) {
      RefinedDocument document = log.decode(log.topics().refined(), record);
      texts.put(document.getId(), document.getText());
    }
    Map<String, String> expected = new TreeMap<>();
    for (int i = 0; i < KEPT + 2; i++) {
      expected.put("d" + i, (i < KEPT ? NOTICE : "") + own(i));
    }
    assertEquals(expected, texts);
  }

  private void refine(TestLog log, String instance, int from, int to) throws Exception {
    List<ProducerRecord<byte[], byte[]>> documents = new ArrayList<>();
    for (int i = from; i < to; i++) {
      documents.add(log.raw(0, PlainRules.raw("d" + i, "news", NOTICE + own(i))));
    }
    Running.during(
        service(log, instance),
        () -> {
          log.push(documents);
          log.awaitCaughtUp();
        });
  }

  /** Of more lines than a page has, so that what is seen is on more than one. */
  private static String own(int document) {
    return IntStream.range(0, 1_000)
        .mapToObj(i -> letters(document * 1_000 + i))
        .map(word -> "the %s of %s".formatted(word, word))
        .collect(Collectors.joining("\n"));
  }

  /** A number in letters, since all numbers are alike to words that are compared. */
  private static String letters(int number) {
    return Integer.toString(number + 10_000)
        .chars()
        .mapToObj(digit -> Character.toString('a' + digit - '0'))
        .collect(Collectors.joining());
  }

  private RefineryService service(TestLog log, String instance) {
    Run run = RunFile.parse(RUN, "run.yaml", Run.class).value();
    return new RefineryService(
        log.connection(),
        log.topics(),
        run.refinery(),
        run.heldOut(),
        new StreamConfig(1, Duration.ofMillis(100), 0, Duration.ofSeconds(5)),
        instance,
        state.resolve(instance),
        new SimpleMeterRegistry());
  }
}
