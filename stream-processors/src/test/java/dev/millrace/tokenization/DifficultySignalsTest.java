package dev.millrace.tokenization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.Origin;
import dev.millrace.tokenizer.BpeTrainer;
import dev.millrace.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With 257 ids: the 256 bytes, of which 'a' is 64 and 'b' 65, and the end of text. */
class DifficultySignalsTest {
  private static final int A = 64;
  private static final int B = 65;
  private static final int END = 256;

  @TempDir Path directory;
  private Unigrams unigrams;
  private DifficultySignals signals;

  @BeforeEach
  void begin() throws IOException {
    Path file = directory.resolve("tokenizer.json");
    new BpeTrainer().train(257).write(file);
    unigrams = new Unigrams(257, 1_000_000);
    signals = new DifficultySignals(Tokenizer.read(file), unigrams);
  }

  @AfterEach
  void end() {
    signals.close();
  }

  @Test
  void namesEverySignal() {
    assertEquals(
        Set.of(
            "length",
            "compression-ratio",
            "rare-token-rate",
            "unigram-surprisal",
            "repetition",
            "quality"),
        of(END, A).keySet());
  }

  @Test
  void measuresTheMeanLengthOfSegments() {
    assertEquals(3, signals.of(List.of(piece(END, A), piece(END, A, B, A))).get("length"));
  }

  /** Counts a=3, b=0 of 3; with one more of each of 257: p(a)=4/260, p(b)=1/260. */
  @Test
  void measuresSurprisalUnderSmoothedCounts() {
    unigrams.learn(new int[] {A, A, A});
    double expected = -(2 * Math.log(4 / 260.0) + Math.log(1 / 260.0)) / 3;
    assertEquals(expected, of(END, A, A, B).get("unigram-surprisal"), 1e-12);
  }

  /** Without counts all tokens are as frequent as the mean. */
  @Test
  void callsNoTokenRareBeforeAnythingWasSeen() {
    assertEquals(0, of(END, A, B).get("rare-token-rate"));
    assertEquals(Math.log(257), of(END, A, B).get("unigram-surprisal"), 1e-12);
  }

  /** With n tokens seen, all a: p(b) = 1 / (n + 257) is a quarter of 1/257 at n = 771. */
  @Test
  void callsATokenRareBelowAQuarterOfTheMeanFrequency() {
    unigrams.learn(repeated(A, 771));
    assertEquals(0, of(END, A, B).get("rare-token-rate"));
    unigrams.learn(new int[] {A});
    assertEquals(0.5, of(END, A, B).get("rare-token-rate"));
  }

  @Test
  void measuresRepeatedRunsOfFourTokensWithinASegment() {
    assertEquals(0, of(END, 1, 2, 3, 4).get("repetition"));
    // Of aaaaaaa's four runs (with the end of text, five) three repeat the first.
    assertEquals(3 / 5.0, of(END, A, A, A, A, A, A, A).get("repetition"), 1e-12);
    // The same document twice repeats nothing within either.
    assertEquals(
        0, signals.of(List.of(piece(END, 1, 2, 3), piece(END, 1, 2, 3))).get("repetition"));
  }

  @Test
  void measuresNoRepetitionInAShortSegment() {
    assertEquals(0, of(END, A, A).get("repetition"));
  }

  @Test
  void findsMonotonousTextMoreCompressibleThanNoise() {
    double monotonous = of(repeated(A, 1000)).get("compression-ratio");
    double noise = of(new Random(1).ints(1000, 0, 94).toArray()).get("compression-ratio");
    assertTrue(monotonous < 0.05, () -> "monotonous " + monotonous);
    assertTrue(noise > 0.8, () -> "noise " + noise);
  }

  @Test
  void measuresSomethingForADocumentWithoutText() {
    Map<String, Double> empty = of(END);
    assertEquals(1, empty.get("compression-ratio"));
    assertEquals(0, empty.get("unigram-surprisal"));
    assertEquals(0, empty.get("rare-token-rate"));
  }

  @Test
  void weighsQualityByTokens() {
    Piece good = new Piece("g", new Origin(0, 0), 0, new int[] {END, A, A}, true, 1.0);
    Piece bad = new Piece("b", new Origin(0, 1), 0, new int[] {END}, true, 0.0);
    assertEquals(0.75, signals.of(List.of(good, bad)).get("quality"), 1e-12);
  }

  @Test
  void learnsNoMoreUnigramsThanItIsTold() {
    Unigrams few = new Unigrams(257, 3);
    assertEquals(1, few.learn(new int[] {A, A}).cardinality());
    few.learn(new int[] {A, A}); // Begins below the limit: a document counts in whole.
    assertTrue(few.learn(new int[] {B}).isEmpty());
    assertEquals(5 / 261.0, few.probability(A), 1e-12);
    assertEquals(1 / 261.0, few.probability(B), 1e-12);
  }

  @Test
  void restoresUnigramsFromTheirChunks() {
    unigrams.learn(new int[] {A, A, END});
    Unigrams restored = new Unigrams(257, 1_000_000);
    for (int chunk = 0; chunk < 2; chunk++) restored.restore(chunk, unigrams.chunk(chunk));
    for (int id : new int[] {A, B, END}) {
      assertEquals(unigrams.probability(id), restored.probability(id));
    }
  }

  private Map<String, Double> of(int... tokens) {
    return signals.of(List.of(piece(tokens)));
  }

  private static Piece piece(int... tokens) {
    return new Piece("d", new Origin(0, 0), 0, tokens, true, 0.5);
  }

  private static int[] repeated(int token, int times) {
    int[] tokens = new int[times];
    java.util.Arrays.fill(tokens, token);
    return tokens;
  }
}
