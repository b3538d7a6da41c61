package dev.millrace.evaluator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.evaluator.EvaluationConfig.Device;
import dev.millrace.evaluator.sampling.Sampler;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import dev.millrace.tokenizer.Tokenizer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against plain loops over transformers: see src/test/python/objectives_golden.py. */
class ObjectivesGoldenTest {
  private static final ModelOptions CPU = new ModelOptions(Device.CPU, 1);
  private static final double RELATIVE = 1e-5;
  private static final int STRIDE = 5;

  @TempDir Path directory;

  private static Path golden(String family) throws URISyntaxException {
    return Path.of(ObjectivesGoldenTest.class.getResource(family + "-golden/golden.json").toURI())
        .getParent();
  }

  private static double[] doubles(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .mapToDouble(JsonNode::doubleValue)
        .toArray();
  }

  private static int[] ints(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::intValue).toArray();
  }

  private static JsonNode numbers(Path directory) throws IOException {
    return new ObjectMapper().readTree(directory.resolve("golden.json").toFile());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "bart"})
  void nllEqualsTransformersWithAndWithoutAStride(String family) throws Exception {
    Path model = golden(family);
    JsonNode numbers = numbers(model);
    assertArrayEquals(
        ints(numbers.get("ids")),
        Tokenizer.read(model.resolve(CheckpointDirectory.TOKENIZER))
            .encode(Files.readString(model.resolve("text.txt"))));
    assertScore(
        doubles(numbers.get("nll")),
        Score.of(model, model.resolve("text.txt"), OptionalInt.empty(), CPU));
    assertScore(
        doubles(numbers.get("nllOfStride")),
        Score.of(model, model.resolve("text.txt"), OptionalInt.of(STRIDE), CPU));
  }

  /** Of the one document, number 0: the places that N divides. */
  @ParameterizedTest
  @ValueSource(ints = {2, 16, 1000})
  void ofOneTokenInSoManyTheSumIsThatOfTheirPlaces(int every) throws Exception {
    Path bert = golden("bert");
    double[] all = doubles(numbers(bert).get("nll"));
    double[] some =
        IntStream.range(0, all.length)
            .filter(i -> i % every == 0)
            .mapToDouble(i -> all[i])
            .toArray();
    Score score = Score.of(bert, bert.resolve("text.txt"), OptionalInt.empty(), every, CPU);
    assertEquals(some.length, score.tokens());
    double nll = Arrays.stream(some).sum();
    assertEquals(nll, score.nll(), RELATIVE * nll);
    assertTrue(score.definition().contains("one token in " + every + ","), score.definition());
  }

  @Test
  void aModelThatMasksNoTokenLeavesNoneOut() throws Exception {
    Path bart = golden("bart");
    Path text = bart.resolve("text.txt");
    String said =
        assertThrows(
                IllegalArgumentException.class,
                () -> Score.of(bart, text, OptionalInt.empty(), 2, CPU))
            .getMessage();
    assertEquals("maskedEvery is for masked models, this one's objective is denoising", said);
  }

  /** The sum, and by the standard error the sum of squares. */
  private static void assertScore(double[] expected, Score score) {
    double nll = Arrays.stream(expected).sum();
    double squares = Arrays.stream(expected).map(v -> v * v).sum();
    double mean = nll / expected.length;
    double variance = squares / expected.length - mean * mean;
    assertEquals(expected.length, score.tokens()); // No special token counts.
    assertEquals(nll, score.nll(), RELATIVE * nll);
    assertEquals(Math.exp(mean), score.tokenPerplexity(), 1e-4 * Math.exp(mean));
    assertEquals(Math.sqrt(variance / (expected.length - 1)), score.nllStandardError(), 1e-4);
  }

  @Test
  void scoresSayByWhichObjective() throws Exception {
    Path bert = golden("bert");
    Path bart = golden("bart");
    Score masked = Score.of(bert, bert.resolve("text.txt"), OptionalInt.empty(), CPU);
    Score denoising = Score.of(bart, bart.resolve("text.txt"), OptionalInt.empty(), CPU);
    assertEquals("masked", masked.json().get("objective").textValue());
    assertEquals("denoising", denoising.json().get("objective").textValue());
    assertEquals(16, masked.contextLength());
    assertEquals(14, masked.stride()); // Two places are for the marks.
    assertTrue(masked.definition().startsWith("pseudo-log-likelihood"), masked.definition());
    assertTrue(denoising.definition().startsWith("infilling"), denoising.definition());
  }

  @Test
  void aStrideHasNoRoomForTheMarks() throws Exception {
    Path bert = golden("bert");
    assertThrows(
        IllegalArgumentException.class,
        () -> Score.of(bert, bert.resolve("text.txt"), OptionalInt.of(15), CPU));
  }

  @Test
  void bartWritesOnWhatTransformersFindsLikeliest() throws Exception {
    Path bart = golden("bart");
    JsonNode numbers = numbers(bart);
    int[] written = ints(numbers.get("written"));
    Generation generation =
        Generation.of(
            bart, numbers.get("prompt").textValue(), written.length, new Sampler(0, 0), 1, CPU);
    String expected = Tokenizer.read(bart.resolve(CheckpointDirectory.TOKENIZER)).decode(written);
    assertEquals(expected, generation.text());
  }

  @Test
  void bertContinuesNoText() throws Exception {
    Path bert = golden("bert");
    String said =
        assertThrows(
                IllegalArgumentException.class,
                () -> Generation.of(bert, "the ", 3, new Sampler(0, 0), 1, CPU))
            .getMessage();
    assertEquals(bert + ": a model of model_type \"bert\" fills gaps and continues no text", said);
  }

  @Test
  void aTokenizerWithoutAMaskIsNamed() throws Exception {
    Path bert = golden("bert");
    for (String name : new String[] {"config.json", "model.safetensors", "text.txt"}) {
      Files.copy(bert.resolve(name), directory.resolve(name));
    }
    TestModel.writeTokenizer(directory.resolve(CheckpointDirectory.TOKENIZER));
    Files.writeString(
        directory.resolve(CheckpointDirectory.CONFIG),
        Files.readString(bert.resolve("config.json"))
            .replace("\"vocab_size\": 96", "\"vocab_size\": 300"));
    String said =
        assertThrows(
                DamagedCheckpointException.class,
                () -> Score.of(directory, directory.resolve("text.txt"), OptionalInt.empty(), CPU))
            .getMessage();
    assertEquals(
        directory.resolve(CheckpointDirectory.TOKENIZER) + ": no special token [CLS] or <s>", said);
  }
}
