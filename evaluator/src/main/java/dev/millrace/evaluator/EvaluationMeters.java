package dev.millrace.evaluator;

import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.EvaluationStatus;
import dev.millrace.schemas.KafkaWait;
import dev.millrace.schemas.SetEvaluation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;

/** What the evaluator measures of itself, and the last evaluation of each set. */
final class EvaluationMeters {
  private static final String PREFIX = "millrace.evaluation";

  private final MeterRegistry registry;
  private final String run;
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong step = new AtomicLong(-1);
  private final Map<String, SetEvaluation> last = new ConcurrentHashMap<>();
  private final Timer duration;

  EvaluationMeters(MeterRegistry registry, String run, KafkaWait kafka) {
    this.registry = registry;
    this.run = run;
    this.duration = registry.timer(PREFIX + ".duration", "run", run);
    Gauge.builder(PREFIX + ".waiting", waiting, AtomicLong::get)
        .description("Announced checkpoints that are not evaluated yet")
        .tag("run", run)
        .register(registry);
    Gauge.builder(PREFIX + ".kafka.away", kafka, k -> k.isWaiting() ? 1 : 0)
        .description("1 while Kafka does not answer")
        .tag("run", run)
        .register(registry);
    Gauge.builder(PREFIX + ".step", step, AtomicLong::get)
        .description("Step of the last evaluation")
        .tag("run", run)
        .register(registry);
  }

  void waiting(int checkpoints) {
    waiting.set(checkpoints);
  }

  void add(EvaluationResult result) {
    Counter.builder(PREFIX + ".results")
        .tag("run", run)
        .tag("status", result.getStatus().name())
        .register(registry)
        .increment();
    if (result.getStatus() != EvaluationStatus.EVALUATED) return;
    duration.record(Duration.ofNanos((long) (result.getSeconds() * 1e9)));
    step.set(result.getStep());
    for (SetEvaluation set : result.getSets()) add(set);
  }

  private void add(SetEvaluation set) {
    if (last.put(set.getName(), set) != null) return;
    gauge("bits.per.byte", set.getName(), SetEvaluation::getBitsPerByte);
    gauge("token.perplexity", set.getName(), SetEvaluation::getTokenPerplexity);
    gauge("regression", set.getName(), s -> s.getRegression() ? 1 : 0);
  }

  private void gauge(String name, String set, ToDoubleFunction<SetEvaluation> value) {
    Gauge.builder(
            PREFIX + "." + name,
            last,
            all -> Optional.ofNullable(all.get(set)).map(value::applyAsDouble).orElse(Double.NaN))
        .tag("run", run)
        .tag("set", set)
        .register(registry);
  }
}
