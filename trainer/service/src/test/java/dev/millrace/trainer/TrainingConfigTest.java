package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.runtime.config.InvalidRunFileException;
import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.checkpoint.BartSpec;
import dev.millrace.schemas.checkpoint.BertSpec;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import dev.millrace.schemas.checkpoint.GptSpec;
import dev.millrace.schemas.checkpoint.LlamaSpec;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.schemas.checkpoint.Rope;
import dev.millrace.trainer.TrainingConfig.SchedulerType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingConfigTest {
  private record Sections(ModelConfig model, TrainingConfig training) {}

  private static Sections parse(String yaml) {
    return RunFile.parse(yaml, "run.yaml", Sections.class).value();
  }

  @Test
  void theDefaultsAreValid() {
    TrainingConfig training = parse("").training();
    assertEquals(SchedulerType.WSD, training.lrSchedulerType());
    assertEquals(8, training.sequencesPerStep());
  }

  @Test
  void readsTheWordsOfHuggingFace() {
    TrainingConfig training =
        parse(
                """
                training:
                  learningRate: 3e-4
                  lrSchedulerType: cosine
                  maxSteps: 2k
                  bf16: false
                  gradientAccumulationSteps: 4
                  peakTeraflops: 989
                """)
            .training();
    assertEquals(SchedulerType.COSINE, training.lrSchedulerType());
    assertEquals(2000, training.maxSteps());
    assertEquals(TrainingConfig.Bf16.FALSE, training.bf16());
    assertEquals(32, training.sequencesPerStep());
    assertEquals(989.0, training.peakTeraflops().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fp16: true | fp16 is not supported",
        "bf16: maybe | bf16: is one of auto, true, false",
        "learningRate: 0 | learningRate must be positive",
        "warmupSteps: -1 | warmupSteps must not be negative",
        "cooldownFraction: 1.5 | cooldownFraction must be from 0 to 1",
        "minLrRate: 2 | minLrRate must be from 0 to 1",
        "optim: adafactor | is one of adamw-torch-fused, adamw-torch, muon",
        "muonMomentum: 1 | muonMomentum must be",
        "weightDecay: -0.1 | weightDecay must not be negative",
        "adamBeta1: 1 | adamBeta1 must be",
        "adamBeta2: 1 | adamBeta2 must be",
        "adamEpsilon: 0 | adamEpsilon must be positive",
        "maxGradNorm: 0 | maxGradNorm must be positive",
        "maskedLm: {mlmProbability: 0} | mlmProbability must be more than 0",
        "maskedLm: {maskReplaceProb: 1.1} | maskReplaceProb must be from 0 to 1",
        "maskedLm: {randomReplaceProb: 0.3} | randomReplaceProb must be from 0 to what",
        "denoising: {mlmProbability: 1} | mlmProbability must be more than 0 and less than 1",
        "denoising: {poissonLambda: 0} | poissonLambda must be from 0.5 to 100",
        "denoising: {noise: []} | noise must name one at least",
        "denoising: {noise: [span]} | is one of token-masking, token-deletion, text-infilling",
        "'denoising: {noise: [token-masking, token-masking]}' | noise names one twice",
        "perDeviceTrainBatchSize: 0 | perDeviceTrainBatchSize must be at least 1",
        "gradientAccumulationSteps: 0 | gradientAccumulationSteps must be at least 1",
        "batchRamp: [{untilStep: 0, gradientAccumulationSteps: 1}] | untilStep must be at least 1",
        "batchRamp: [{untilStep: 9}] | gradientAccumulationSteps: is missing",
        "batchRamp: [{untilSteps: 9}] | did you mean untilStep?",
        "contextRamp: [{untilStep: 9, contextLength: 1}] | contextLength must be at least 2",
        "contextRamp: [{untilStep: 9, contextLength: 8}, {untilStep: 9, contextLength: 16}]"
            + " | contextRamp must go from earlier steps to later ones: [9, 9]",
        "branch: {run: main, step: 0} | step must be at least 1",
        "branch: {run: main, step: 200} | branch wants maxSteps",
        "branch: {run: main, step: 50} | branch wants maxSteps, where its cooldown ends",
        "maxSteps: 0 | maxSteps must be at least 1",
        "saveSteps: 0 | saveSteps must be at least 1",
        "saveTotalLimit: 1 | saveTotalLimit must be at least 2",
        "loggingSteps: 0 | loggingSteps must be at least 1",
        "threads: -1 | threads must not be negative",
        "nonFiniteStepsMax: 0 | nonFiniteStepsMax must be at least 1",
        "spikes: {policy: undo} | is one of none, skip, rewind",
        "spikes: {window: 1} | window must be at least 2",
        "spikes: {zMax: 1} | spikes.zMax: is no known key",
        "peakTeraflops: 0 | peakTeraflops must be positive",
        "lrSchedulerType: cosine | maxSteps must be given",
        "lrSchedulerType: linear | maxSteps must be given",
        "maxSteps: 100 | warmupSteps do not fit",
        "learning_rate: 1 | did you mean learningRate?",
        "betas: 1 | is no known key"
      })
  void refusesByName(String setting, String problem) {
    InvalidRunFileException e =
        assertThrows(InvalidRunFileException.class, () -> parse("training:\n  " + setting + "\n"));
    assertTrue(e.getMessage().contains(problem), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "deepspeed: ds.json | one process trains the whole model",
        "fsdp: full_shard | one process trains the whole model",
        "num_train_epochs: 3 | say maxSteps",
        "warmupRatio: 0.1 | say warmupSteps",
        "tf32: true | TORCH_ALLOW_TF32_CUBLAS_OVERRIDE=1",
        "torch_compile: true | one scripted call already",
        "useCpu: true | say device: cpu"
      })
  void saysWhyItWillNotDoWhatHuggingFaceDoes(String setting, String because) {
    InvalidRunFileException e =
        assertThrows(InvalidRunFileException.class, () -> parse("training:\n  " + setting + "\n"));
    assertTrue(e.getMessage().contains(": is refused: "), e.getMessage());
    assertTrue(e.getMessage().contains(because), e.getMessage());
  }

  /** The course of constant and of constant_with_warmup, by Hugging Face's words. */
  @Test
  void aConstantRateHasAWarmUpOnlyWhereItsNameSaysSo() {
    TrainingConfig without = parse("training: {lrSchedulerType: constant}").training();
    TrainingConfig with = parse("training: {lrSchedulerType: constant_with_warmup}").training();
    assertEquals(6e-4, without.schedule().learningRateAt(0));
    assertEquals(6e-6, with.schedule().learningRateAt(0), 1e-18);
    assertEquals(6e-4, with.schedule().learningRateAt(99));
  }

  @Test
  void warmUpAndCooldownMayFillTheRun() {
    TrainingConfig training =
        parse("training: {maxSteps: 100, warmupSteps: 80, cooldownFraction: 0.2}").training();
    assertEquals(6e-4, training.schedule().learningRateAt(79));
    assertTrue(training.schedule().learningRateAt(81) < 6e-4);
  }

  @Test
  void rampsDependOnTheStepAlone() {
    TrainingConfig training =
        parse(
                """
                training:
                  gradientAccumulationSteps: 8
                  batchRamp:
                    - {untilStep: 10, gradientAccumulationSteps: 2}
                    - {untilStep: 30, gradientAccumulationSteps: 4}
                  contextRamp: [{untilStep: 20, contextLength: 64}]
                """)
            .training();
    assertEquals(new StepShape(8, 2, 64), training.shapeOf(0, 256));
    assertEquals(new StepShape(8, 2, 64), training.shapeOf(9, 256));
    assertEquals(new StepShape(8, 4, 64), training.shapeOf(10, 256));
    assertEquals(new StepShape(8, 4, 256), training.shapeOf(20, 256));
    assertEquals(new StepShape(8, 8, 256), training.shapeOf(30, 256));
    assertEquals(64, training.sequencesPerStep());
  }

  @Test
  void aRampThatFallsCountsWithItsLargestStep() {
    String yaml = "training: {batchRamp: [{untilStep: 5, gradientAccumulationSteps: 3}]}";
    assertEquals(24, parse(yaml).training().sequencesPerStep());
  }

  @Test
  void refusesAContextThatTheModelDoesNotHave() {
    TrainingConfig training =
        parse("training: {contextRamp: [{untilStep: 5, contextLength: 257}]}").training();
    training.check("run", parse("model: {contextLength: 257}").model());
    ModelConfig shorter = parse("model: {contextLength: 256}").model();
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> training.check("run", shorter));
    assertEquals(
        "training.contextRamp must not go beyond model.contextLength, 256: 257", e.getMessage());
  }

  @Test
  void aStreamWithoutEndHasNoCooldown() {
    assertEquals(6e-4, parse("").training().schedule().learningRateAt(1L << 40));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "family: mamba | is one of gpt2",
        "keyValueHeads: 4 | keyValueHeads is a setting of family llama",
        "ropeTheta: 1e6 | ropeTheta is a setting of family llama",
        "{family: llama, keyValueHeads: 5} | heads must be a multiple of keyValueHeads: 12 and 5",
        "{family: llama, keyValueHeads: 0} | heads must be a multiple of keyValueHeads: 12 and 0",
        "{family: llama, width: 36} | width / heads must be even",
        "{family: llama, intermediateSize: 0} | intermediateSize must be at least 1: 0",
        "{family: llama, ropeTheta: 1} | ropeTheta must be more than 1: 1.0",
        "ropeScaling: {ropeType: yarn, factor: 4} | ropeScaling is a setting of family llama",
        "{family: llama, ropeScaling: {factor: 4}} | model.ropeScaling.ropeType: is missing",
        "{family: llama, ropeScaling: {ropeType: linear, factor: 0.5}} | factor must be at least 1",
        "{family: llama, ropeScaling: {ropeType: dynamic, factor: 2}} | is one of linear, llama3, y",
        "{family: llama, ropeScaling: {ropeType: linear, factor: 2, originalMaxPositionEmbeddings: 9}}"
            + " | originalMaxPositionEmbeddings is a setting of ropeType llama3 and yarn",
        "{family: llama, ropeScaling: {ropeType: yarn, factor: 2, originalMaxPositionEmbeddings: 0}}"
            + " | originalMaxPositionEmbeddings must be at least 1: 0",
        "layers: 0 | layers must be at least 1",
        "heads: 0 | heads must be at least 1",
        "heads: 7 | width must be a multiple of heads",
        "contextLength: 1 | contextLength must be at least 2",
        "{family: bert, contextLength: 4} | contextLength must be at least 5: 4",
        "{family: bart, contextLength: 3} | contextLength must be at least 4: 3",
        "{family: bert, documentMasks: true} | documentMasks is a setting of families gpt2, gpt and",
        "{family: bart, ropeTheta: 5e5} | ropeTheta is a setting of family llama",
        "intermediateSize: 88 | intermediateSize is a setting of families llama, bert and bart",
        "dropout: 1 | dropout must be at least 0 and less than 1"
      })
  void refusesModelsByName(String setting, String problem) {
    InvalidRunFileException e =
        assertThrows(InvalidRunFileException.class, () -> parse("model:\n  " + setting + "\n"));
    assertTrue(e.getMessage().contains(problem), e.getMessage());
  }

  @Test
  void theFirstGptIsAFamilyOfItsOwn() {
    Vocabulary vocabulary =
        new Vocabulary(Path.of("tokenizer.json"), "00", 300, 299, Map.of(), Set.of());
    assertEquals(
        new GptSpec(300, 512, 768, 12, 12, 0, 299),
        parse("model: {family: gpt, contextLength: 512}").model().spec(vocabulary));
  }

  @Test
  void aLlamaTakesWhatIsNotGivenFromLlamasPapers() {
    Vocabulary vocabulary =
        new Vocabulary(Path.of("tokenizer.json"), "00", 300, 299, Map.of(), Set.of());
    Rope rope = new Rope(10_000, new Rope.Unscaled());
    assertEquals(
        new LlamaSpec(300, 1024, 4096, 11008, 32, 32, 128, 12, rope, false, 0, 299, 299, 1e-5),
        parse("model: {family: llama, width: 4096, heads: 32}").model().spec(vocabulary));
    String given =
        "keyValueHeads: 4, intermediateSize: 88, ropeTheta: 5e5, tieWordEmbeddings: true";
    assertEquals(
        new LlamaSpec(
            300,
            1024,
            768,
            88,
            12,
            4,
            64,
            12,
            new Rope(5e5, new Rope.Unscaled()),
            true,
            0,
            299,
            299,
            1e-5),
        parse("model: {family: llama, " + given + "}").model().spec(vocabulary));
  }

  /** As a config.json of theirs has it that leaves the rest out. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ropeType: linear, factor: 2 | \"rope_type\": \"linear\", \"factor\": 2",
        "ropeType: yarn, factor: 4 | \"rope_type\": \"yarn\", \"factor\": 4",
        "ropeType: yarn, factor: 4, originalMaxPositionEmbeddings: 256"
            + " | \"rope_type\": \"yarn\", \"original_max_position_embeddings\": 256",
        "ropeType: llama3, factor: 8, originalMaxPositionEmbeddings: 128"
            + " | \"rope_type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 1,"
            + " \"high_freq_factor\": 4, \"original_max_position_embeddings\": 128"
      })
  void aLlamasPositionsAreStretchedAsHuggingFaceSays(String ours, String theirs) {
    Vocabulary vocabulary =
        new Vocabulary(Path.of("tokenizer.json"), "00", 300, 299, Map.of(), Set.of());
    ModelConfig asked = parse("model: {family: llama, ropeScaling: {" + ours + "}}").model();
    LlamaSpec spec = (LlamaSpec) asked.spec(vocabulary);
    LlamaSpec read =
        (LlamaSpec)
            ModelSpec.fromConfigJson(
                spec.toConfigJson()
                    .replaceFirst(
                        "(?s)\"rope_scaling\" : \\{[^}]*}", "\"rope_scaling\": {" + theirs + "}"));
    assertEquals(read, spec);
    asked.mustAskFor(read, vocabulary);
    ModelConfig unscaled = parse("model: {family: llama}").model();
    unscaled.mustAskFor(read, vocabulary); // What it does not say is the model's own.
    assertEquals(
        "the model's rope_scaling is not model.ropeScaling",
        assertThrows(
                IllegalArgumentException.class,
                () -> asked.mustAskFor(unscaled.spec(vocabulary), vocabulary))
            .getMessage());
  }

  /** Settings that would have no effect are mistakes. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "gpt2 | maskedLm: {} | training.maskedLm is a setting of model.family bert",
        "bert | denoising: {} | training.denoising is a setting of model.family bart",
        "bert | perDeviceTrainBatchSize: 1 | must make steps of 2 sequences at least",
        "bert | contextRamp: [{untilStep: 5, contextLength: 4}] | room for marks and text, 5 tokens"
      })
  void objectivesGoWithTheirModels(String family, String setting, String problem) {
    Sections sections = parse("model: {family: " + family + "}\ntraining: {" + setting + "}\n");
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> sections.training().check("run", sections.model()));
    assertTrue(e.getMessage().contains(problem), e.getMessage());
  }

  @Test
  void bertAndBartTakeTheirMarksFromTheTokenizer() {
    Map<String, Integer> special = Map.of("<s>", 300, "<pad>", 301, "</s>", 302, "<mask>", 303);
    Vocabulary vocabulary =
        new Vocabulary(Path.of("tokenizer.json"), "00", 304, 302, special, Set.of());
    ModelConfig bert = parse("model: {family: bert, contextLength: 512}").model();
    assertEquals(
        new BertSpec(304, 512, 768, 3072, 12, 12, 2, 0, 301, 1e-12), bert.spec(vocabulary));
    assertEquals(509, bert.packedLength());
    assertEquals(List.of("[PAD]", "[CLS]", "[SEP]", "[MASK]"), bert.specialTokens());
    ModelConfig bart = parse("model: {family: bart, layers: 6, dropout: 0.1}").model();
    BartSpec.Side side = new BartSpec.Side(6, 12, 3072);
    assertEquals(
        new BartSpec(304, 1024, 768, side, side, 0.1, 300, 301, 302, 302), bart.spec(vocabulary));
    assertEquals(1022, bart.packedLength());
    assertEquals(1024, parse("").model().packedLength());
    Vocabulary without =
        new Vocabulary(Path.of("tokenizer.json"), "00", 300, 299, Map.of(), Set.of());
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> bert.spec(without));
    assertTrue(e.getMessage().startsWith("tokenizer.json has no special token [CLS] or <s>, none"));
  }

  @Test
  void theModelTakesItsVocabularyFromTheTokenizer() {
    Vocabulary vocabulary =
        new Vocabulary(Path.of("tokenizer.json"), "00", 300, 299, Map.of(), Set.of());
    assertEquals(new Gpt2Spec(300, 1024, 768, 12, 12, 0, 299), parse("").model().spec(vocabulary));
  }
}
