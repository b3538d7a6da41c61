package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.cli.Millrace;
import dev.millrace.cli.RunSettings;
import dev.millrace.evaluator.EvaluatorService;
import dev.millrace.runtime.artifacts.Artifacts;
import dev.millrace.runtime.artifacts.S3Artifacts;
import dev.millrace.runtime.artifacts.S3Location;
import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.EvaluationStatus;
import dev.millrace.schemas.Hash128;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Segment;
import dev.millrace.schemas.TokenSequence;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.ChildJvm;
import dev.millrace.testkit.LocalS3;
import dev.millrace.testkit.LogCapture;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import dev.millrace.tokenizer.BpeTrainer;
import dev.millrace.tokenizer.Tokenizer;
import dev.millrace.trainer.TrainerRun;
import dev.millrace.trainer.TrainerService;
import dev.millrace.trainer.Vocabulary;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A trainer and an evaluator that share nothing but Kafka and an object store, which is away for a
 * while and spoils what it keeps. What they leave is what they would have left in a folder.
 */
@WithKafka
class ArtifactsInObjectStoreTest {
  private static final String RUN_FILE =
      """
      name: %s
      model: {layers: 1, heads: 2, width: 16, contextLength: 24}
      training:
        lrSchedulerType: constant
        warmupSteps: 0
        perDeviceTrainBatchSize: 2
        maxSteps: %d
        saveSteps: 2
        saveTotalLimit: 2
        bf16: false
        threads: 1
      evaluation: {heldOutTokens: 10_000, heldOutWait: 0s, provider: cpu, threads: 1, sampleTokens: 4}
      """;

  private static final int VOCABULARY = 300;
  private static final int SEQUENCES = 20; // Ten steps.
  private static final long CACHE_BYTES = 1L << 30;
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final S3Location PLACE = S3Location.of("s3://mill/team");

  private final KafkaConnection kafka;
  private final Topics topics;
  private final LocalS3 server = LocalS3.start();
  private final S3Client client = server.client();
  private final LogCapture log = LogCapture.start();
  @TempDir Path directory;

  ArtifactsInObjectStoreTest(TestKafka kafka) throws Exception {
    this.kafka = KafkaConnection.to(kafka.bootstrap());
    this.topics = new Topics(kafka.freshPrefix());
    client.createBucket(r -> r.bucket(PLACE.bucket()));
  }

  @AfterEach
  void stop() {
    log.close();
    client.close();
    server.close();
  }

