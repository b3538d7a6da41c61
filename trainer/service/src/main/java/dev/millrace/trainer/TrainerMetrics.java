package dev.millrace.trainer;

import dev.millrace.schemas.TrainingProgress;
import io.micrometer.core.instrument.Counter;
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
  private final Counter dataWait;
  private final Counter checkpointFailures;
  private final Timer checkpoints;
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
    dataWait = registry.counter("millrace.trainer.data.wait.seconds", tags);
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

  void step(TrainingProgress progress) {
    last.set(Optional.of(progress));
    dataWait.increment(progress.getDataWaitSeconds());
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
