package dev.millrace.curriculum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.ControlCommand;
import dev.millrace.schemas.ControlKind;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.LenientValues;
import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.Retraction;
import dev.millrace.schemas.Segment;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class CurriculumServiceTest {
  private static final List<String> DOMAINS = List.of("code", "docs");
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final LogPosition RAW = new LogPosition(0, 0L); // Where every document came from.
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

  /** Kill -9 as soon as it says so: the mixture holds once, from the ordinal that it says. */
  @Test
  void aMixtureIsObeyedOnceThoughItsSchedulerIsKilled(@TempDir Path directory) throws Exception {
    createTopics();
    Topics.Run topics = new Topics(prefix).run("r");
    for (String domain : DOMAINS) writeSequences(topics.sequences(domain), 200, new Random(9));
    try (ChildJvm child = start(directory, "before")) {
      Await.until("it is ahead", SOON, () -> read(topics).size() == 64);
      order(topics, mixture("more-docs", Map.of("docs", 1.0)));
      Await.until("it says so", SOON, () -> acknowledged(topics).size() == 1);
      child.kill9();
    }
    order(topics, mixture("more-docs", Map.of("code", 1.0))); // The same id: the same command.
    order(topics, mixture("poems", Map.of("poems", 1.0)));
    trainerReaches(topics, 64);
    try (ChildJvm child = start(directory, "after")) {
      Await.until("it goes on", SOON, () -> read(topics).size() == 128);
      child.kill9();
    }
    assertEquals(
        List.of("more-docs 64 APPLIED null", "poems 64 REFUSED poems is no domain of this run"),
        acknowledged(topics).stream()
            .map(
                a ->
                    "%s %d %s %s"
                        .formatted(
                            a.getCommand().getId(), a.getOrdinal(), a.getOutcome(), a.getReason()))
            .toList());
    List<CurriculumSequence> released = read(topics);
    assertTrue(released.subList(0, 64).stream().anyMatch(r -> r.getDomain().equals("code")));
    assertTrue(released.subList(64, 128).stream().allMatch(r -> r.getDomain().equals("docs")));
    assertEquals(
        LongStream.range(0, 128).boxed().toList(),
        released.stream().map(CurriculumSequence::getOrdinal).toList());
  }

  @Test
  void progressWithoutAValueIsPassedOver() throws Exception {
    createTopics();
    Topics.Run topics = new Topics(prefix).run("r");
    writeSequences(topics.sequences("docs"), 70, new Random(5));
    kafka.writeTogether("rubbish-", List.of(topics.progress().record(0, "r", null)));
    try (CurriculumService service = service(bootstrap, prefix)) {
      CompletableFuture<Void> run = CompletableFuture.runAsync(service::run);
      Await.until("it is ahead", SOON, () -> read(topics).size() == 64);
      trainerReaches(topics, 64);
      Await.until("it releases the rest", SOON, () -> read(topics).size() == 70);
      service.stop();
      run.get();
    }
  }

  @Test
  void whatIsNoCommandIsPassedOver() throws Exception {
    createTopics();
    Topics.Run topics = new Topics(prefix).run("r");
    writeSequences(topics.sequences("docs"), 10, new Random(4));
    kafka.writeTogether(
        "rubbish-",
        List.of(
            topics.control().record(0, "tombstone", null),
            new ProducerRecord<>(topics.control().name(), null, new byte[] {1, 2, 3}),
            topics.controlAcknowledged().record(0, "tombstone", null),
            new ProducerRecord<>(topics.controlAcknowledged().name(), new byte[] {1})));
    order(topics, mixture("only-docs", Map.of("docs", 1.0)));
    try (CurriculumService service = service(bootstrap, prefix)) {
      CompletableFuture<Void> run = CompletableFuture.runAsync(service::run);
      Await.until("it obeys", SOON, () -> acknowledged(topics).size() == 1);
      Await.until("it releases", SOON, () -> read(topics).size() == 10);
      service.stop();
      run.get();
    }
  }

  private ChildJvm start(Path directory, String name) throws Exception {
    return ChildJvm.of(Main.class)
        .arguments(bootstrap, prefix)
        .start(directory.resolve(name + ".log"));
  }

  private static ControlCommand mixture(String id, Map<String, Double> weights) {
    return ControlCommand.newBuilder()
        .setId(id)
        .setKind(ControlKind.MIXTURE)
        .setMixture(weights)
        .setIssuedAt(Instant.now())
        .build();
  }

  private List<ControlAcknowledged> acknowledged(Topics.Run topics) {
    List<ControlAcknowledged> all = new ArrayList<>();
    LenientValues<ControlAcknowledged> values = new LenientValues<>(topics.controlAcknowledged());
    kafka.scan(
        topics.controlAcknowledged().withValues(Serdes.ByteArray()),
        record -> values.of(record).ifPresent(all::add));
    return all;
  }

  private void order(Topics.Run topics, ControlCommand command) {
    kafka.writeTogether("orders-", List.of(topics.control().record(command.getId(), command)));
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

  /**
   * Before the scheduler begins, and while a sequence waits in its window for the trainer: the
   * ordinals have no gap.
   */
  @Test
  void whatWasTakenBackIsNotReleased() throws Exception {
    createTopics();
    Topics.Run topics = new Topics(prefix).run("r");
    int lead = 64;
    writeSequences(topics.sequences("code"), lead + 10, new Random(1));
    String first = topics.sequences("code").name() + 0;
    takeBack(first);
    try (CurriculumService service = service(bootstrap, prefix)) {
      CompletableFuture<Void> run = CompletableFuture.runAsync(service::run);
      Await.until("it is far enough ahead", SOON, () -> read(topics).size() == lead);
      Set<String> waiting = documents(topics.sequences("code"));
      waiting.removeAll(documents(read(topics)));
      waiting.remove(first);
      assertEquals(9, waiting.size());
      String second = waiting.iterator().next();
      takeBack(second);
      trainerReaches(topics, lead);
      Await.until("the rest is released", SOON, () -> read(topics).size() == lead + 8);
      service.stop();
      run.get();
      List<CurriculumSequence> released = read(topics);
      waiting.remove(second);
      assertTrue(documents(released).containsAll(waiting));
      assertFalse(documents(released).contains(first));
      assertFalse(documents(released).contains(second));
      assertEquals(
          LongStream.range(0, lead + 8).boxed().toList(),
          released.stream().map(CurriculumSequence::getOrdinal).toList());
    }
  }

  private void takeBack(String document) {
    try (Producer<byte[], byte[]> producer = kafka.transactionalProducer("takes-back")) {
      producer.initTransactions();
      producer.beginTransaction();
      Retraction retraction =
          new Retraction(document, RAW.getPartition(), RAW.getOffset() + 1, List.of());
      var unused = producer.send(new Topics(prefix).retracted().record(document, retraction));
      producer.commitTransaction();
    }
  }

  private Set<String> documents(Topic<String, TokenSequence> topic) {
    Set<String> documents = new HashSet<>();
    kafka.scan(topic, record -> documents.add(document(record.value())));
    return documents;
  }

  private static Set<String> documents(List<CurriculumSequence> released) {
    return released.stream().map(r -> document(r.getSequence())).collect(Collectors.toSet());
  }

  private static String document(TokenSequence sequence) {
    return sequence.getSegments().get(0).getDocumentId();
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
          var unused =
              producer.send(
                  topic.record(topic.name() + written, sequence(topic.name() + written, random)));
        }
        producer.commitTransaction();
      }
    }
  }

  private static TokenSequence sequence(String document, Random random) {
    return new TokenSequence(
        "id",
        "domain",
        random.ints(9, 0, 100).boxed().toList(),
        List.of(new Segment(document, RAW, 0, 9, true)),
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
              null, List.of());
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