  /** Away from a file of one checkpoint until the next checkpoint is asked for. */
  private final class Outage implements ExecutionInterceptor {
    private boolean over;

    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      if (context.request() instanceof PutObjectRequest put && put.key().contains("/step-2-")) {
        server.goAway();
      }
    }

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
      if (over || !(context.request() instanceof ListObjectsV2Request list)) return;
      if (!list.prefix().contains("/step-4-")) return;
      over = true;
      try {
        server.comeBack();
      } catch (Exception e) { // As the server declares it.
        throw new IllegalStateException(e);
      }
    }
  }

  private S3Client interrupted() {
    return S3Client.builder()
        .endpointOverride(server.endpoint())
        .forcePathStyle(true)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(LocalS3.KEY_ID, LocalS3.SECRET)))
        .overrideConfiguration(o -> o.addExecutionInterceptor(new Outage()))
        .build();
  }

  /** As of a machine that has nothing yet. */
  private Artifacts stored(S3Client with, String machine) {
    return S3Artifacts.of(with, PLACE, directory.resolve(machine), CACHE_BYTES);
  }

  private static RunSettings settings(String run, int steps) {
    return RunFile.parse(RUN_FILE.formatted(run, steps), "run.yaml", RunSettings.class).value();
  }

  private void train(String run, int steps, Artifacts artifacts) throws IOException {
    RunSettings settings = settings(run, steps);
    Path json = directory.resolve("tokenizer.json");
    Tokenizer tokenizer = Tokenizer.read(json);
    Vocabulary vocabulary =
        new Vocabulary(
            json,
            tokenizer.id(),
            tokenizer.vocabularySize(),
            tokenizer.endOfText(),
            tokenizer.special(),
            Set.of());
    TrainerRun trained =
        new TrainerRun(run, topics, RUN_FILE.formatted(run, steps), vocabulary, artifacts);
    try (TrainerService service =
        new TrainerService(
            trained, settings.model(), settings.training(), kafka, new SimpleMeterRegistry())) {
      service.run();
    }
  }

  private List<EvaluationResult> evaluate(int results, Artifacts artifacts) throws Exception {
    RunSettings settings = settings("stored", 1);
    EvaluatorService service =
        new EvaluatorService(
            new EvaluatorService.Setup(
                "stored",
                settings.domains(),
                topics,
                kafka,
                settings.evaluation(),
                settings.model().contextLength(),
                artifacts,
                directory.resolve("scratch")),
            new SimpleMeterRegistry());
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> running =
          thread.submit(
              () -> {
                service.run();
                return "";
              });
      List<EvaluationResult> all =
          Await.until(
              results + " results",
              SOON,
              this::results,
              r -> r.size() >= results || running.isDone());
      service.stop();
      running.get();
      return all;
    } finally {
      thread.shutdownNow();
      service.close();
    }
  }

  private List<EvaluationResult> results() {
    List<EvaluationResult> results = new ArrayList<>();
    kafka.scan(topics.evaluations(), record -> results.add(record.value()));
    return results;
  }

  private List<CheckpointPublished> announced() {
    List<CheckpointPublished> announced = new ArrayList<>();
    kafka.scan(
        topics.checkpoints(),
        record -> {
          if (record.key().equals("stored")) announced.add(record.value());
        });
    return announced;
  }

  private List<String> names() {
    return announced().stream()
        .map(c -> "step-%d-attempt-%d".formatted(c.getStep(), c.getAttempt()))
        .toList();
  }

  /** Of each step, as the last attempt has it. */
  private Map<Long, Double> losses(String run) {
    Map<Long, Double> losses = new TreeMap<>();
    kafka.scan(
        topics.run(run).progress(),
        record -> {
          TrainingProgress step = record.value();
          losses.put(step.getStep(), step.getLoss());
        });
    return losses;
  }

  private void prepare() throws Exception {
    List<Topic<?, ?>> all = new ArrayList<>(topics.all());
    for (String run : List.of("stored", "plain")) all.addAll(topics.run(run).all(List.of("text")));
    try (Admin admin = kafka.admin()) {
      admin
          .createTopics(
              all.stream()
                  .map(
                      t -> new NewTopic(t.name(), t.partitions(1), (short) 1).configs(t.settings()))
                  .toList())
          .all()
          .get();
      KafkaConnection.awaitLeaders(admin, all.stream().map(t -> t.name()).toList());
    }
    String text = "The mill turns in the river, and the river turns in the mill. ";
    BpeTrainer learner = new BpeTrainer();
    learner.add(text.repeat(20));
    learner.train(VOCABULARY).write(directory.resolve("tokenizer.json"));
    Tokenizer tokenizer = Tokenizer.read(directory.resolve("tokenizer.json"));
    try (Producer<byte[], byte[]> producer =
        kafka.transactionalProducer(topics.prefix() + "test")) {
      producer.initTransactions();
      producer.beginTransaction();
      for (int i = 1; i <= 4; i++) { // Documents are compared with themselves, one by one.
        send(producer, topics.heldOut().record("id" + i, heldOut("id" + i, text.repeat(i))));
      }
      for (String run : List.of("stored", "plain")) {
        for (CurriculumSequence sequence : curriculum(tokenizer)) {
          send(producer, topics.run(run).curriculum().record(sequence.getOrdinal(), sequence));
        }
      }
      producer.commitTransaction();
    }
  }

  private static void send(
      Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
    if (producer.send(record).isCancelled()) throw new IllegalStateException("was not sent");
  }

  private static RefinedDocument heldOut(String id, String text) {
    return RefinedDocument.newBuilder()
        .setId(id)
        .setDomain("text")
        .setText(text)
        .setContentHash(new Hash128(new byte[16]))
        .setOrigin(new LogPosition(0, 0L))
        .build();
  }

  private static List<CurriculumSequence> curriculum(Tokenizer tokenizer) {
    Random random = new Random(7);
    List<CurriculumSequence> sequences = new ArrayList<>();
    for (long ordinal = 0; ordinal < SEQUENCES; ordinal++) {
      List<Integer> tokens = random.ints(20, 0, tokenizer.vocabularySize()).boxed().toList();
      Segment segment = new Segment("d" + ordinal, new LogPosition(0, ordinal), 0, 20, true);
      TokenSequence sequence =
          new TokenSequence(
              "s" + ordinal, "text", tokens, List.of(segment), 32, Map.of(), tokenizer.id());
      sequences.add(new CurriculumSequence(ordinal, 0, "text", ordinal, 0, sequence));
    }
    return sequences;
  }

  private void forget(String machine) throws IOException {
    try (Stream<Path> tree = Files.walk(directory.resolve(machine))) {
      tree.sorted(Comparator.reverseOrder()).forEach(ArtifactsInObjectStoreTest::delete);
    }
  }

  private static void delete(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> keys() {
    return client.listObjectsV2(r -> r.bucket(PLACE.bucket())).contents().stream()
        .map(S3Object::key)
        .toList();
  }

  private String key(String checkpoint, String file) {
    return keys().stream()
        .filter(k -> k.contains("/" + checkpoint + "/") && k.endsWith("/" + file))
        .min(Comparator.comparing(String::length))
        .orElseThrow();
  }

  private void flipABit(String key) {
    byte[] bytes = client.getObjectAsBytes(r -> r.bucket(PLACE.bucket()).key(key)).asByteArray();
    bytes[bytes.length / 2] ^= 1;
    client.putObject(r -> r.bucket(PLACE.bucket()).key(key), RequestBody.fromBytes(bytes));
  }

  private void assertLogged(String line) {
    List<String> lines = log.lines();
    assertTrue(lines.stream().anyMatch(l -> l.contains(line)), () -> String.join("\n", lines));
  }

  @Test
  void trainsResumesAndEvaluatesThroughOutageAndDamage() throws Exception {
    prepare();
    try (S3Client outage = interrupted()) {
      train("stored", 4, stored(outage, "trainer"));
    }
    assertEquals(List.of("step-0-attempt-1", "step-4-attempt-1"), names());
    assertLogged("The checkpoint of step 2 could not be saved; training goes on");
    assertFalse(keys().stream().anyMatch(k -> k.contains("/step-2-")), keys().toString());

    List<EvaluationResult> first = evaluate(2, stored(client, "evaluator"));
    assertEquals(EvaluationStatus.EVALUATED, first.get(1).getStatus(), first.get(1).getReason());
    assertTrue(first.get(1).getArtifacts().get("documentSums").startsWith("s3://mill/team/eval"));
    assertEquals(0, first.get(1).getSets().get(0).getPrevious().getStep());

    forget("trainer");
    train("stored", 6, stored(client, "trainer"));
    forget("trainer");
    flipABit(key("step-6-attempt-2", "model.safetensors"));
    train("stored", 8, stored(client, "trainer"));
    assertLogged(
        "The checkpoint of step 6 is damaged, the one before it is tried: s3://mill/team/");
    forget("trainer");
    String manifest = key("step-8-attempt-3", "manifest.json");
    client.deleteObject(r -> r.bucket(PLACE.bucket()).key(manifest));
    train("stored", 10, stored(client, "trainer"));
    assertLogged("step-8-attempt-3: is not there, or not whole");
    assertEquals(
        List.of(
            "step-0-attempt-1",
            "step-4-attempt-1",
            "step-6-attempt-2",
            "step-6-attempt-3",
            "step-8-attempt-3",
            "step-8-attempt-4",
            "step-10-attempt-4"),
        names());

    train("plain", 10, Artifacts.in(directory.resolve("plain")));
    assertEquals(losses("plain"), losses("stored"));

    List<EvaluationResult> all = evaluate(7, stored(client, "evaluator"));
    assertEquals(
        List.of(true, true, false, true, false, true, true),
        all.stream().map(r -> r.getStatus() == EvaluationStatus.EVALUATED).toList());
    assertVerifiedByCommand("step-10-attempt-4");
    assertOneOfTheFirstTwoIsGone();
    assertFalse(log.lines().stream().anyMatch(l -> l.contains(LocalS3.SECRET)));
    assertSumsWentWithIt();
  }

  /** The newest two stay, the best, and what was not evaluated when the last one was saved. */
  private void assertOneOfTheFirstTwoIsGone() {
    List<String> firstTwo = List.of("/step-0-attempt-1/", "/step-4-attempt-1/");
    List<String> keys = keys();
    assertEquals(
        1,
        firstTwo.stream().filter(n -> keys.stream().anyMatch(k -> k.contains(n))).count(),
        keys.toString());
  }

  private void assertSumsWentWithIt() {
    List<String> keys = keys();
    for (String name : List.of("step-0-attempt-1", "step-4-attempt-1")) {
      assertEquals(
          keys.stream().anyMatch(k -> k.contains("/checkpoints/stored/" + name + "/")),
          keys.stream().anyMatch(k -> k.contains("/evaluations/stored/" + name + "-offset-")),
          keys.toString());
    }
  }

  private void assertVerifiedByCommand(String checkpoint) {
    String place = "s3://mill/team/checkpoints/stored/" + checkpoint;
    ChildJvm.Command command =
        ChildJvm.of(Millrace.class)
            .arguments("checkpoint", "verify", place, "--dir", directory.resolve("c").toString());
    for (Map.Entry<String, String> variable : server.environment().entrySet()) {
      command = command.environment(variable.getKey(), variable.getValue());
    }
    try (ChildJvm verify = command.start(directory.resolve("verify.log"))) {
      assertEquals(0, verify.awaitExit(SOON), verify.output());
      assertTrue(verify.output().contains(place + ": step 10, "), verify.output());
      assertFalse(verify.output().contains(LocalS3.SECRET));
    }
  }
}
