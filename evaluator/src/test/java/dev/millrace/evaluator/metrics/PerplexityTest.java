package dev.millrace.evaluator.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Worked by hand: a text of 12 bytes, 3 words, 4 tokens with nll 1, 2, 3 and 4. */
class PerplexityTest {
  private static final double EXACT = 1e-12;
  private final Perplexity worked = new Perplexity(new Sums(10, 30, 4, 12, 3, 1));

  @Test
  void tokenPerplexityIsTheExponentialOfTheMean() {
    assertEquals(2.5, worked.nllPerToken(), EXACT);
    assertEquals(12.182493960703473, worked.token(), EXACT); // e^2.5
    assertEquals(worked.token(), worked.branchingFactor());
  }

  @Test
  void wordAndBytePerplexityShareTheSum() {
    assertEquals(28.03162489452614, worked.word(), EXACT); // e^(10/3)
    assertEquals(2.300975890892825, worked.oneByte(), EXACT); // e^(10/12)
  }

  @Test
  void bitsPerByteIsTheBinaryLogarithmOfBytePerplexity() {
    assertEquals(1.2022458674074696, worked.bitsPerByte(), EXACT); // (10/12) / ln 2
    assertEquals(Math.log(worked.oneByte()) / Math.log(2), worked.bitsPerByte(), EXACT);
  }

  /** Every second of eight tokens, in a text of 24 bytes and 6 words: the means are as before. */
  @Test
  void aSampleOfTheTokensStandsForTheWholeText() {
    Perplexity sampled = new Perplexity(new Sums(10, 30, 4, 8, 24, 6, 1));
    assertEquals(worked.token(), sampled.token());
    assertEquals(worked.word(), sampled.word(), EXACT);
    assertEquals(worked.oneByte(), sampled.oneByte(), EXACT);
    assertEquals(worked.bitsPerByte(), sampled.bitsPerByte(), EXACT);
    assertEquals(worked.nllStandardError(), sampled.nllStandardError());
  }

  @Test
  void standardErrorIsThatOfAMean() {
    // Variance 30/4 - 2.5^2 = 1.25; sqrt(1.25 / 3), as the sample deviation 1.2909.. over sqrt(4).
    assertEquals(0.6454972243679028, worked.nllStandardError(), EXACT);
  }

  @Test
  void oneTokenHasNoSpread() {
    assertEquals(0, new Perplexity(new Sums(3, 9, 1, 2, 1, 1)).nllStandardError());
  }

  @Test
  void equalTokensHaveNoSpreadWhateverTheRounding() {
    double nll = 0.1;
    Perplexity equal = new Perplexity(new Sums(3 * nll, 3 * nll * nll, 3, 3, 1, 1));
    assertEquals(0, equal.nllStandardError(), 1e-8);
  }

  @Test
  void uniformChoiceAmongTheVocabularyHasItsSizeAsPerplexity() {
    double nll = Math.log(8192);
    Perplexity uniform = new Perplexity(new Sums(7 * nll, 7 * nll * nll, 7, 30, 5, 2));
    assertEquals(8192, uniform.token(), 1e-8);
  }

  @Test
  void nothingScoredIsNotANumber() {
    assertTrue(Double.isNaN(new Perplexity(Sums.NONE).token()));
  }

  @Test
  void sumsOfDocumentsAddUp() {
    Sums sums =
        Sums.of(
            List.of(
                new DocumentSums("a", new Sums(1, 2, 3, 4, 5, 1)),
                new DocumentSums("b", new Sums(10, 20, 30, 40, 50, 1))));
    assertEquals(new Sums(11, 22, 33, 44, 55, 2), sums);
  }
}
