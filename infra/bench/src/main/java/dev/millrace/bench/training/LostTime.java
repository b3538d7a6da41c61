package dev.millrace.bench.training;

import dev.millrace.bench.BenchBroker;
import dev.millrace.runtime.artifacts.Artifacts;
import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.Segment;
import dev.millrace.schemas.TokenSequence;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import dev.millrace.schemas.checkpoint.LlamaSpec;
import dev.millrace.trainer.ModelConfig;
import dev.millrace.trainer.ModelConfig.Family;
import dev.millrace.trainer.TrainerRun;
import dev.millrace.trainer.TrainerService;
import dev.millrace.trainer.TrainingConfig;
import dev.millrace.trainer.Vocabulary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;

/**
 * What share of a whole run goes on waiting: a trainer with a broker of its own, whose sequences
 * are in the log before it starts. Arguments: a size, {@code gpt2-14m} where there is none, steps
 * (200), and steps between checkpoints (100; a run file's default is 500).
 */
final class LostTime {
  private static final String RUN = "bench";
  private static final String TOKENIZER = "0123456789abcdef";
  private static final int BATCH = 8;

  private LostTime() {}

  private record Section(TrainingConfig training) {}

  public static void main(String[] arguments) throws Exception {
    measure(
        TrainedSize.of(arguments.length > 0 ? arguments[0] : "gpt2-14m"),
        arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200,
        arguments.length > 2 ? Integer.parseInt(arguments[2]) : 100,
        Runtime.getRuntime().availableProcessors());
  }

  static void measure(TrainedSize size, int steps, int saveSteps, int threads) throws Exception {
    String runFile =
        """
        training:
          maxSteps: %d
          saveSteps: %d
          warmupSteps: 1
          perDeviceTrainBatchSize: %d
          threads: %d
        """
            .formatted(steps, saveSteps, BATCH, threads);
    MeterRegistry meters = new SimpleMeterRegistry();
    try (BenchBroker broker = new BenchBroker()) {
      Topics topics = new Topics("bench.");
      broker.create(topics.all(), 1);
      broker.create(topics.run(RUN).all(List.of()), 1);
      write(broker, topics.run(RUN).curriculum(), size, steps * BATCH);
      Path tokenizer = Files.writeString(broker.directory().resolve("tokenizer.json"), "{}");
      Vocabulary vocabulary =
          new Vocabulary(tokenizer, TOKENIZER, size.spec().vocabularySize(), 0, Map.of(), Set.of());
      TrainerRun run =
          new TrainerRun(RUN, topics, runFile, vocabulary, Artifacts.in(broker.directory()));
      TrainingConfig training =
          RunFile.parse(runFile, "run.yaml", Section.class).value().training();
      try (TrainerService service =
          new TrainerService(run, model(size), training, broker.connection(), meters)) {
        service.run();
      }
    }
    print(size, steps, saveSteps, meters);
  }

  private static ModelConfig model(TrainedSize size) {
    if (size.spec() instanceof Gpt2Spec gpt2) {
      return new ModelConfig(
          Family.GPT2,
          gpt2.layers(),
          gpt2.heads(),
          gpt2.width(),
          size.length(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          0,
          false);
    }
    LlamaSpec llama = (LlamaSpec) size.spec();
    return new ModelConfig(
        Family.LLAMA,
        llama.layers(),
        llama.heads(),
        llama.width(),
        size.length(),
        Optional.of(llama.keyValueHeads()),
        Optional.of(llama.innerWidth()),
        Optional.empty(),
        Optional.empty(),
        Optional.of(llama.tiedHead()),
        0,
        false);
  }

  /** Documents that fill a context each. */
  private static void write(
      BenchBroker broker, Topic<Long, CurriculumSequence> topic, TrainedSize size, int count) {
    SplittableRandom random = new SplittableRandom(3);
    int tokens = size.length() + 1;
    try (Producer<byte[], byte[]> producer =
        broker.connection().transactionalProducer("bench.curriculum")) {
      producer.initTransactions();
      producer.beginTransaction();
      for (long ordinal = 0; ordinal < count; ordinal++) {
        String id = Long.toString(ordinal);
        List<Integer> ids = random.ints(tokens, 0, size.spec().vocabularySize()).boxed().toList();
        Segment document = new Segment(id, new LogPosition(0, ordinal), 0, tokens, true);
        TokenSequence sequence =
            new TokenSequence(
                id, "bench", ids, List.of(document), size.length(), Map.of(), TOKENIZER);
        producer
            .send(
                topic.record(
                    ordinal, new CurriculumSequence(ordinal, 0, "bench", ordinal, 0, sequence)))
            .isDone();
      }
      producer.commitTransaction();
    }
  }

  private static void print(TrainedSize size, int steps, int saveSteps, MeterRegistry meters) {
    double all = seconds(meters, "seconds");
    var saving = meters.get("millrace.trainer.checkpoint").timer();
    System.out.printf(
        "%s, a run of %d steps with a checkpoint every %d: %.1f s, of which it waited %.2f %% for"
            + " sequences, %.2f %% for checkpoints (%d, %.2f s each) and %.2f %% for records%n",
        size.word(),
        steps,
        saveSteps,
        all,
        100 * seconds(meters, "data.wait.seconds") / all,
        100 * seconds(meters, "checkpoint.wait.seconds") / all,
        saving.count(),
        saving.mean(TimeUnit.MILLISECONDS) / 1e3,
        100 * seconds(meters, "record.wait.seconds") / all);
  }

  private static double seconds(MeterRegistry meters, String name) {
    return meters.get("millrace.trainer." + name).functionCounter().count();
  }
}
