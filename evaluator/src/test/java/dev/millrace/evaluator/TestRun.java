package dev.millrace.evaluator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.runtime.artifacts.Artifacts;
import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.EvaluationStatus;
import dev.millrace.schemas.Hash128;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Retraction;
import dev.millrace.schemas.Retractions;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.Manifest;
import dev.millrace.testkit.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** A run on a real broker, as its other services leave it: topics, held-out text, checkpoints. */
final class TestRun implements AutoCloseable {
  /** More than the models here take. */
  static final int WINDOW = 1 << 20;

  static final Duration SOON = Duration.ofSeconds(60);
  private static final int PARTITIONS = 2;
  private static final Origin RAW = new Origin(0, 0L); // Where every document came from.

  final String name = "run";
  final Topics topics;
  final KafkaConnection kafka;
  final Path directory;
  private Path artifacts;
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Producer<byte[], byte[]> producer;
  private final Consumer<String, EvaluationResult> reader;
  private final List<EvaluationResult> seen = new ArrayList<>();

  private TestRun(Topics topics, KafkaConnection kafka, Path directory) {
    this.topics = topics;
    this.kafka = kafka;
    this.directory = directory;
    this.artifacts = directory.resolve("artifacts");
    this.producer = kafka.transactionalProducer(topics.prefix() + "test");
    this.reader = kafka.reader(topics.evaluations());
    producer.initTransactions();
  }

  static TestRun create(String bootstrap, Path directory) throws Exception {
    Topics topics = new Topics("evaluator-" + UUID.randomUUID() + ".");
    KafkaConnection kafka = KafkaConnection.to(bootstrap);
    List<Topic<?, ?>> all =
        List.of(
            topics.heldOut(),
            topics.retracted(),
            topics.checkpoints(),
            topics.evaluations(),
            topics.evaluationsJson());
    try (Admin admin = kafka.admin()) {
      admin.createTopics(all.stream().map(TestRun::newTopic).toList()).all().get();
      KafkaConnection.awaitLeaders(admin, all.stream().map(t -> t.name()).toList());
    }
    return new TestRun(topics, kafka, directory);
  }

  private static NewTopic newTopic(Topic<?, ?> topic) {
    return new NewTopic(topic.name(), topic.partitions(PARTITIONS), (short) 1)
        .configs(topic.settings());
  }

  private long send(ProducerRecord<byte[], byte[]> record) throws Exception {
    producer.beginTransaction();
    var sent = producer.send(record);
    producer.commitTransaction();
    return sent.get().offset();
  }

  /** Records without a value, as anybody may write them. */
  void writeEmpty() throws Exception {
    send(topics.checkpoints().record(0, "run", null));
    send(topics.evaluations().record(0, "run", null));
  }

  /** Puts a document into {@code documents.held-out} and returns its offset. */
  long holdOut(int partition, String domain, String text) throws Exception {
    return send(topics.heldOut().record(partition, hash(text), document(domain, text)));
  }

  /** Takes back every document of a text. */
  void takeBack(String text) throws Exception {
    Retraction retraction = new Retraction(text, RAW.partition(), RAW.offset() + 1, List.of());
    send(topics.retracted().record(Retractions.key(RAW.partition(), text), retraction));
  }

  private static RefinedDocument document(String domain, String text) throws Exception {
    return RefinedDocument.newBuilder()
        .setId(text)
        .setDomain(domain)
        .setText(text)
        .setContentHash(new Hash128(digest(text)))
        .setOrigin(new LogPosition(RAW.partition(), RAW.offset()))
        .build();
  }

