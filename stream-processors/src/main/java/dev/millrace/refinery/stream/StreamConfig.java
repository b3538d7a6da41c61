package dev.millrace.refinery.stream;

import dev.millrace.runtime.config.Default;
import java.time.Duration;

/**
 * How the refinery runs. Nothing of it changes what becomes of a document, but for the time limit,
 * which sends a document that hangs to the dead letters.
 *
 * @param threads stream threads of this instance; more than partitions are idle
 * @param commitInterval how often work is committed; a document takes about two and a half of them
 *     from raw to refined
 * @param standbyReplicas other instances that hold a copy of the index
 * @param documentTimeLimit how long the rules may take for one document
 */
public record StreamConfig(
    @Default("2") int threads,
    @Default("300ms") Duration commitInterval,
    @Default("1") int standbyReplicas,
    @Default("5s") Duration documentTimeLimit) {
  private static final Duration COMMIT_INTERVAL_MIN = Duration.ofMillis(10);
  private static final Duration COMMIT_INTERVAL_MAX = Duration.ofSeconds(10);
  private static final Duration TIME_LIMIT_MIN = Duration.ofMillis(10);
  private static final Duration TIME_LIMIT_MAX = Duration.ofSeconds(10);

  public StreamConfig {
    if (threads < 1) throw new IllegalArgumentException("threads must be at least 1: " + threads);
    if (standbyReplicas < 0) {
      throw new IllegalArgumentException("standbyReplicas must be at least 0: " + standbyReplicas);
    }
    within("commitInterval", commitInterval, COMMIT_INTERVAL_MIN, COMMIT_INTERVAL_MAX);
    within("documentTimeLimit", documentTimeLimit, TIME_LIMIT_MIN, TIME_LIMIT_MAX);
  }

  private static void within(String key, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "%s must be from %d ms to %d ms: %d ms"
              .formatted(key, least.toMillis(), most.toMillis(), value.toMillis()));
    }
  }
}
