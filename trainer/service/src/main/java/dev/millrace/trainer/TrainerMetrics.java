package dev.millrace.trainer;

import dev.millrace.schemas.TrainingProgress;
import dev.millrace.trainer.TrainingTime.Wait;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;

/** What a trainer shows of itself. */
final class TrainerMetrics {
  private final AtomicReference<Optional<TrainingProgress>> last =
      new AtomicReference<>(Optional.empty());
  private final Counter tokens;
  private final Counter skipped;
  private final Counter checkpointFailures;
  private final Timer checkpoints;
  private final TrainingTime time = new TrainingTime();
  private volatile boolean paused;

  TrainerMetrics(MeterRegistry registry, String run) {
    Tags tags = Tags.of("run", run);
    gauge(registry, tags, "step", TrainingProgress::getStep);
    gauge(registry, tags, "loss", TrainingProgress::getLoss);
    gauge(registry, tags, "gradient.norm", TrainingProgress::getGradientNorm);
    gauge(registry, tags, "learning.rate", TrainingProgress::getLearningRate);
    gauge(registry, tags, "tokens.per.second", TrainingProgress::getTokensPerSecond);
    gauge(registry, tags, "mfu", p -> Optional.ofNullable(p.getMfu()).orElse(Double.NaN));
    Gauge.builder("millrace.trainer.paused", () -> paused ? 1 : 0).tags(tags).register(registry);
    tokens = registry.counter("millrace.trainer.tokens", tags);
    skipped = registry.counter("millrace.trainer.steps.skipped", tags);
    seconds(registry, tags, "seconds", TrainingTime::seconds);
    seconds(registry, tags, "data.wait.seconds", all -> all.seconds(Wait.SEQUENCES));
    seconds(registry, tags, "checkpoint.wait.seconds", all -> all.seconds(Wait.CHECKPOINTS));
    seconds(registry, tags, "record.wait.seconds", all -> all.seconds(Wait.RECORDS));
    checkpointFailures = registry.counter("millrace.trainer.checkpoint.failures", tags);
    checkpoints = registry.timer("millrace.trainer.checkpoint", tags);
  }

  private void gauge(
      MeterRegistry registry, Tags tags, String name, ToDoubleFunction<TrainingProgress> value) {
    Gauge.builder(
            "millrace.trainer." + name,
            () -> last.get().map(value::applyAsDouble).orElse(Double.NaN))
        .tags(tags)
        .register(registry);
  }

  private void seconds(
      MeterRegistry registry, Tags tags, String name, ToDoubleFunction<TrainingTime> value) {
    FunctionCounter.builder("millrace.trainer." + name, time, value).tags(tags).register(registry);
  }

  /** Where its time goes. */
  TrainingTime time() {
    return time;
  }

  void step(TrainingProgress progress) {
    last.set(Optional.of(progress));
    if (progress.getSkipped() != null) {
      skipped.increment();
    } else {
      progress.getDomainTokens().values().forEach(tokens::increment);
    }
  }

  void paused(boolean now) {
    paused = now;
  }

  void checkpointPublished(double seconds) {
    checkpoints.record(Duration.ofNanos((long) (seconds * 1e9)));
  }

  void checkpointFailed() {
    checkpointFailures.increment();
  }
}
