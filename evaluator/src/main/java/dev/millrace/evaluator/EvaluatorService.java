package dev.millrace.evaluator;

import dev.millrace.evaluator.CheckpointFeed.Announced;
import dev.millrace.runtime.Service;
import dev.millrace.runtime.artifacts.ArtifactStore;
import dev.millrace.runtime.artifacts.Artifacts;
import dev.millrace.runtime.artifacts.PatientArtifacts;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.EvaluationStatus;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.KafkaWait;
import dev.millrace.schemas.SetKind;
import dev.millrace.schemas.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates every checkpoint of a run, in the order of their announcement, for as long as it runs:
 * those that were announced while it was away, then each new one. A result and the position that it
 * stands for are one transaction, so that no checkpoint is evaluated twice or missed, whatever is
 * killed when. A second evaluator of the same run fences the first, which leaves with a {@link
 * org.apache.kafka.common.errors.ProducerFencedException}.
 *
 * <p>Training never waits for it. While Kafka or the artifact store is away it waits and says so.
 */
public final class EvaluatorService implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluatorService.class);
  private static final String HELD_OUT = "heldout";
  private static final int ANSWER_MILLIS = 5_000; // So that a wait can be ended and spoken of.

  private final Setup setup;
  private final EvaluationMeters meters;
  private final KafkaWait wait;
  private final Artifacts artifacts;
  private volatile boolean stopped;
  private volatile boolean restored;

  /**
   * What the evaluator of one run needs.
   *
   * @param domains the run's; each has its own held-out set
   * @param contextLength tokens of a window, where the model can take so many: those of training
   * @param artifacts where artifacts go: heldout/RUN/SETID and evaluations/RUN/CHECKPOINT below it
   * @param scratch a directory of its own, emptied and used for exported models
   */
  public record Setup(
      String run,
      List<String> domains,
      Topics topics,
      KafkaConnection kafka,
      EvaluationConfig config,
      int contextLength,
      Artifacts artifacts,
      Path scratch) {
    public Setup {
      domains = List.copyOf(domains);
      for (String name : config.files().keySet()) {
        if (domains.contains(name)) {
          throw new IllegalArgumentException(
              "evaluation.files: " + name + " is the name of a domain");
        }
      }
    }
  }

  public EvaluatorService(Setup setup, MeterRegistry registry) {
    this.setup = setup;
    this.wait = new KafkaWait(() -> stopped);
    this.artifacts = new PatientArtifacts(setup.artifacts(), () -> stopped);
    this.meters = new EvaluationMeters(registry, setup.run(), wait);
  }

  /**
   * Evaluates until stopped.
   *
   * @throws IllegalArgumentException in one line, for a file of the run file that cannot be scored
   */
  @Override
  public void run() throws Exception {
    List<TextSet> files = files();
    try (EvaluationLog log = EvaluationLog.open(setup.run(), setup.topics(), impatient(), wait)) {
      evaluate(files, log);
    } catch (CancellationException e) {
      if (!stopped) throw e;
    }
  }

  private void evaluate(List<TextSet> files, EvaluationLog log) throws Exception {
    History history = log.read();
    ArtifactStore heldOut = artifacts.store(HELD_OUT, setup.run());
    KeptSums sums = new KeptSums(setup.run(), artifacts, heldOut);
    heldOut.clear(); // Older evaluators are fenced.
    sums.clearUnfinished();
    sums.clear(history);
    Evaluator evaluator = evaluator(files, heldOut, sums);
    try (CheckpointFeed feed =
        new CheckpointFeed(
            setup.run(), impatient(), setup.topics().checkpoints(), history.nextOffset())) {
      LOG.info("evaluating run {} from checkpoint offset {}", setup.run(), history.nextOffset());
      while (!stopped) {
        List<Announced> waiting = wait.until(feed::poll);
        restored = true;
        for (int i = 0; i < waiting.size() && !stopped; i++) {
          meters.waiting(waiting.size() - i);
          EvaluationResult result = result(waiting, i, evaluator, history);
          log.write(result);
          history.add(result);
          sums.clear(history);
          meters.add(result);
          say(result);
        }
        meters.waiting(0);
      }
    }
  }

  private EvaluationResult result(
      List<Announced> waiting, int i, Evaluator evaluator, History history) throws Exception {
    Announced newest = waiting.get(waiting.size() - 1);
    if (setup.config().newestOnly() && i < waiting.size() - 1) {
      return Results.passedOver(waiting.get(i), newest);
    }
    return evaluator.evaluate(waiting.get(i), history);
  }

  private Evaluator evaluator(List<TextSet> files, ArtifactStore heldOut, KeptSums sums) {
    HeldOutSnapshot snapshot =
        new HeldOutSnapshot(
            setup.domains(),
            setup.config(),
            setup.topics(),
            impatient(),
            wait,
            () -> stopped,
            heldOut);
    return new Evaluator(
        setup.config(),
        setup.contextLength(),
        files,
        snapshot,
        setup.scratch(),
        artifacts,
        sums,
        () -> stopped);
  }

  private List<TextSet> files() throws IOException {
    List<TextSet> sets = new ArrayList<>();
    for (Map.Entry<String, Path> file : setup.config().files().entrySet()) {
      if (!Files.isRegularFile(file.getValue())) {
        throw new IllegalArgumentException(
            "evaluation.files: " + file.getKey() + ": no file " + file.getValue());
      }
      TextSet set = new TextSet(file.getKey(), SetKind.FILE, Texts.read(file.getValue()));
      if (set.documents().stream().allMatch(d -> d.text().isEmpty())) {
        throw new IllegalArgumentException(file.getValue() + " has no text");
      }
      sets.add(set);
    }
    return sets;
  }

  private KafkaConnection impatient() {
    Map<String, Object> properties = new HashMap<>(setup.kafka().properties());
    properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, ANSWER_MILLIS);
    return new KafkaConnection(properties);
  }

  private static void say(EvaluationResult result) {
    if (result.getStatus() == EvaluationStatus.EVALUATED) {
      Map<String, String> perplexities = new HashMap<>();
      result
          .getSets()
          .forEach(
              s ->
                  perplexities.put(
                      s.getName(), String.format(Locale.ROOT, "%.2f", s.getTokenPerplexity())));
      LOG.info(
          "step {}: token perplexity {} on {}",
          result.getStep(),
          perplexities,
          result.getProvider());
    } else {
      LOG.warn("step {}: {}: {}", result.getStep(), result.getStatus(), result.getReason());
    }
  }

  /** Whether it knows what it has evaluated and hears of checkpoints, and Kafka answers. */
  @Override
  public boolean isReady() {
    return restored && !wait.isWaiting();
  }

  @Override
  public void stop() {
    stopped = true;
  }

  @Override
  public void close() {
    stop(); // What run() opens, run() closes.
  }
}
