package dev.millrace.trainer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sums of negative log-likelihood as a step's microbatches come in, in all and by domain. */
final class StepLoss {
  private final Map<String, Double> nats = new TreeMap<>();
  private final Map<String, Long> tokens = new TreeMap<>();
  private final List<Row> notFinite = new ArrayList<>();
  private double allNats;
  private long allTokens;

  /**
   * Adds a microbatch.
   *
   * @param nll sums in nats of each row
   */
  void add(StepBatch.Rows microbatch, float[] nll) {
    for (int i = 0; i < nll.length; i++) {
      Row row = microbatch.rows().get(i);
      if (!Float.isFinite(nll[i])) notFinite.add(row);
      nats.merge(row.domain(), (double) nll[i], Double::sum);
      tokens.merge(row.domain(), row.targetTokens(), Long::sum);
      allNats += nll[i];
      allTokens += row.targetTokens();
    }
  }

  /** Rows whose loss is no number or infinite. */
  List<Row> notFinite() {
    return List.copyOf(notFinite);
  }

  /** Nats per target token. */
  double mean() {
    return allNats / allTokens;
  }

  /** Nats per target token by domain; domains without any are not there. */
  Map<String, Double> domainMeans() {
    Map<String, Double> means = new TreeMap<>();
    tokens.forEach(
        (domain, count) -> {
          if (count > 0) means.put(domain, nats.getOrDefault(domain, 0.0) / count);
        });
    return means;
  }

  /** Target tokens by domain. */
  Map<String, Long> domainTokens() {
    return Map.copyOf(tokens);
  }
}
