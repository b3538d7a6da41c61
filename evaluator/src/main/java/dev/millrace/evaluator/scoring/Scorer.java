package dev.millrace.evaluator.scoring;

import dev.millrace.evaluator.metrics.DocumentSums;
import dev.millrace.evaluator.metrics.Sums;
import dev.millrace.evaluator.metrics.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Scores documents by rolling log-likelihood. How windows are batched changes speed, not results:
 * they differ by the model's own rounding at most.
 *
 * @param encode text to token ids, without special tokens
 * @param endOfText stands before each document's first token and is never scored itself
 * @param batchTokens padded tokens that go through the model at once
 */
public record Scorer(
    TokenNll model,
    Function<String, int[]> encode,
    int endOfText,
    Windows windows,
    int batchTokens) {
  public Scorer {
    if (batchTokens < 1) throw new IllegalArgumentException("batchTokens: " + batchTokens);
  }

  /** Each document's sums, in the order given. */
  public List<DocumentSums> score(List<Document> documents) {
    List<int[]> tokens = documents.stream().map(Document::text).map(encode).toList();
    List<Window> all = new ArrayList<>();
    for (int d = 0; d < tokens.size(); d++) all.addAll(windows.of(d, tokens.get(d).length));
    double[][] nll = tokens.stream().map(t -> new double[t.length]).toArray(double[][]::new);
    for (Batch batch : Batch.of(all, batchTokens)) score(batch, tokens, nll);
    List<DocumentSums> sums = new ArrayList<>();
    for (int d = 0; d < documents.size(); d++) sums.add(sums(documents.get(d), nll[d]));
    return sums;
  }

  private void score(Batch batch, List<int[]> tokens, double[][] nll) {
    int rows = batch.windows().size();
    int[][] inputs = new int[rows][];
    int[][] targets = new int[rows][];
    for (int r = 0; r < rows; r++) {
      Window window = batch.windows().get(r);
      int[] document = tokens.get(window.document());
      inputs[r] = padded(window.inputs(document, endOfText), batch.length(), endOfText);
      targets[r] = padded(window.targets(document), batch.length(), TokenNll.IGNORED);
    }
    float[][] scores = model.nll(inputs, targets);
    for (int r = 0; r < rows; r++) {
      Window window = batch.windows().get(r);
      for (int i = window.length() - window.scored(); i < window.length(); i++) {
        nll[window.document()][window.from() + i] = scores[r][i];
      }
    }
  }

  /** On the right, where a causal model's earlier tokens do not see it. */
  private static int[] padded(int[] row, int length, int padding) {
    int[] padded = Arrays.copyOf(row, length);
    Arrays.fill(padded, row.length, length, padding);
    return padded;
  }

  private static DocumentSums sums(Document document, double[] nll) {
    double sum = 0;
    double squares = 0;
    for (double x : nll) {
      sum += x;
      squares += x * x;
    }
    String text = document.text();
    return new DocumentSums(
        document.id(), new Sums(sum, squares, nll.length, Text.bytes(text), Text.words(text), 1));
  }
}
