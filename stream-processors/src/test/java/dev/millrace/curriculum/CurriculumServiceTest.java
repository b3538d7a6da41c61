package dev.millrace.curriculum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.TokenSequence;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.ChildJvm;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class CurriculumServiceTest {
  private static final List<String> DOMAINS = List.of("code", "docs");
  private static final String CONFIG =
      "{lead: 64, window: 16, phases: [{order: easy-to-hard, mixture: {code: 2, docs: 1}}]}";

  /** In a JVM of its own, to be killed. */
  static final class Main {
    public static void main(String[] arguments) {
      try (CurriculumService service = service(arguments[0], arguments[1])) {
        service.run();
      }
    }
  }

  private final KafkaConnection kafka;
  private final String bootstrap;

  private final String prefix;

  CurriculumServiceTest(TestKafka kafka) {
    this.kafka = KafkaConnection.to(kafka.bootstrap());
    prefix = kafka.freshPrefix();
    bootstrap = kafka.bootstrap();
  }

  @Test
  void killedAgainAndAgainItsOrderHasNoGapAndNothingTwice(@TempDir Path directory)
      throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    createTopics();
    Topics.Run topics = new Topics(prefix).run("r");
    int each = 400;
    for (String domain : DOMAINS) writeSequences(topics.sequences(domain), each, random);
    int kills = 0;
    while (read(topics).size() < 2 * each) {
      try (ChildJvm child =
          ChildJvm.of(Main.class)
              .arguments(bootstrap, prefix)
              .start(directory.resolve("scheduler-" + kills + ".log"))) {
        int killAt = read(topics).size() + random.nextInt(2 * each / 3);
        while (child.isAlive()) {
          List<CurriculumSequence> written = read(topics);
          trainerReaches(topics, written.size());
          if (written.size() >= 2 * each || (kills < 3 && written.size() >= killAt)) break;
        }
        child.kill9();
        kills++;
      }
    }
    assertTrue(kills >= 3, "killed " + kills + " times only");
    Set<String> sources = new HashSet<>();
    long ordinal = 0;
    for (CurriculumSequence sequence : read(topics)) {
      assertEquals(ordinal++, sequence.getOrdinal());
      assertTrue(sources.add(sequence.getDomain() + sequence.getSource()), "twice: " + sequence);
    }
    assertEquals(2 * each, sources.size());
  }

  @Test
  void aSecondSchedulerTakesOverAndTheFirstLeaves() throws Exception {
    createTopics();
    Topics.Run topics = new Topics(prefix).run("r");
    try (CurriculumService first = service(bootstrap, prefix);
        CurriculumService second = service(bootstrap, prefix)) {
      CompletableFuture<Void> firstRun = CompletableFuture.runAsync(first::run);
      writeSequences(topics.sequences("code"), 10, new Random(1));
      Await.until("10 released", Duration.ofSeconds(30), () -> read(topics).size() == 10);
      CompletableFuture<Void> secondRun = CompletableFuture.runAsync(second::run);
      writeSequences(topics.sequences("code"), 10, new Random(2));
      Await.until("20 released", Duration.ofSeconds(30), () -> read(topics).size() == 20);
      writeSequences(topics.sequences("code"), 10, new Random(3)); // The first tries, and learns.
      Throwable end = firstRun.handle((nothing, e) -> e.getCause()).get();
      assertTrue(end instanceof ProducerFencedException, String.valueOf(end));
      second.stop();
      secondRun.get();
    }
  }

  private static CurriculumService service(String bootstrap, String prefix) {
    return new CurriculumService(
        KafkaConnection.to(bootstrap),
        new Topics(prefix),
        "r",
        DOMAINS,
        RunFile.parse(CONFIG, "test", CurriculumConfig.class).value(),
        new SimpleMeterRegistry());
  }

  private void createTopics() throws Exception {
    try (Admin admin = kafka.admin()) {
      List<NewTopic> topics =
          Stream.concat(
                  Stream.of(new Topics(prefix).retracted()),
                  new Topics(prefix).run("r").all(DOMAINS).stream())
              .map(t -> new NewTopic(t.name(), 1, (short) 1).configs(t.settings()))
              .toList();
      admin.createTopics(topics).all().get();
      KafkaConnection.awaitLeaders(admin, topics.stream().map(NewTopic::name).toList());
    }
  }

  private void writeSequences(Topic<String, TokenSequence> topic, int count, Random random) {
    try (Producer<byte[], byte[]> producer = kafka.transactionalProducer("test-" + topic.name())) {
      producer.initTransactions();
      for (int written = 0; written < count; ) {
        producer.beginTransaction(); // Several, so that offsets have holes as real ones do.
        for (int n = 1 + random.nextInt(50); n > 0 && written < count; n--, written++) {
          var unused = producer.send(topic.record(topic.name() + written, sequence(random)));
        }
        producer.commitTransaction();
      }
    }
  }

  private static TokenSequence sequence(Random random) {
    return new TokenSequence(
        "id",
        "domain",
        random.ints(9, 0, 100).boxed().toList(),
        List.of(),
        16,
        Map.of("unigram-surprisal", random.nextDouble()),
        "");
  }

  private void trainerReaches(Topics.Run topics, long ordinal) {
    try (Producer<byte[], byte[]> producer = kafka.transactionalProducer("trainer")) {
      producer.initTransactions();
      producer.beginTransaction();
      TrainingProgress progress =
          new TrainingProgress(
              "r", 0, 1L, 1L, 1.0, 1.0, 1.0, 1.0, null, 0.0, Map.of(), Map.of(), 0L, ordinal, 0L,
              null);
      var unused = producer.send(topics.progress().record("r", progress));
      producer.commitTransaction();
    }
  }

  private List<CurriculumSequence> read(Topics.Run topics) {
    List<CurriculumSequence> all = new ArrayList<>();
    kafka.scan(topics.curriculum(), record -> all.add(record.value()));
    return all;
  }
}
