package dev.millrace.trainer;

import dev.millrace.model.Graph.Input;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Sums of negative log-likelihood as a step's microbatches come in: of every head, and of the
 * first, the language model, by domain.
 */
final class StepLoss {
  private final List<Input> heads;
  private final double[] nats;
  private final long[] targets;
  private final Map<String, Double> domainNats = new TreeMap<>();
  private final Map<String, Long> domainTokens = new TreeMap<>();
  private final List<Example> notFinite = new ArrayList<>();

  /**
   * @param heads their labels, the language model's first
   */
  StepLoss(List<Input> heads) {
    this.heads = List.copyOf(heads);
    this.nats = new double[heads.size()];
    this.targets = new long[heads.size()];
  }

  /**
   * Adds a microbatch.
   *
   * @param nll for each head sums in nats of each row
   */
  void add(StepBatch.Rows microbatch, List<float[]> nll) {
    for (int head = 0; head < heads.size(); head++) {
      for (float row : nll.get(head)) nats[head] += row;
      targets[head] += microbatch.tensors().targets(heads.get(head));
    }
    for (int i = 0; i < microbatch.rows().size(); i++) {
      Example row = microbatch.rows().get(i);
      if (!isFinite(nll, i)) notFinite.add(row);
      domainNats.merge(row.domain(), (double) nll.get(0)[i], Double::sum);
      domainTokens.merge(row.domain(), row.targetTokens(), Long::sum);
    }
  }

  private static boolean isFinite(List<float[]> nll, int row) {
    return nll.stream().allMatch(head -> Float.isFinite(head[row]));
  }

  /**
   * Takes those out of {@link #notFinite} that are not to blame, unless nobody is: what pads a row
   * to the longest of its microbatch may spoil it.
   *
   * @param soundAlone whether the loss of a row is finite where nothing pads it
   */
  void acquit(Predicate<Example> soundAlone) {
    List<Example> guilty = notFinite.stream().filter(soundAlone.negate()).toList();
    if (!guilty.isEmpty()) notFinite.retainAll(guilty);
  }

  /** Rows whose loss is no number or infinite. */
  List<Example> notFinite() {
    return List.copyOf(notFinite);
  }

  /** Nats per target of the language model, and of each further head that has any. */
  double mean() {
    double mean = nats[0] / targets[0];
    for (int head = 1; head < nats.length; head++) {
      if (targets[head] > 0) mean += nats[head] / targets[head];
    }
    return mean;
  }

  /** Nats per target token by domain; domains without any are not there. */
  Map<String, Double> domainMeans() {
    Map<String, Double> means = new TreeMap<>();
    domainTokens.forEach(
        (domain, count) -> {
          if (count > 0) means.put(domain, domainNats.getOrDefault(domain, 0.0) / count);
        });
    return means;
  }

  /** Target tokens by domain. */
  Map<String, Long> domainTokens() {
    return Map.copyOf(domainTokens);
  }
}
