package dev.millrace.trainer;

import dev.millrace.model.Shapes;
import dev.millrace.schemas.SkipList;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.schemas.checkpoint.TrainerState;
import dev.millrace.trainer.TrainingTime.Wait;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of every step: to the ledger, to whoever measures, and now and then to the log. */
final class StepLog {
  private static final Logger LOG = LoggerFactory.getLogger(StepLog.class);

  private static final int DOCUMENTS_NAMED = 50; // A line, not a page; ordinals say the rest.

  private final TrainingConfig config;
  private final Shapes shapes;
  private final CurriculumReader curriculum;
  private final Ledger ledger;
  private final TrainerMetrics metrics;
  private final SkipList skips;
  private long begunNanos;

  StepLog(
      TrainingConfig config,
      Shapes shapes,
      CurriculumReader curriculum,
      Ledger ledger,
      TrainerMetrics metrics,
      SkipList skips) {
    this.config = config;
    this.shapes = shapes;
    this.curriculum = curriculum;
    this.ledger = ledger;
    this.metrics = metrics;
    this.skips = skips;
  }

  /** The step has its data. */
  void begin() {
    begunNanos = System.nanoTime();
  }

  /** The weights have changed. */
  void trained(
      TrainerState state, StepBatch batch, StepLoss loss, double norm, double learningRate) {
    TrainingProgress progress = progress(state, batch, loss, norm, learningRate, null);
    record(progress);
    if (state.step() % config.loggingSteps() == 0) {
      LOG.info("{}", line(progress));
    }
  }

  /** Nothing but the position has changed. */
  TrainingProgress skipped(
      TrainerState state, StepBatch batch, StepLoss loss, double norm, String why) {
    TrainingProgress progress = progress(state, batch, loss, norm, 0, why);
    record(progress);
    LOG.warn(
        "Step {} is skipped, ordinals {} to {}: {}; of {}",
        state.step(),
        batch.firstOrdinal(),
        batch.nextOrdinal() - 1,
        why,
        documents(batch, loss));
    return progress;
  }

  /** The ids of those to blame: of the rows whose loss is not finite, or of all of the step. */
  static String documents(StepBatch batch, StepLoss loss) {
    List<Example> rows = loss.notFinite().isEmpty() ? batch.rows() : loss.notFinite();
    List<String> ids =
        rows.stream().flatMap(row -> row.documentsSeen().stream()).distinct().toList();
    String named = String.join(", ", ids.subList(0, Math.min(ids.size(), DOCUMENTS_NAMED)));
    int more = ids.size() - DOCUMENTS_NAMED;
    return more > 0 ? "documents %s and %d more".formatted(named, more) : "documents " + named;
  }

  private void record(TrainingProgress progress) {
    TrainingTime time = metrics.time();
    long start = time.now();
    ledger.progress(progress);
    time.waited(Wait.RECORDS, start);
    time.lap();
    metrics.step(progress);
  }

  private TrainingProgress progress(
      TrainerState state,
      StepBatch batch,
      StepLoss loss,
      double norm,
      double learningRate,
      @Nullable String skipped) {
    double seconds = (System.nanoTime() - begunNanos) / 1e9;
    double tokensPerSecond = batch.targetTokens() / seconds;
    return TrainingProgress.newBuilder()
        .setRun(state.run())
        .setAttempt(state.attempt())
        .setStep(state.step())
        .setTokens(state.tokens())
        .setLoss(loss.mean())
        .setGradientNorm(norm)
        .setLearningRate(learningRate)
        .setTokensPerSecond(tokensPerSecond)
        .setMfu(mfu(batch.shape().contextLength(), batch.positions() / seconds))
        .setDataWaitSeconds(curriculum.waitedNanos() / 1e9)
        .setDomainLoss(loss.domainMeans())
        .setDomainTokens(loss.domainTokens())
        .setFirstOrdinal(batch.firstOrdinal())
        .setNextOrdinal(batch.nextOrdinal())
        .setNextOffset(batch.nextOffset())
        .setSkipped(skipped)
        .setPassedOver(skips.within(batch.firstOrdinal(), batch.nextOrdinal()))
        .build();
  }

  private @Nullable Double mfu(int contextLength, double positionsPerSecond) {
    return config
        .peakTeraflops()
        .map(peak -> shapes.modelFlopsUtilization(contextLength, positionsPerSecond, peak * 1e12))
        .orElse(null);
  }

  private static String line(TrainingProgress progress) {
    return String.format(
        Locale.ROOT,
        "step %d: loss %.4f, gradient norm %.3f, learning rate %.3g, %.0f tokens/s, %d tokens",
        progress.getStep(),
        progress.getLoss(),
        progress.getGradientNorm(),
        progress.getLearningRate(),
        progress.getTokensPerSecond(),
        progress.getTokens());
  }
}
