package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.millrace.model.Architectures;
import dev.millrace.model.Initialiser;
import dev.millrace.model.Parameter;
import dev.millrace.model.Shapes;
import dev.millrace.model.WeightSource;
import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.Segment;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.ElementType;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.schemas.checkpoint.SafetensorsWriter;
import dev.millrace.schemas.checkpoint.Tensor;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A run that begins with a model of which some weights are too large for numbers to hold. */
@WithKafka
class NonFiniteStepTest {
  private static final int SEQUENCES_PER_STEP = 8;

  private static final String RUN_FILE = TestRuns.TWELVE_STEPS + "  nonFiniteStepsMax: 2\n";

  private final TestKafka kafka;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  @TempDir Path directory;
  private TestRuns runs;

  NonFiniteStepTest(TestKafka kafka) {
    this.kafka = kafka;
  }

  @BeforeEach
  void listen() throws Exception {
    runs = TestRuns.create(kafka, directory);
    log.start();
    logger().addAppender(log);
  }

  @AfterEach
  void listenNoMore() {
    logger().detachAppender(log);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(StepLog.class);
  }

  private TrainerRun run(String weight, float[] values, int from) throws Exception {
    TrainerRun run = runs.run("large", RUN_FILE);
    ModelConfig asked = RunFile.parse(RUN_FILE, "", TestRuns.Sections.class).value().model();
    ModelSpec spec = asked.spec(run.vocabulary());
    Shapes shapes = Shapes.of(Architectures.of(spec));
    WeightSource initial = Initialiser.weights(shapes, 1);
    Map<String, float[]> weights = new LinkedHashMap<>();
    for (Parameter parameter : shapes.parameters()) {
      weights.put(parameter.name(), initial.floats(parameter));
    }
    System.arraycopy(values, 0, weights.get(weight), from, values.length);
    Path hf = Files.createDirectory(directory.resolve("hf"));
    Files.writeString(hf.resolve(CheckpointDirectory.CONFIG), spec.toConfigJson());
    Files.copy(run.vocabulary().tokenizerJson(), hf.resolve(CheckpointDirectory.TOKENIZER));
    List<Tensor> tensors = new ArrayList<>();
    for (Parameter parameter : shapes.parameters()) {
      var chunks = WeightSource.of(weights).chunks(parameter.name());
      tensors.add(new Tensor(parameter.name(), ElementType.F32, parameter.shape(), chunks));
    }
    SafetensorsWriter.write(
        hf.resolve(CheckpointDirectory.MODEL), tensors, SafetensorsWriter.PYTORCH);
    ImportedModel.take(new CheckpointDirectory(hf), run, asked);
    return run;
  }

  /** The last position, which only the longest sequences reach; others are padded to it. */
  @Test
  void onlyTheDocumentsOfTheSequencesWithoutAFiniteLossAreNamed() throws Exception {
    float[] position = new float[32];
    for (int i = 0; i < position.length; i++) position[i] = i % 2 == 0 ? 3e38f : -3e38f;
    TrainerRun run = run("transformer.wpe.weight", position, 32 * (TestRuns.CONTEXT - 1));
    List<CurriculumSequence> all = TestRuns.manyDocuments(12 * SEQUENCES_PER_STEP, 59);
    runs.write(run, all);
    runs.train(run);

    List<String> expected = new ArrayList<>();
    long tokens = 0;
    for (TrainingProgress progress : runs.progress(run)) {
      List<CurriculumSequence> step = sequences(all, progress);
      List<CurriculumSequence> guilty =
          step.stream()
              .filter(sequence -> sequence.getSequence().getTokens().size() > TestRuns.CONTEXT)
              .toList();
      assertEquals(guilty.isEmpty() ? null : "loss is NaN", progress.getSkipped());
      if (!guilty.isEmpty()) {
        assertEquals(tokens, progress.getTokens());
        expected.add(warning(progress, "loss is NaN", guilty));
      }
      tokens = progress.getTokens();
    }
    assertTrue(!expected.isEmpty() && expected.size() < 12, expected.toString());
    assertEquals(expected, warnings());
  }

  /** Of a norm nobody knows whose it is. */
  @Test
  void aGradientNormThatIsNotFiniteIsRefusedWithAllDocumentsOfItsStep() throws Exception {
    float[] gains = new float[32];
    Arrays.fill(gains, 1e37f);
    TrainerRun run = run("transformer.ln_f.weight", gains, 0);
    List<CurriculumSequence> all = TestRuns.manyDocuments(12 * SEQUENCES_PER_STEP, 52);
    runs.write(run, all);
    IllegalStateException e = assertThrows(IllegalStateException.class, () -> runs.train(run));

    List<TrainingProgress> skipped = runs.progress(run);
    assertEquals(2, skipped.size());
    List<String> expected = new ArrayList<>();
    for (TrainingProgress progress : skipped) {
      assertTrue(Double.isFinite(progress.getLoss()), progress::toString);
      assertTrue(!Double.isFinite(progress.getGradientNorm()), progress::toString);
      assertEquals("gradient norm is " + progress.getGradientNorm(), progress.getSkipped());
      assertEquals(0, progress.getTokens());
      expected.add(warning(progress, progress.getSkipped(), sequences(all, progress)));
    }
    assertEquals(expected, warnings());
    String last = expected.get(1).replace("Step 2 is skipped", "the last one step 2");
    assertEquals("2 steps in a row changed nothing, " + last, e.getMessage());
  }

  private static List<CurriculumSequence> sequences(
      List<CurriculumSequence> all, TrainingProgress step) {
    return all.subList((int) step.getFirstOrdinal(), (int) step.getNextOrdinal());
  }

  private static String warning(
      TrainingProgress step, String why, List<CurriculumSequence> guilty) {
    String documents =
        guilty.stream()
            .flatMap(sequence -> sequence.getSequence().getSegments().stream())
            .map(Segment::getDocumentId)
            .collect(Collectors.joining(", "));
    return "Step %d is skipped, ordinals %d to %d: %s; of documents %s"
        .formatted(
            step.getStep(), step.getFirstOrdinal(), step.getNextOrdinal() - 1, why, documents);
  }

  private List<String> warnings() {
    return log.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.startsWith("Step "))
        .toList();
  }
}
