package dev.millrace.trainer;

import dev.millrace.runtime.artifacts.Artifacts;
import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.Segment;
import dev.millrace.schemas.TokenSequence;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.TestKafka;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;

/**
 * Runs of a model that fits in a test, each with topics of its own, on curricula that were written
 * before.
 *
 * @param directory for artifacts, one below it a run
 */
record TestRuns(KafkaConnection kafka, Topics topics, Path directory) {
  static final int VOCABULARY = 97;
  static final String TOKENIZER = "0123456789abcdef";
  static final int CONTEXT = 24;

  /** Of objectives that want any; others take them for tokens like all. */
  private static final Map<String, Integer> MARKS =
      Map.of("<s>", 93, "</s>", 94, "<pad>", 95, "<mask>", 96);

  /** What a run file would say; the tests add to it. */
  static final String MODEL =
      """
      model: {layers: 2, heads: 2, width: 32, contextLength: 24, dropout: 0.1}
      """;

  /** Eight sequences a step, checkpoints of steps 0, 5, 10 and 12. */
  static final String TWELVE_STEPS =
      MODEL
          + """
          training:
            learningRate: 1e-2
            warmupSteps: 2
            cooldownFraction: 0
            perDeviceTrainBatchSize: 8
            maxSteps: 12
            saveSteps: 5
            bf16: false
            threads: 1
          """;

  private static final Duration LONG = Duration.ofMinutes(2);

  record Sections(ModelConfig model, TrainingConfig training) {}

  /** With topics that no other test has. */
  static TestRuns create(TestKafka kafka, Path directory) throws Exception {
    return create(KafkaConnection.to(kafka.bootstrap()), directory);
  }

  /** As above, on any broker. */
  static TestRuns create(KafkaConnection kafka, Path directory) throws Exception {
    TestRuns runs = new TestRuns(kafka, new Topics(UUID.randomUUID() + "."), directory);
    runs.createTopics(runs.topics.all());
    return runs;
  }

  private void createTopics(Collection<Topic<?, ?>> all) throws Exception {
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
  }

  /** A run whose curriculum is empty. */
  TrainerRun run(String name, String yaml) throws Exception {
    createTopics(topics.run(name).all(List.of()));
    return existing(name, yaml);
  }

  /** The same run again. */
  TrainerRun existing(String name, String yaml) throws IOException {
    Path tokenizer = directory.resolve("tokenizer.json");
    if (!Files.exists(tokenizer)) Files.writeString(tokenizer, "{}");
    Vocabulary vocabulary =
        new Vocabulary(tokenizer, TOKENIZER, VOCABULARY, 0, MARKS, Set.of(7, 48));
    return new TrainerRun(name, topics, yaml, vocabulary, Artifacts.in(directory));
  }

  private static Sections sections(TrainerRun run) {
    return RunFile.parse(run.runFile(), "run.yaml", Sections.class).value();
  }

  /** How many sequences the first steps of a run take. */
  static int sequences(TrainerRun run, int steps) {
    TrainingConfig training = sections(run).training();
    return IntStream.range(0, steps).map(step -> training.shapeOf(step, CONTEXT).sequences()).sum();
  }

  TrainerService service(TrainerRun run) throws IOException {
    return service(run, new SimpleMeterRegistry());
  }

  TrainerService service(TrainerRun run, MeterRegistry meters) throws IOException {
    Sections sections = sections(run);
    return new TrainerService(run, sections.model(), sections.training(), kafka, meters);
  }

  /** Trains in this process until the run is done, or fails. */
  void train(TrainerRun run) throws IOException {
    try (TrainerService service = service(run)) {
      service.run();
    }
  }

  /** As above on what there is so far, until the log has so many records of progress. */
  void stopAfter(TrainerRun run, int records) throws Exception {
    try (TrainerService service = service(run);
        InBackground background = InBackground.run(service)) {
      Await.until("the steps are done", LONG, () -> progress(run).size() == records);
      service.stop();
      background.awaitEnd(LONG);
    }
  }

