package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Graph.Input;
import dev.millrace.model.Reference;
import dev.millrace.model.Shapes;
import dev.millrace.model.StoredWeights;
import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.Probe;
import dev.millrace.schemas.checkpoint.WeightFiles;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every objective from the curriculum's records to a checkpoint, on text that people spoke. */
@WithKafka
class RealTextTest {
  private static final int VOCABULARY = 320;
  private static final String RUN_FILE =
      """
      model: {family: %s, layers: 2, heads: 4, width: 64, contextLength: 64}
      training:
        learningRate: %s
        warmupSteps: 20
        cooldownFraction: 0.2
        perDeviceTrainBatchSize: 16
        maxSteps: %d
        saveSteps: 1000
        bf16: false
        threads: 2
      """;

  private record Sections(ModelConfig model) {}

  private final TestKafka kafka;
  @TempDir Path directory;

  RealTextTest(TestKafka kafka) {
    this.kafka = kafka;
  }

  /** Below what is known without looking at any other token: how frequent each is. */
  @ParameterizedTest
  @CsvSource({
    "gpt2, 3e-3, 150, ''",
    "bert, 2e-3, 300, 'attention_mask next_sentence_label token_type_ids'",
    "bart, 5e-3, 120, 'attention_mask decoder_input_ids'"
  })
  void theLossFallsBelowTheUnigrams(String family, String learningRate, int steps, String further)
      throws Exception {
    TestRuns runs = TestRuns.create(kafka, directory);
    String yaml = RUN_FILE.formatted(family, learningRate, steps);
    ModelConfig model =
        RunFile.parse(yaml.lines().findFirst().get(), "", Sections.class).value().model();
    List<String> special =
        model.specialTokens().isEmpty() ? List.of("<|endoftext|>") : model.specialTokens();
    Speeches speeches = Speeches.read(1000);
    Vocabulary vocabulary =
        speeches.vocabulary(VOCABULARY, special, directory.resolve("tokenizer.json"));
    TrainerRun empty = runs.run(family, yaml);
    TrainerRun run = new TrainerRun(family, empty.topics(), yaml, vocabulary, empty.artifacts());
    var curriculum = speeches.curriculum(vocabulary, model.packedLength());
    runs.write(run, curriculum.subList(0, 16 * steps));
    runs.train(run);
    List<TrainingProgress> progress = runs.progress(run);
    assertEquals(steps, progress.size());
    double unigrams = unigramNats(speeches, vocabulary);
    double first = languageModelLoss(progress.subList(0, 1));
    double last = languageModelLoss(progress.subList(steps - 20, steps));
    double pairs = furtherLoss(progress.subList(steps - 40, steps));
    System.out.printf(
        "%s: %.3f to %.3f nats, unigrams %.3f; next sentences %.3f to %.3f%n",
        family, first, last, unigrams, furtherLoss(progress.subList(0, 1)), pairs);
    assertEquals(Math.log(VOCABULARY), first, 0.3);
    assertTrue(last < unigrams - 0.1, last + " nats, and unigrams have " + unigrams);
    Path config = directory(runs, run).file(CheckpointDirectory.TOKENIZER_CONFIG);
    assertEquals(!model.specialTokens().isEmpty(), Files.exists(config));
    if (family.equals("bert")) {
      assertTrue(pairs < Math.log(2) - 0.02, pairs + " nats of a pair, and a coin has ln 2");
      assertTrue(Files.readString(config).contains("\"mask_token\" : \"[MASK]\""));
    }
    checkProbe(directory(runs, run), further);
  }

  private static CheckpointDirectory directory(TestRuns runs, TrainerRun run) {
    return CheckpointDirectory.at(runs.lastCheckpoint(run).getUri());
  }

  private static double languageModelLoss(List<TrainingProgress> progress) {
    return progress.stream()
        .mapToDouble(step -> step.getDomainLoss().get("speeches"))
        .average()
        .orElseThrow();
  }

  /** Of the heads beside the language model: whether the second text follows the first. */
  private static double furtherLoss(List<TrainingProgress> progress) {
    return progress.stream().mapToDouble(TrainingProgress::getLoss).average().orElseThrow()
        - languageModelLoss(progress);
  }

  private static double unigramNats(Speeches speeches, Vocabulary vocabulary) throws Exception {
    int[] counts = new int[vocabulary.size()];
    int all = 0;
    for (var sequence : speeches.curriculum(vocabulary, 1000)) {
      List<Integer> tokens = sequence.getSequence().getTokens();
      for (int token : tokens.subList(1, tokens.size())) {
        counts[token]++;
        all++;
      }
    }
    double nats = 0;
    for (int count : counts) {
      if (count > 0) nats -= (double) count / all * Math.log((double) count / all);
    }
    return nats;
  }

  /** What was recorded for whoever exports the weights is what the plain computation gives. */
  private static void checkProbe(CheckpointDirectory saved, String further) throws Exception {
    Probe probe = saved.probe();
    assertEquals(
        further.isEmpty() ? Set.of() : Set.of(further.split(" ")), probe.further().keySet());
    Architecture architecture = Architectures.of(saved.spec());
    Shapes shapes = Shapes.of(architecture);
    assertEquals(architecture.objective().name().toLowerCase(Locale.ROOT), probe.objective());
    Map<Input, long[]> batch = new EnumMap<>(Input.class);
    for (Input input : shapes.inputs()) {
      batch.put(input, flat(rows(probe, input)));
    }
    try (WeightFiles files = WeightFiles.open(saved)) {
      List<double[]> nll =
          Reference.nllOfHeads(
              architecture, StoredWeights.of(files, shapes), batch, probe.inputs().size());
      assertRecorded(nll.get(0), probe.nll());
      assertEquals(nll.size() - 1, probe.headNll().size());
      for (int i = 1; i < nll.size(); i++) {
        assertRecorded(nll.get(i), probe.headNll().get(shapes.heads().get(i).name()));
      }
    }
  }

  private static void assertRecorded(double[] nll, List<List<Float>> rows) {
    List<Float> recorded = rows.stream().flatMap(List::stream).toList();
    assertEquals(nll.length, recorded.size());
    for (int at = 0; at < nll.length; at++) {
      assertEquals(nll[at], recorded.get(at), 1e-4 * Math.max(1, Math.abs(nll[at])), "at " + at);
    }
  }

  private static List<List<Integer>> rows(Probe probe, Input input) {
    if (input == Input.INPUT_IDS) return probe.inputs();
    if (input.id().equals("labels")) return probe.labels();
    return probe.further().get(input.id());
  }

  private static long[] flat(List<List<Integer>> rows) {
    return rows.stream().flatMap(List::stream).mapToLong(Integer::longValue).toArray();
  }
}
