package dev.millrace.evaluator;

import static dev.millrace.evaluator.TestRun.config;
import static dev.millrace.evaluator.TestRun.statuses;
import static dev.millrace.evaluator.TestRun.steps;
import static dev.millrace.schemas.EvaluationStatus.EVALUATED;
import static dev.millrace.schemas.EvaluationStatus.PASSED_OVER;
import static dev.millrace.schemas.EvaluationStatus.REFUSED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.evaluator.TestRun.Running;
import dev.millrace.runtime.artifacts.FolderStore;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.SetEvaluation;
import dev.millrace.schemas.SetKind;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.Manifest;
import dev.millrace.schemas.checkpoint.Probe;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import dev.millrace.tokenizer.Tokenizer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class EvaluatorServiceTest {
  /** Near to guessing. */
  private static final TestModel BLANK = TestModel.of(1, 1);

  /** Sure of nonsense, so worse than guessing. */
  private static final TestModel WRONG = TestModel.of(2, 6);

  private static final List<String> MILL =
      List.of(
          "the wheel turned the stone in the water",
          "and the water turned the wheel, and the wheel turned and turned",
          "a stone");
  private static final List<String> TOWN = List.of("the mayor spoke", "of Été and of other things");

  private final TestKafka broker;
  private TestRun run;

  @TempDir Path directory;

  EvaluatorServiceTest(TestKafka broker) {
    this.broker = broker;
  }

  @BeforeEach
  void createRun() throws Exception {
    run = TestRun.create(broker.bootstrap(), directory);
  }

  @AfterEach
  void closeRun() {
    run.close();
  }

  private void holdOut() throws Exception {
    for (int i = 0; i < MILL.size(); i++) run.holdOut(i % 2, "mill", MILL.get(i));
    for (int i = 0; i < TOWN.size(); i++) run.holdOut(i % 2, "town", TOWN.get(i));
  }

  private static SetEvaluation set(EvaluationResult result, String name) {
    return result.getSets().stream()
        .filter(s -> s.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** One that fills gaps, one that writes: both with a probe of their own kind. */
  @Test
  void aCheckpointThatLooksBothWaysIsEvaluatedByItsObjective() throws Exception {
    holdOut();
    run.publish(1, TestModel.bert(1, 4));
    run.publish(2, TestModel.bart(1, 4));
    run.whileEvaluating(
        config("prompts: [the]\nmaskedEvery: 4"),
        List.of("mill", "town"),
        () -> {
          List<EvaluationResult> results = run.awaitResults(2);
          for (EvaluationResult result : results) {
            assertEquals(EVALUATED, result.getStatus(), result.getReason());
            assertTrue(result.getParity() < 1e-5, "parity " + result.getParity());
            assertEquals(TestModel.CONTEXT, result.getContextLength());
            assertEquals(TestModel.CONTEXT - 2, result.getStride());
            assertTrue(set(result, "mill").getNll() > 0);
          }
          EvaluationResult masked = results.get(0);
          EvaluationResult denoising = results.get(1);
          assertEquals("masked", masked.getObjective());
          assertTrue(masked.getDefinition().startsWith("pseudo-log-likelihood"));
          assertTrue(masked.getDefinition().contains("one token in 4,"), masked.getDefinition());
          assertEquals(List.of(), masked.getSamples());
          assertEquals("denoising", denoising.getObjective());
          assertEquals(1, denoising.getSamples().size());
          long all = set(denoising, "mill").getTokens();
          long some = set(masked, "mill").getTokens();
          assertTrue(Math.abs(some - all / 4.0) <= MILL.size(), some + " of " + all);
          assertEquals(set(denoising, "mill").getBytes(), set(masked, "mill").getBytes());
          assertEquals(
              set(masked, "mill").getNllPerToken() * all,
              set(masked, "mill").getBitsPerByte() * set(masked, "mill").getBytes() * Math.log(2),
              1e-6);
        });
  }

  @Test
  void aCheckpointIsEvaluatedOnEveryDomainAndNamedFile() throws Exception {
    holdOut();
    Path file = Files.writeString(directory.resolve("book.txt"), "Another\ntext.");
    long offset = run.publish(30, WRONG);
    run.whileEvaluating(
        config("files: {book: " + file + "}\nprompts: [the, \"\"]\nstride: 4"),
        List.of("mill", "town"),
        () -> {
          EvaluationResult result = run.awaitResults(1).get(0);
          assertEquals(EVALUATED, result.getStatus(), result.getReason());
          assertNull(result.getReason());
          assertEquals(List.of(offset, 30L, 3000L), longs(result));
          assertEquals("run", result.getRun());
          assertEquals(TestModel.CONTEXT, result.getContextLength());
          assertEquals(4, result.getStride());
          assertEquals("CPU", result.getProvider());
          assertEquals("causal", result.getObjective());
          assertTrue(result.getDefinition().startsWith("rolling log-likelihood"));
          assertTrue(result.getParity() < 1e-5, "parity " + result.getParity());
          assertEquals(
              List.of("mill", "town", "book"),
              result.getSets().stream().map(SetEvaluation::getName).toList());
          assertSet(set(result, "mill"), SetKind.HELD_OUT, MILL, 4);
          assertSet(set(result, "town"), SetKind.HELD_OUT, TOWN, 4);
          assertSet(set(result, "book"), SetKind.FILE, List.of("Another\ntext."), 4);
          assertEquals(
              List.of("the", ""), result.getSamples().stream().map(s -> s.getPrompt()).toList());
          assertEquals(16, result.getSetId().length());
          assertEquals(
              Map.of(
                  "mill",
                  List.of(new LogPosition(0, 0L), new LogPosition(1, 0L), new LogPosition(0, 2L)),
                  "town",
                  List.of(new LogPosition(1, 2L), new LogPosition(0, 4L))),
              result.getOffsets());
          assertGauges(result);
        });
  }

  private static List<Long> longs(EvaluationResult result) {
    return List.of(result.getCheckpointOffset(), result.getStep(), result.getTokens());
  }

  /** Against the reference, one forward pass a token, and sums worked out here. */
  private void assertSet(SetEvaluation set, SetKind kind, List<String> texts, int stride)
      throws IOException {
    Path tokenizerJson = directory.resolve("tokenizer.json");
    Files.deleteIfExists(tokenizerJson);
    TestModel.writeTokenizer(tokenizerJson);
    Tokenizer tokenizer = Tokenizer.read(tokenizerJson);
    double nll = 0;
    double squares = 0;
    long tokens = 0;
    long bytes = 0;
    long words = 0;
    for (String text : texts) {
      double[] each = WRONG.rollingNll(tokenizer.encode(text), stride);
      nll += Arrays.stream(each).sum();
      squares += Arrays.stream(each).map(x -> x * x).sum();
      tokens += each.length;
      bytes += text.getBytes(StandardCharsets.UTF_8).length;
      words += text.split("\\s+").length;
    }
    assertEquals(kind, set.getKind());
    assertEquals(nll, set.getNll(), 1e-5 * nll);
    assertEquals(squares, set.getNllSquared(), 1e-4 * squares);
    assertEquals(tokens, set.getTokens());
    assertEquals(bytes, set.getBytes());
    assertEquals(words, set.getWords());
    assertEquals(texts.size(), set.getDocuments());
    assertEquals(nll / tokens, set.getNllPerToken(), 1e-4);
    near(Math.exp(nll / tokens), set.getTokenPerplexity());
    near(Math.exp(nll / tokens), set.getBranchingFactor());
    near(Math.exp(nll / words), set.getWordPerplexity());
    near(Math.exp(nll / bytes), set.getBytePerplexity());
    near(nll / bytes / Math.log(2), set.getBitsPerByte());
    assertTrue(set.getNllStandardError() > 0);
    assertNull(set.getPrevious());
    assertNull(set.getBest());
    assertFalse(set.getRegression());
  }

  private static void near(double expected, double actual) {
    assertEquals(expected, actual, 1e-2 * expected);
  }

  private void assertGauges(EvaluationResult result) {
    Await.until(
        "metrics follow",
        TestRun.SOON,
        () -> run.meters.find("millrace.evaluation.step").gauge().value() == result.getStep());
    assertEquals(
        set(result, "mill").getBitsPerByte(),
        run.meters.get("millrace.evaluation.bits.per.byte").tag("set", "mill").gauge().value());
    assertEquals(
        1,
        run.meters.get("millrace.evaluation.results").tag("status", "EVALUATED").counter().count());
  }

  @Test
  void theJsonSaysTheSameAsTheRecord() throws Exception {
    holdOut();
    run.publish(7, BLANK);
    run.whileEvaluating(
        config(""),
        List.of("mill"),
        () -> {
          EvaluationResult result = run.awaitResults(1).get(0);
          JsonNode json = run.json().get(0);
          assertEquals(7, json.get("step").longValue());
          assertEquals("EVALUATED", json.get("status").textValue());
          assertEquals(result.getSetId(), json.get("setId").textValue());
          JsonNode mill = json.get("sets").get(0);
          assertEquals("mill", mill.get("name").textValue());
          assertEquals(set(result, "mill").getNll(), mill.get("nll").doubleValue());
          assertEquals(set(result, "mill").getBitsPerByte(), mill.get("bitsPerByte").doubleValue());
          assertEquals(0, json.get("offsets").get("mill").get(0).get("offset").intValue());
        });
  }

  /** Every way in which a checkpoint can be bad, and a good one after each. */
  @Test
  void aBadCheckpointIsRefusedWithTheReasonAndTheNextIsEvaluated() throws Exception {
    holdOut();
    List<String> reasons = new ArrayList<>();
    int step = 0;
    for (Damage damage : damages()) {
      CheckpointDirectory bad = run.checkpoint(step, BLANK);
      if (damage.rehashed()) {
        damage.change().to(bad);
        rehash(bad);
        run.announce(step++, bad);
      } else {
        run.announce(step++, bad);
        damage.change().to(bad);
      }
      reasons.add(damage.reason());
    }
    run.announce(announcement(step++, a -> a.setUri("s3://bucket/step-1")));
    reasons.add("not a directory on a file system");
    run.announce(announcement(step++, a -> a.setTokenizer("0000000000000000")));
    reasons.add("tokenizer.json is not the one that was announced");
    run.announce(
        announcement(
            step++,
            a -> a.setModelSpec(a.getModelSpec().replace("\"n_head\" : 2", "\"n_head\" : 4"))));
    reasons.add("another model than the announcement");
    run.announce(announcement(step++, a -> a.setFiles(Map.of())));
    reasons.add("was announced otherwise than the manifest says");
    run.publish(step, BLANK);
    int good = step;
    run.whileEvaluating(
        config(""),
        List.of("mill"),
        () -> {
          List<EvaluationResult> results = run.awaitResults(good + 1);
          for (int i = 0; i < good; i++) {
            assertEquals(REFUSED, results.get(i).getStatus(), "step " + i + " " + reasons.get(i));
            assertTrue(
                results.get(i).getReason().contains(reasons.get(i)), results.get(i).getReason());
            assertEquals(List.of(), results.get(i).getSets());
          }
          assertEquals(EVALUATED, results.get(good).getStatus(), results.get(good).getReason());
          assertEquals(LongStream.rangeClosed(0, good).boxed().toList(), steps(results));
          assertEquals("REFUSED", run.json().get(0).get("status").textValue());
        });
  }

  private interface Change {
    void to(CheckpointDirectory directory) throws Exception;
  }

  /**
   * @param rehashed the manifest and the announcement know of it: damaged before it was hashed
   */
  private record Damage(String reason, boolean rehashed, Change change) {}

  private static List<Damage> damages() {
    return List.of(
        new Damage("no such file", false, EvaluatorServiceTest::delete),
        new Damage(
            "model.safetensors: SHA-256 ",
            false,
            d -> flip(d.file(CheckpointDirectory.MODEL), 2_000)),
        new Damage("probe.json: no such file", false, d -> Files.delete(d.file("probe.json"))),
        new Damage(
            "manifest.json: no such file", false, d -> Files.delete(d.file(Manifest.FILE_NAME))),
        new Damage(
            "model.safetensors: ", true, d -> truncate(d.file(CheckpointDirectory.MODEL), 5_000)),
        new Damage(
            "config.json: not JSON",
            true,
            d -> Files.writeString(d.file(CheckpointDirectory.CONFIG), "no_json")),
        new Damage(
            "probe.json is not in the manifest", true, d -> Files.delete(d.file("probe.json"))),
        new Damage("parity: nll differs", true, EvaluatorServiceTest::spoilProbe));
  }

  private static void delete(CheckpointDirectory checkpoint) throws IOException {
    new ScratchDirectory(checkpoint.path()).close();
  }

  private static void flip(Path file, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 1;
    Files.write(file, bytes);
  }

  private static void truncate(Path file, int bytes) throws IOException {
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), bytes));
  }

  private static void spoilProbe(CheckpointDirectory checkpoint) throws IOException {
    Probe probe = checkpoint.probe();
    List<Float> nll = new ArrayList<>(probe.nll().get(0));
    nll.set(5, nll.get(5) * 1.0005f);
    Files.delete(checkpoint.file(CheckpointDirectory.PROBE));
    new Probe(probe.inputs(), probe.labels(), List.of(nll))
        .write(checkpoint.file(CheckpointDirectory.PROBE));
  }

  private static void rehash(CheckpointDirectory checkpoint) throws IOException {
    Files.delete(checkpoint.file(Manifest.FILE_NAME));
    Manifest.of(checkpoint.path()).write(checkpoint.path());
  }

  private interface Edit {
    void of(CheckpointPublished announcement);
  }

  private CheckpointPublished announcement(long step, Edit edit) throws Exception {
    CheckpointDirectory good = run.checkpoint(step, BLANK);
    CheckpointPublished announcement =
        CheckpointPublished.newBuilder()
            .setRun("run")
            .setAttempt(1)
            .setStep(step)
            .setTokens(0)
            .setLoss(0)
            .setNextOrdinal(0)
            .setNextOffset(0)
            .setUri(good.path().toUri().toString())
            .setFiles(Manifest.read(good.path()).hashes())
            .setModelSpec(Files.readString(good.file(CheckpointDirectory.CONFIG)))
            .setTokenizer(TestModel.tokenizer(good).id())
            .setPublishedAt(Instant.now())
            .build();
    edit.of(announcement);
    return announcement;
  }

  @Test
  void weightsThatGiveNoNumbersAreRefused() throws Exception {
    holdOut();
    CheckpointDirectory broken = run.checkpoint(1, BLANK);
    Files.delete(broken.file(CheckpointDirectory.MODEL));
    TestModel.of(1, Float.NaN).writeWeights(broken.file(CheckpointDirectory.MODEL));
    rehash(broken);
    run.announce(1, broken);
    run.whileEvaluating(
        config(""),
        List.of("mill"),
        () -> {
          EvaluationResult result = run.awaitResults(1).get(0);
          assertEquals(REFUSED, result.getStatus());
          assertEquals("parity: nll is not finite", result.getReason());
        });
  }

  @Test
  void whatWasAnnouncedWhileItWasAwayIsEvaluatedInOrderAndNothingTwice() throws Exception {
    holdOut();
    CheckpointDirectory checkpoint = run.checkpoint(1, BLANK);
    for (long step = 1; step <= 3; step++) run.announce(step, checkpoint);
    run.whileEvaluating(
        config(""),
        List.of("mill"),
        () -> {
          run.awaitResults(3);
        });
    for (long step = 4; step <= 6; step++) run.announce(step, checkpoint);
    run.whileEvaluating(
        config(""),
        List.of("mill"),
        () -> {
          run.awaitResults(6);
          run.announce(7, checkpoint);
          List<EvaluationResult> results = run.awaitResults(7);
          assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L), steps(results));
          assertEquals(7, run.json().size());
        });
  }

  @Test
  void recordsWithoutAValueArePassedOver() throws Exception {
    holdOut();
    run.writeEmpty();
    run.publish(1, BLANK);
    run.whileEvaluating(
        config(""), List.of("mill"), () -> assertEquals(List.of(1L), steps(run.awaitResults(1))));
  }

  @Test
  void checkpointsOfOtherRunsAreTheirEvaluatorsBusiness() throws Exception {
    holdOut();
    CheckpointPublished other = announcement(1, a -> a.setRun("other"));
    run.announce(other);
    run.publish(2, BLANK);
    run.whileEvaluating(
        config(""),
        List.of("mill"),
        () -> {
          assertEquals(List.of(2L), steps(run.awaitResults(1)));
        });
  }

  @Test
  void newestOnlyPassesOverTheRestAndSaysSo() throws Exception {
    holdOut();
    CheckpointDirectory checkpoint = run.checkpoint(1, BLANK);
    for (long step = 1; step <= 3; step++) run.announce(step, checkpoint);
    run.whileEvaluating(
        config("newestOnly: true"),
        List.of("mill"),
        () -> {
          List<EvaluationResult> results = run.awaitResults(3);
          assertEquals(List.of(PASSED_OVER, PASSED_OVER, EVALUATED), statuses(results));
          assertEquals(List.of(1L, 2L, 3L), steps(results));
          assertEquals("step 3 was there and newestOnly is set", results.get(0).getReason());
          run.announce(4, checkpoint);
          assertEquals(EVALUATED, run.awaitResults(4).get(3).getStatus());
        });
  }

  /** Better, worse, better again; a restart in between forgets nothing. */
  @Test
  void comparesWithThePreviousAndTheBestOnTheSameSetAcrossRestarts() throws Exception {
    holdOut();
    run.publish(1, BLANK);
    run.publish(2, WRONG);
    run.whileEvaluating(
        config(""),
        List.of("mill", "town"),
        () -> {
          run.awaitResults(2);
        });
    run.holdOut(0, "mill", "text that came later and is no part of the frozen set");
    run.publish(3, BLANK);
    run.whileEvaluating(
        config(""),
        List.of("mill", "town"),
        () -> {
          List<EvaluationResult> results = run.awaitResults(3);
          SetEvaluation first = set(results.get(0), "mill");
          SetEvaluation worse = set(results.get(1), "mill");
          SetEvaluation again = set(results.get(2), "mill");
          assertEquals(1, worse.getPrevious().getStep());
          assertEquals(
              worse.getNllPerToken() - first.getNllPerToken(),
              worse.getPrevious().getDelta(),
              1e-9);
          assertTrue(worse.getPrevious().getLow() > 0, worse.toString());
          assertTrue(worse.getRegression());
          assertEquals(2, again.getPrevious().getStep());
          assertTrue(again.getPrevious().getHigh() < 0, again.toString());
          assertEquals(1, again.getBest().getStep());
          assertEquals(0, again.getBest().getDelta());
          assertFalse(again.getRegression());
          assertEquals(1, results.stream().map(EvaluationResult::getSetId).distinct().count());
          assertEquals(first.getTokens(), again.getTokens());
        });
  }

  @Test
  void comparesWithWhatWasEvaluatedBeforeAMove() throws Exception {
    holdOut();
    run.publish(1, BLANK);
    run.whileEvaluating(config(""), List.of("mill"), () -> run.awaitResults(1));
    run.moveArtifacts();
    run.publish(2, WRONG);
    run.whileEvaluating(
        config(""),
        List.of("mill"),
        () -> {
          SetEvaluation worse = set(run.awaitResults(2).get(1), "mill");
          assertEquals(1, worse.getBest().getStep());
          assertTrue(worse.getRegression());
        });
  }

  @Test
  void perDocumentSumsAreKeptAsAnArtifact() throws Exception {
    holdOut();
    run.publish(1, BLANK);
    run.whileEvaluating(
        config(""),
        List.of("mill"),
        () -> {
          EvaluationResult result = run.awaitResults(1).get(0);
          URI file = URI.create(result.getArtifacts().get("documentSums"));
          byte[] sums = Files.readAllBytes(Path.of(file));
          assertEquals(MILL.size(), Files.readAllLines(Path.of(file)).size());
          double nll =
              DocumentSumsFile.read(sums, file, "mill").stream()
                  .mapToDouble(d -> d.sums().nll())
                  .sum();
          assertEquals(set(result, "mill").getNll(), nll, 1e-9);
        });
    assertFalse(Files.exists(directory.resolve("scratch")), "exported models are gone");
  }

  /**
   * Of the best, the last, and a checkpoint that is kept; those of others, and of a killed one, go.
   */
  @Test
  void sumsAreKeptForAsLongAsTheyAreOfUse() throws Exception {
    holdOut();
    FolderStore sums = FolderStore.at(directory.resolve("artifacts/evaluations/run"));
    FolderStore checkpoints = FolderStore.at(directory.resolve("artifacts/checkpoints/run"));
    List<String> names = new ArrayList<>();
    for (TestModel model : List.of(WRONG, BLANK, WRONG, WRONG, WRONG)) {
      int step = names.size();
      names.add("step-%d-attempt-1-offset-%d".formatted(step, run.publish(step, model)));
    }
    Path kept = directory.resolve("checkpoints/step-2-attempt-1");
    checkpoints.publish("step-2-attempt-1", into -> copy(kept, into));
    checkpoints.publish("step-3-attempt-11", into -> {});
    sums.publish("of-somebody-else", into -> {});
    run.whileEvaluating(config(""), List.of("mill"), () -> run.awaitResults(5));
    assertEquals(
        List.of("of-somebody-else", names.get(1), names.get(2), names.get(4)), sums.names());

    checkpoints.delete("step-2-attempt-1");
    for (int step = 5; step < 7; step++) {
      names.add("step-%d-attempt-1-offset-%d".formatted(step, run.publish(step, WRONG)));
    }
    sums.publish(names.get(5), into -> {}); // Killed before its result was written.
    run.whileEvaluating(config("newestOnly: true"), List.of("mill"), () -> run.awaitResults(7));
    assertEquals(List.of("of-somebody-else", names.get(1), names.get(6)), sums.names());
    SetEvaluation last = set(run.results().get(6), "mill");
    assertEquals(1, last.getBest().getStep());
    assertEquals(4, last.getPrevious().getStep());
    assertTrue(last.getRegression());
  }

  private static void copy(Path from, Path into) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) Files.copy(file, into.resolve(file.getFileName()));
    }
  }

  @Test
  void theSnapshotHoldsTheFirstTokensOfEachDomain() throws Exception {
    holdOut();
    run.publish(1, BLANK);
    run.whileEvaluating(
        config("heldOutTokens: 20"),
        List.of("mill"),
        () -> {
          EvaluationResult result = run.awaitResults(1).get(0);
          SetEvaluation mill = set(result, "mill");
          assertTrue(mill.getTokens() <= 20 && mill.getTokens() > 10, mill.toString());
          assertTrue(mill.getBytes() < MILL.get(0).length() + MILL.get(1).length());
          assertTrue(
              Files.exists(
                  directory.resolve("artifacts/heldout/run/" + result.getSetId() + "/set.json")));
        });
  }

  @Test
  void waitsForADomainThatHasNoHeldOutTextYet() throws Exception {
    run.holdOut(0, "mill", MILL.get(0));
    run.publish(1, BLANK);
    run.whileEvaluating(
        config(""),
        List.of("mill", "town"),
        () -> {
          awaitBegin();
          run.holdOut(1, "town", TOWN.get(0));
          EvaluationResult result = run.awaitResults(1).get(0);
          assertEquals(1, set(result, "town").getDocuments());
        });
  }

  @Test
  void waitsForMoreUntilTheSetIsFull() throws Exception {
    run.holdOut(0, "mill", MILL.get(0));
    run.publish(1, BLANK);
    run.whileEvaluating(
        config("heldOutTokens: 25\nheldOutWait: 1h"),
        List.of("mill"),
        () -> {
          awaitBegin();
          run.holdOut(1, "mill", MILL.get(1));
          SetEvaluation mill = set(run.awaitResults(1).get(0), "mill");
          assertEquals(2, mill.getDocuments());
          assertTrue(mill.getTokens() > 20 && mill.getTokens() <= 25, mill.toString());
        });
  }

  /** The first checkpoint is at hand, and may wait for held-out text. */
  private void awaitBegin() {
    Await.until(
        "it has begun",
        TestRun.SOON,
        () -> run.meters.get("millrace.evaluation.waiting").gauge().value() > 0);
  }

  @Test
  void stopsWhileItWaits() throws Exception {
    run.publish(1, BLANK);
    run.whileEvaluating(
        config("heldOutWait: 1h"),
        List.of("mill"),
        () -> {
          awaitBegin();
        });
    assertEquals(List.of(), run.results());
  }

  @Test
  void aNewerEvaluatorOfTheRunFencesTheOlder() throws Exception {
    holdOut();
    CheckpointDirectory checkpoint = run.checkpoint(1, BLANK);
    run.announce(1, checkpoint);
    Running older = run.start(config(""), List.of("mill"));
    run.awaitResults(1);
    // The newer one waits for text, so that only the older one can want to write.
    run.whileEvaluating(
        config("heldOutTokens: 99_999\nheldOutWait: 1h"),
        List.of("mill"),
        () -> {
          for (int step = 2; older.isAlive(); step++) {
            int results = step;
            run.announce(step, checkpoint);
            Await.until(
                "the older one has written or left",
                TestRun.SOON,
                () -> !older.isAlive() || run.results().size() >= results);
          }
          Optional<Throwable> end = older.awaitEnd();
          assertInstanceOf(ProducerFencedException.class, end.orElseThrow());
          assertTrue(end.get().getMessage().contains("newer evaluator of run run"), end.toString());
        });
  }

  @Test
  void aFileThatIsNotThereIsOneClearLine() throws Exception {
    Running evaluator = run.start(config("files: {book: /nowhere/book.txt}"), List.of("mill"));
    Throwable end = evaluator.awaitEnd().orElseThrow();
    assertEquals("evaluation.files: book: no file /nowhere/book.txt", end.getMessage());
  }
}
