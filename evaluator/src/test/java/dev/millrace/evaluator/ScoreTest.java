package dev.millrace.evaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.evaluator.EvaluationConfig.Device;
import dev.millrace.evaluator.metrics.DocumentSums;
import dev.millrace.evaluator.sampling.Sampler;
import dev.millrace.evaluator.scoring.Document;
import dev.millrace.evaluator.scoring.Reading;
import dev.millrace.model.Graph;
import dev.millrace.model.Reference;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import dev.millrace.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreTest {
  private static final ModelOptions CPU = new ModelOptions(Device.CPU, 1);
  private static final String TEXT =
      "The water turned the wheel, and the wheel\n turned a stone. Été in the mill: \uD83C\uDF3E!\n";

  private final TestModel model = TestModel.of(5, 8);
  private CheckpointDirectory checkpoint;
  private Tokenizer tokenizer;

  @TempDir Path directory;

  @BeforeEach
  void writeCheckpoint() throws IOException {
    checkpoint = model.write(directory.resolve("checkpoint"));
    tokenizer = TestModel.tokenizer(checkpoint);
    assertEquals(TestModel.END_OF_TEXT, tokenizer.endOfText());
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  /** Strides of one token, of a part, and of the whole of the context of 16. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 16})
  void equalsTheDefinitionTokenByToken(int stride) throws IOException {
    int[] tokens = tokenizer.encode(TEXT);
    assertTrue(tokens.length > 2 * TestModel.CONTEXT + 5, "several windows: " + tokens.length);
    double[] expected = model.rollingNll(tokens, stride);
    Score score = Score.of(checkpoint.path(), file("text.txt", TEXT), OptionalInt.of(stride), CPU);
    double nll = Arrays.stream(expected).sum();
    assertEquals(nll, score.nll(), 1e-5 * nll);
    assertEquals(tokens.length, score.tokens());
    assertEquals(16, score.words()); // Counted by hand.
    assertEquals(TEXT.getBytes(StandardCharsets.UTF_8).length, score.bytes());
    assertEquals(1, score.documents());
    double perplexity = Math.exp(nll / tokens.length);
    assertEquals(perplexity, score.tokenPerplexity(), 1e-5 * perplexity);
    assertEquals(nll / score.bytes() / Math.log(2), score.bitsPerByte(), 1e-4);
    assertEquals(standardError(expected), score.nllStandardError(), 1e-5);
    assertEquals(stride, score.stride());
    assertEquals(TestModel.CONTEXT, score.contextLength());
    assertEquals("CPU", score.provider());
  }

  @Test
  void scoresALlamaByItsDefinitionToo() throws IOException {
    TestModel llama = TestModel.llama(5, 8);
    Path saved = llama.write(directory.resolve("llama")).path();
    double expected = Arrays.stream(llama.rollingNll(tokenizer.encode(TEXT), 5)).sum();
    Score score = Score.of(saved, file("text.txt", TEXT), OptionalInt.of(5), CPU);
    assertEquals(expected, score.nll(), 1e-5 * expected);
  }

  /** transformers leaves 50,256 in the settings of a smaller GPT-2. */
  @Test
  void anEndThatTheModelHasNotIsTheTokenizers() throws IOException {
    Path text = file("text.txt", TEXT);
    Score expected = Score.of(checkpoint.path(), text, OptionalInt.empty(), CPU);
    Path config = checkpoint.file(CheckpointDirectory.CONFIG);
    String end = "_token_id\" : " + TestModel.END_OF_TEXT;
    Files.writeString(config, Files.readString(config).replace(end, "_token_id\" : 50256"));
    assertFalse(Files.readString(config).contains(end), "replaced");
    Score score = Score.of(checkpoint.path(), text, OptionalInt.empty(), CPU);
    assertEquals(expected.nll(), score.nll());
  }

  private static double standardError(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / values.length / (values.length - 1));
  }

  @Test
  void moreContextIsAnotherResult() throws IOException {
    Path text = file("text.txt", TEXT);
    Score whole = Score.of(checkpoint.path(), text, OptionalInt.empty(), CPU);
    Score single = Score.of(checkpoint.path(), text, OptionalInt.of(1), CPU);
    assertEquals(TestModel.CONTEXT, whole.stride());
    assertTrue(Math.abs(whole.nll() - single.nll()) > 1e-3, whole + " and " + single);
  }

  @Test
  void documentsOfALineEachStandAlone() throws IOException {
    Path lines = file("two.jsonl", "{\"text\":\"the wheel\"}\n{\"text\":\"a stone\"}\n");
    Score score = Score.of(checkpoint.path(), lines, OptionalInt.empty(), CPU);
    double expected = 0;
    for (String text : List.of("the wheel", "a stone")) {
      expected += Arrays.stream(model.rollingNll(tokenizer.encode(text), 16)).sum();
    }
    assertEquals(expected, score.nll(), 1e-5 * expected);
    assertEquals(2, score.documents());
    assertEquals(4, score.words());
  }

  /** Documents of all lengths through batches of one window and of many. */
  @Test
  void batchingChangesNothingButRounding() throws IOException {
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < 30; i++) documents.add(Document.of(TEXT.substring(i, 2 * i + 10)));
    try (LoadedModel loaded = LoadedModel.open(checkpoint, CPU, ScratchDirectory.temporary())) {
      Reading reading = loaded.reading(TestModel.CONTEXT, OptionalInt.of(5), 1);
      List<DocumentSums> single = loaded.scorer(loaded.tokenNll(), reading, 1).score(documents);
      for (int batchTokens : new int[] {17, 64, 100_000}) {
        List<DocumentSums> batched =
            loaded.scorer(loaded.tokenNll(), reading, batchTokens).score(documents);
        for (int d = 0; d < documents.size(); d++) {
          double expected = single.get(d).sums().nll();
          assertEquals(expected, batched.get(d).sums().nll(), 1e-6 * expected);
        }
      }
    }
  }

  @Test
  void whoLooksOnSeesThePassesThroughTheModel() throws IOException {
    List<String> seen = new ArrayList<>();
    Score score =
        Score.of(
            checkpoint.path(),
            file("text.txt", TEXT),
            OptionalInt.empty(),
            1,
            CPU,
            (done, total) -> seen.add(done + " of " + total));
    long windows = (score.tokens() + TestModel.CONTEXT - 1) / TestModel.CONTEXT;
    assertEquals(List.of("0 of " + windows, windows + " of " + windows), seen);
  }

  @Test
  void theJsonHasTheFieldsOfTheCommandLine() throws IOException {
    Score score = Score.of(checkpoint.path(), file("text.txt", TEXT), OptionalInt.empty(), CPU);
    List<String> names = new ArrayList<>();
    score.json().fieldNames().forEachRemaining(names::add);
    assertEquals(
        List.of(
            "checkpoint",
            "file",
            "objective",
            "contextLength",
            "stride",
            "documents",
            "tokens",
            "words",
            "bytes",
            "nll",
            "nllStandardError",
            "tokenPerplexity",
            "wordPerplexity",
            "bytePerplexity",
            "bitsPerByte",
            "seconds",
            "provider"),
        names);
    assertEquals("causal", score.json().get("objective").textValue());
    assertEquals(score.nll(), score.json().get("nll").doubleValue());
  }

  @Test
  void perplexitiesBeyondADoubleAreNullInJson() throws IOException {
    Path oneWord = file("one.txt", "x".repeat(600));
    Score score = Score.of(checkpoint.path(), oneWord, OptionalInt.empty(), CPU);
    assertTrue(Double.isInfinite(score.wordPerplexity()));
    assertTrue(score.json().get("wordPerplexity").isNull());
  }

  @Test
  void leavesNothingBehind() throws IOException {
    Path scratch = directory.resolve("scratch");
    try (LoadedModel loaded = LoadedModel.open(checkpoint, CPU, ScratchDirectory.at(scratch))) {
      assertTrue(Files.exists(scratch), loaded.provider());
    }
    assertFalse(Files.exists(scratch));
    Files.delete(checkpoint.file(CheckpointDirectory.MODEL));
    assertThrows(
        DamagedCheckpointException.class,
        () -> LoadedModel.open(checkpoint, CPU, ScratchDirectory.at(scratch)));
    assertFalse(Files.exists(scratch));
  }

  @Test
  void refusesATextWithoutATokenAndAStrideBeyondTheContext() throws IOException {
    Path empty = file("empty.txt", "");
    assertEquals(
        empty + " has no text",
        assertThrows(
                IllegalArgumentException.class,
                () -> Score.of(checkpoint.path(), empty, OptionalInt.empty(), CPU))
            .getMessage());
    Path text = file("text.txt", TEXT);
    assertThrows(
        IllegalArgumentException.class,
        () -> Score.of(checkpoint.path(), text, OptionalInt.of(17), CPU));
  }

  @Test
  void saysWhichFileOfADirectoryIsMissingOrBroken() throws IOException {
    Path text = file("text.txt", TEXT);
    for (String name :
        List.of(
            CheckpointDirectory.CONFIG, CheckpointDirectory.TOKENIZER, CheckpointDirectory.MODEL)) {
      CheckpointDirectory broken = model.write(directory.resolve("broken-" + name));
      Files.writeString(broken.file(name), "{");
      assertRefused(broken, name, text);
      Files.delete(broken.file(name));
      assertRefused(broken, name, text);
    }
  }

  private static void assertRefused(CheckpointDirectory broken, String name, Path text) {
    String said =
        assertThrows(
                DamagedCheckpointException.class,
                () -> Score.of(broken.path(), text, OptionalInt.empty(), CPU))
            .getMessage();
    assertTrue(said.startsWith(broken.file(name) + ": "), said);
    assertEquals(1, said.lines().count(), said);
  }

  @Test
  void generatesTheSameTextForTheSameSeed() throws IOException {
    Sampler sampler = new Sampler(1, 20);
    Generation once = Generation.of(checkpoint.path(), "the ", 24, sampler, 3, CPU);
    assertEquals(once, Generation.of(checkpoint.path(), "the ", 24, sampler, 3, CPU));
    assertFalse(
        once.text().equals(Generation.of(checkpoint.path(), "the ", 24, sampler, 4, CPU).text()));
  }

  @Test
  void whoLooksOnSeesTheTokensWritten() throws IOException {
    List<Long> seen = new ArrayList<>();
    Generation.of(
        checkpoint.path(), "the ", 3, new Sampler(1, 20), 3, CPU, (done, total) -> seen.add(done));
    assertEquals(List.of(0L, 1L, 2L), seen);
  }

  /** Greedy, against the reference's logits at the last place. */
  @Test
  void generatesWhatTheReferenceFindsLikeliest() throws IOException {
    int[] prompt = tokenizer.encode("the ");
    long[] inputs = new long[prompt.length + 1];
    inputs[0] = TestModel.END_OF_TEXT;
    for (int i = 0; i < prompt.length; i++) inputs[i + 1] = prompt[i];
    double[] logits =
        Reference.logits(
            model.architecture(), model.weights(), Map.of(Graph.Input.INPUT_IDS, inputs), 1);
    int last = prompt.length * TestModel.VOCABULARY;
    int likeliest = 0;
    for (int id = 0; id < TestModel.TOKENIZER_SIZE; id++) { // The rest cannot be spelled.
      if (logits[last + id] > logits[last + likeliest]) likeliest = id;
    }
    assertNotEquals(TestModel.END_OF_TEXT, likeliest); // Or the text would be empty.
    Generation greedy = Generation.of(checkpoint.path(), "the ", 1, new Sampler(0, 0), 0, CPU);
    assertEquals(tokenizer.decode(new int[] {likeliest}), greedy.text());
  }
}