  /** As {@link #curriculum}, each with documents of its own. */
  static List<CurriculumSequence> manyDocuments(int count, long seed) {
    List<CurriculumSequence> sequences = curriculum(count, seed);
    for (CurriculumSequence sequence : sequences) {
      for (Segment segment : sequence.getSequence().getSegments()) {
        segment.setDocumentId(segment.getDocumentId() + sequence.getOrdinal());
      }
    }
    return sequences;
  }

  /** Sequences of two domains, packed and cut at random. */
  static List<CurriculumSequence> curriculum(int count, long seed) {
    Random random = new Random(seed);
    List<CurriculumSequence> sequences = new ArrayList<>();
    for (long ordinal = 0; ordinal < count; ordinal++) {
      sequences.add(sequence(ordinal, random.nextBoolean() ? "text" : "code", random));
    }
    return sequences;
  }

  private static CurriculumSequence sequence(long ordinal, String domain, Random random) {
    int length = CONTEXT / 2 + random.nextInt(CONTEXT / 2 + 2);
    int cut = 1 + random.nextInt(length - 1);
    List<Integer> tokens = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      boolean begins = i == 0 || i == cut;
      // Neighbours are near each other, so that there is something to learn.
      int near = begins ? 0 : (tokens.get(i - 1) + 1 + random.nextInt(3)) % VOCABULARY;
      tokens.add(near);
    }
    List<Segment> segments =
        List.of(
            new Segment("a", new LogPosition(0, ordinal), 0, cut, random.nextBoolean()),
            new Segment("b", new LogPosition(0, ordinal), 0, length - cut, true));
    return new CurriculumSequence(
        ordinal,
        0,
        domain,
        ordinal,
        0,
        new TokenSequence("id" + ordinal, domain, tokens, segments, 32, Map.of(), TOKENIZER));
  }

  /** Writes sequences in transactions of several sizes, with an aborted one now and then. */
  void write(TrainerRun run, List<CurriculumSequence> sequences) {
    Topic<Long, CurriculumSequence> topic = run.own().curriculum();
    try (Producer<byte[], byte[]> producer =
        kafka.transactionalProducer(topics.prefix() + run.name() + ".test-curriculum")) {
      producer.initTransactions();
      for (int from = 0, size = 1; from < sequences.size(); from += size, size = 1 + from % 37) {
        List<CurriculumSequence> some =
            sequences.subList(from, Math.min(sequences.size(), from + size));
        if (size % 5 == 0) {
          transaction(producer, topic, some);
          producer.abortTransaction();
        }
        transaction(producer, topic, some);
        producer.commitTransaction();
      }
    }
  }

  private static void transaction(
      Producer<byte[], byte[]> producer,
      Topic<Long, CurriculumSequence> topic,
      List<CurriculumSequence> sequences) {
    producer.beginTransaction();
    sequences.stream()
        .map(sequence -> topic.record(sequence.getOrdinal(), sequence))
        .forEach(record -> producer.send(record).isDone());
    producer.flush();
  }

  /** Every progress record, in the log's order. */
  List<TrainingProgress> progress(TrainerRun run) {
    List<TrainingProgress> all = new ArrayList<>();
    kafka.scan(run.own().progress(), record -> all.add(record.value()));
    return all;
  }

  /** One record a step: the last attempt's. */
  Map<Long, TrainingProgress> history(TrainerRun run) {
    Map<Long, TrainingProgress> history = new TreeMap<>();
    progress(run).forEach(progress -> history.put(progress.getStep(), progress));
    return history;
  }

  /** Every announced checkpoint of a run, in the log's order. */
  List<CheckpointPublished> checkpoints(TrainerRun run) {
    List<CheckpointPublished> all = new ArrayList<>();
    kafka.scan(
        topics.checkpoints(),
        record -> {
          if (record.key().equals(run.name())) all.add(record.value());
        });
    return all;
  }

  /** The last announced one. */
  CheckpointPublished lastCheckpoint(TrainerRun run) {
    List<CheckpointPublished> all = checkpoints(run);
    return all.get(all.size() - 1);
  }

  static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
