package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Law 3 for every schedule, optimizer and ramp, without a process of its own for each: a trainer
 * that goes on from a checkpoint some steps back gives the bits of one that never stopped.
 */
@WithKafka
class ResumeTest {
  private static final int STEPS = 12;
  private static final String RUN_FILE =
      TestRuns.MODEL
          + """
          training:
            learningRate: 1e-2
            warmupSteps: 2
            perDeviceTrainBatchSize: 4
            gradientAccumulationSteps: 2
            maxSteps: 12
            saveSteps: 4
            bf16: false
            threads: 1
          """;

  private final TestKafka kafka;
  @TempDir Path directory;

  ResumeTest(TestKafka kafka) {
    this.kafka = kafka;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lrSchedulerType: linear; batchRamp: [{untilStep: 3, gradientAccumulationSteps: 1},"
            + " {untilStep: 7, gradientAccumulationSteps: 3}]",
        "lrSchedulerType: cosine; contextRamp: [{untilStep: 3, contextLength: 7},"
            + " {untilStep: 6, contextLength: 12}]",
        "lrSchedulerType: constant_with_warmup; gradientCheckpointing: true; bf16: true",
        "lrSchedulerType: wsd; batchRamp: [{untilStep: 6, gradientAccumulationSteps: 1}];"
            + " contextRamp: [{untilStep: 7, contextLength: 9}]; optim: muon; bf16: true"
      })
  void goesOnBitByBit(String settings) throws Exception {
    goesOnBitByBit(TestRuns.MODEL, settings);
  }

  /** Examples are drawn from the ordinal and the seed, whichever trainer it is that draws. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "family: llama, keyValueHeads: 1, documentMasks: true, contextLength: 24 |"
            + " lrSchedulerType: constant; optim: muon",
        "family: bert, contextLength: 27 | lrSchedulerType: cosine; optim: muon; bf16: true;"
            + " batchRamp: [{untilStep: 6, gradientAccumulationSteps: 1}];"
            + " contextRamp: [{untilStep: 7, contextLength: 12}]",
        "family: bart, contextLength: 26 | lrSchedulerType: linear; gradientCheckpointing: true;"
            + " batchRamp: [{untilStep: 6, gradientAccumulationSteps: 1}];"
            + " contextRamp: [{untilStep: 7, contextLength: 12}]"
      })
  void goesOnBitByBitWhateverItLearns(String model, String settings) throws Exception {
    goesOnBitByBit(
        "model: {layers: 2, heads: 2, width: 32, dropout: 0.1, %s}%n".formatted(model), settings);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "family: llama, documentMasks: true, contextLength: 24 | lrSchedulerType: wsd",
        "family: gpt, documentMasks: true, contextLength: 24 | lrSchedulerType: wsd",
        "family: bert, contextLength: 27 | lrSchedulerType: wsd",
        "family: bart, contextLength: 26 | lrSchedulerType: wsd",
        "family: bart, contextLength: 26 | lrSchedulerType: linear; optim: muon;"
            + " denoising: {noise: [token-deletion, document-rotation, token-masking]}"
      })
  @Tag("long")
  void goesOnBitByBitAsRunFilesHaveIt(String model, String settings) throws Exception {
    goesOnBitByBitWhateverItLearns(model, settings);
  }

  private void goesOnBitByBit(String model, String settings) throws Exception {
    TestRuns runs = TestRuns.create(kafka, directory);
    String yaml =
        RUN_FILE.replace(TestRuns.MODEL, model).replace(conflicting(settings), "")
            + "  "
            + settings.replace(";", "\n ");
    TrainerRun whole = runs.run("whole", yaml);
    TrainerRun stopped = runs.run("stopped", yaml);
    int sixSteps = TestRuns.sequences(whole, 6);
    List<CurriculumSequence> all = TestRuns.manyDocuments(TestRuns.sequences(whole, STEPS), 21);
    List<CurriculumSequence> first = all.subList(0, sixSteps);
    List<CurriculumSequence> rest = all.subList(sixSteps, all.size());
    runs.write(whole, first); // In the same transactions, so that offsets are equal too.
    runs.write(whole, rest);
    runs.train(whole);

    runs.write(stopped, first);
    runs.stopAfter(stopped, 6);
    // As if it had been killed: of the two steps after the last checkpoint nothing is left.
    CheckpointPublished last = runs.lastCheckpoint(stopped);
    assertEquals(6, last.getStep());
    TestRuns.delete(CheckpointDirectory.at(last.getUri()).file(CheckpointDirectory.STATE));
    runs.write(stopped, rest);
    runs.train(stopped);

    Histories.assertComplete(runs.history(stopped), STEPS);
    Histories.assertSameSteps(runs.history(whole), runs.history(stopped));
    Histories.assertSameWeights(runs.lastCheckpoint(whole), runs.lastCheckpoint(stopped));
    assertEquals(STEPS + 2, runs.progress(stopped).size());
  }

  private static String conflicting(String settings) {
    return settings.contains("bf16") ? "  bf16: false\n" : "";
  }

  /** The tokens of a sequence are the same whether it was cut or not: a cursor counts sequences. */
  @Test
  void aContextRampTrainsOnTheSameTokensAtTheSameSteps() throws Exception {
    TestRuns runs = TestRuns.create(kafka, directory);
    List<CurriculumSequence> curriculum = TestRuns.curriculum(STEPS * 8, 22);
    TrainerRun plain = runs.run("plain", RUN_FILE);
    TrainerRun cut =
        runs.run("cut", RUN_FILE + "  contextRamp: [{untilStep: 6, contextLength: 5}]\n");
    for (TrainerRun run : List.of(plain, cut)) {
      runs.write(run, curriculum);
      runs.train(run);
    }
    Map<Long, TrainingProgress> expected = runs.history(plain);
    runs.history(cut)
        .forEach(
            (step, progress) -> {
              assertEquals(expected.get(step).getTokens(), progress.getTokens());
              assertEquals(expected.get(step).getDomainTokens(), progress.getDomainTokens());
              assertEquals(expected.get(step).getNextOrdinal(), progress.getNextOrdinal());
              assertEquals(expected.get(step).getNextOffset(), progress.getNextOffset());
            });
  }

  @Test
  void aBatchRampTakesEverySequenceOnce() throws Exception {
    TestRuns runs = TestRuns.create(kafka, directory);
    TrainerRun run =
        runs.run(
            "ramp",
            RUN_FILE
                + "  batchRamp: [{untilStep: 2, gradientAccumulationSteps: 1},"
                + " {untilStep: 5, gradientAccumulationSteps: 3}]\n");
    runs.write(run, TestRuns.curriculum(2 * 4 + 3 * 12 + 7 * 8, 23));
    runs.train(run);
    long next = 0;
    for (TrainingProgress progress : runs.progress(run)) {
      assertEquals(next, progress.getFirstOrdinal());
      long sequences = progress.getStep() <= 2 ? 4 : progress.getStep() <= 5 ? 12 : 8;
      next += sequences;
      assertEquals(next, progress.getNextOrdinal());
    }
    assertEquals(100, next);
  }
}