  private static byte[] digest(String text) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(bytes), 16);
  }

  private static String hash(String text) throws Exception {
    return HexFormat.of().formatHex(digest(text));
  }

  /** Writes a checkpoint. */
  CheckpointDirectory checkpoint(long step, TestModel model) throws IOException {
    return model.write(directory.resolve("checkpoints/step-" + step + "-attempt-1"));
  }

  /** Announces what the directory holds now, and returns the announcement's offset. */
  long announce(long step, CheckpointDirectory checkpoint) throws Exception {
    Map<String, String> files = new HashMap<>(Manifest.read(checkpoint.path()).hashes());
    return announce(
        CheckpointPublished.newBuilder()
            .setRun(name)
            .setAttempt(1)
            .setStep(step)
            .setTokens(step * 100)
            .setLoss(5)
            .setNextOrdinal(0)
            .setNextOffset(0)
            .setUri(checkpoint.path().toUri().toString())
            .setFiles(files)
            .setModelSpec(Files.readString(checkpoint.file(CheckpointDirectory.CONFIG)))
            .setTokenizer(TestModel.tokenizer(checkpoint).id())
            .setPublishedAt(Instant.now())
            .build());
  }

  long announce(CheckpointPublished checkpoint) throws Exception {
    return send(topics.checkpoints().record(checkpoint.getRun(), checkpoint));
  }

  /** Writes and announces. */
  long publish(long step, TestModel model) throws Exception {
    return announce(step, checkpoint(step, model));
  }

  /** What may be said of a test run in YAML, with a short wait for held-out text. */
  static EvaluationConfig config(String yaml) {
    String wait = yaml.contains("heldOutWait") ? "" : "heldOutWait: 0s\n";
    String settings = "provider: cpu\nthreads: 1\nsampleTokens: 4\n" + wait + yaml;
    return RunFile.parse(settings, "test", EvaluationConfig.class).value();
  }

  EvaluatorService.Setup setup(EvaluationConfig config, List<String> domains) {
    return new EvaluatorService.Setup(
        name,
        domains,
        topics,
        kafka,
        config,
        WINDOW,
        Artifacts.in(artifacts),
        directory.resolve("scratch"));
  }

  /** As where a run is moved to another machine. */
  void moveArtifacts() throws IOException {
    artifacts = Files.move(artifacts, directory.resolve("moved"));
  }

  Running start(EvaluationConfig config, List<String> domains) {
    return new Running(new EvaluatorService(setup(config, domains), meters));
  }

  /** Something that may fail. */
  interface Action {
    void run() throws Exception;
  }

  /** An evaluator runs meanwhile and is stopped then; whatever it failed with fails the test. */
  void whileEvaluating(EvaluationConfig config, List<String> domains, Action action)
      throws Exception {
    Running running = start(config, domains);
    try {
      action.run();
    } catch (Exception | AssertionError e) {
      running.stop().ifPresent(e::addSuppressed);
      throw e;
    }
    Optional<Throwable> end = running.stop();
    if (end.isPresent()) throw new AssertionError("the evaluator failed", end.get());
  }

  /** A service on a thread of its own. */
  static final class Running {
    private final EvaluatorService service;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread thread;

    Running(EvaluatorService service) {
      this.service = service;
      this.thread = new Thread(this::run, "evaluator");
      thread.start();
    }

    private void run() {
      try {
        service.run();
      } catch (Throwable e) {
        failure.set(e);
      }
    }

    boolean isAlive() {
      return thread.isAlive();
    }

    /** What it left with, once it has left. */
    Optional<Throwable> awaitEnd() throws InterruptedException {
      thread.join(SOON.toMillis());
      if (thread.isAlive()) throw new AssertionError("still running");
      return Optional.ofNullable(failure.get());
    }

    /** Stops it and waits for its end. */
    Optional<Throwable> stop() throws InterruptedException {
      service.stop();
      Optional<Throwable> end = awaitEnd();
      service.close();
      return end;
    }
  }

  /** All committed results, in order. */
  List<EvaluationResult> results() {
    List<EvaluationResult> results = new ArrayList<>();
    kafka.scan(
        topics.evaluations(),
        record -> {
          if (record.value() != null) results.add(record.value());
        });
    return results;
  }

  /** All committed results in JSON, in order. */
  List<JsonNode> json() {
    List<JsonNode> results = new ArrayList<>();
    kafka.scan(topics.evaluationsJson(), record -> results.add(parse(record.value())));
    return results;
  }

  private static JsonNode parse(String text) {
    try {
      return JsonMapper.builder().build().readTree(text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }

  List<EvaluationResult> awaitResults(int count) {
    return Await.until(count + " results", SOON, this::seen, r -> r.size() >= count);
  }

  /** What one reader has come across so far: cheaper than a new look at all. */
  private List<EvaluationResult> seen() {
    if (reader.assignment().isEmpty()) {
      List<TopicPartition> partition = List.of(new TopicPartition(topics.evaluations().name(), 0));
      reader.assign(partition);
      reader.seekToBeginning(partition);
    }
    reader
        .poll(Duration.ofMillis(200))
        .forEach(
            record -> {
              if (record.value() != null) seen.add(record.value());
            });
    return List.copyOf(seen);
  }

  static List<EvaluationStatus> statuses(List<EvaluationResult> results) {
    return results.stream().map(EvaluationResult::getStatus).toList();
  }

  static List<Long> steps(List<EvaluationResult> results) {
    return results.stream().map(EvaluationResult::getStep).toList();
  }

  @Override
  public void close() {
    reader.close();
    producer.close();
  }
}
