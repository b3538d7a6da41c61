package dev.millrace.evaluator.scoring;

import dev.millrace.evaluator.metrics.DocumentSums;
import dev.millrace.evaluator.metrics.Sums;
import dev.millrace.evaluator.metrics.Text;
import dev.millrace.runtime.terminal.Onlooker;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Scores documents. How rows are batched changes speed, not results: they differ by the model's own
 * rounding at most.
 *
 * @param encode text to token ids, without special tokens
 * @param reading how texts are put to the model
 * @param batchTokens padded tokens that go through the model at once
 */
public record Scorer(
    TokenNll model, Function<String, int[]> encode, Reading reading, int batchTokens) {
  public Scorer {
    if (batchTokens < 1) throw new IllegalArgumentException("batchTokens: " + batchTokens);
  }

  /** Each document's sums, in the order given. */
  public List<DocumentSums> score(List<Document> documents) {
    return score(documents, Onlooker.NOBODY);
  }

  /**
   * As above.
   *
   * @param onlooker sees passes through the model
   */
  public List<DocumentSums> score(List<Document> documents, Onlooker onlooker) {
    List<int[]> tokens = documents.stream().map(Document::text).map(encode).toList();
    List<Pass> all = new ArrayList<>();
    for (int d = 0; d < tokens.size(); d++) all.addAll(reading.passes(d, tokens.get(d).length));
    double[][] nll = tokens.stream().map(t -> new double[t.length]).toArray(double[][]::new);
    long[] scored = new long[documents.size()];
    long passed = 0;
    onlooker.sees(passed, all.size());
    for (Batch batch : Batch.of(all, batchTokens)) {
      score(batch, tokens, nll, scored);
      passed += batch.passes().size();
      onlooker.sees(passed, all.size());
    }
    List<DocumentSums> sums = new ArrayList<>();
    for (int d = 0; d < documents.size(); d++) sums.add(sums(documents.get(d), nll[d], scored[d]));
    return sums;
  }

  private void score(Batch batch, List<int[]> tokens, double[][] nll, long[] scored) {
    List<Row> rows = batch.passes().stream().map(p -> p.row(tokens.get(p.document()))).toList();
    float[][] scores = model.nll(rows);
    for (int r = 0; r < rows.size(); r++) {
      Pass pass = batch.passes().get(r);
      int[] labels = rows.get(r).labels();
      for (int i = 0; i < labels.length; i++) {
        if (labels[i] == TokenNll.IGNORED) continue;
        nll[pass.document()][pass.first() + i] = scores[r][i];
        scored[pass.document()]++;
      }
    }
  }

  /** What is not scored has no nll. */
  private static DocumentSums sums(Document document, double[] nll, long scored) {
    double sum = 0;
    double squares = 0;
    for (double x : nll) {
      sum += x;
      squares += x * x;
    }
    String text = document.text();
    return new DocumentSums(
        document.id(),
        new Sums(sum, squares, scored, nll.length, Text.bytes(text), Text.words(text), 1));
  }
}
