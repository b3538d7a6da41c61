package dev.millrace.evaluator;

import dev.millrace.evaluator.heldout.HeldOutPool;
import dev.millrace.evaluator.heldout.HeldOutSet;
import dev.millrace.evaluator.heldout.HeldOutSets;
import dev.millrace.evaluator.heldout.HeldOutTexts;
import dev.millrace.runtime.artifacts.ArtifactStore;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.KafkaWait;
import dev.millrace.schemas.Retractions;
import dev.millrace.schemas.Topics;
import dev.millrace.tokenizer.Tokenizer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The run's frozen held-out set. It is taken once: when every domain has the tokens that the run
 * file wants, or when {@code heldOutWait} is over and every domain has a document at least. A
 * domain without any is waited for as long as it takes, because a set that leaves it out could
 * never be compared with a later one that has it. From then on, and after every restart, it is the
 * same, unless a document of it is taken back: then it is removed, and another frozen.
 */
final class HeldOutSnapshot {
  private static final Logger LOG = LoggerFactory.getLogger(HeldOutSnapshot.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final Duration SAY_EVERY = Duration.ofMinutes(1);

  private final List<String> domains;
  private final EvaluationConfig config;
  private final Topics topics;
  private final KafkaConnection kafka;
  private final KafkaWait wait;
  private final BooleanSupplier stopped;
  private final HeldOutSets sets;
  private Optional<HeldOutTexts> texts = Optional.empty();
  private Retractions retractions = new Retractions();

  HeldOutSnapshot(
      List<String> domains,
      EvaluationConfig config,
      Topics topics,
      KafkaConnection kafka,
      KafkaWait wait,
      BooleanSupplier stopped,
      ArtifactStore store) {
    this.domains = domains;
    this.config = config;
    this.topics = topics;
    this.kafka = kafka;
    this.wait = wait;
    this.stopped = stopped;
    this.sets = new HeldOutSets(store);
  }

  /**
   * The set and its texts; the first call may wait.
   *
   * @param lastSetId of the last evaluation
   * @param tokenizer counts tokens where the set is yet to be frozen
   * @throws CancellationException when stopped meanwhile
   */
  HeldOutTexts get(Optional<String> lastSetId, Tokenizer tokenizer) throws Exception {
    if (moreIsTakenBack()) texts = Optional.empty();
    if (texts.isEmpty()) texts = kept(lastSetId);
    if (texts.isEmpty()) texts = Optional.of(freeze(tokenizer));
    return texts.get();
  }

  private Optional<HeldOutTexts> kept(Optional<String> lastSetId) throws Exception {
    while (true) {
      Optional<HeldOutSet> set = sets.find(domains, config.heldOutTokens(), lastSetId);
      if (set.isEmpty()) return Optional.empty();
      try (HeldOutReader reader = reader()) {
        Optional<HeldOutTexts> whole = reader.texts(set.get());
        if (whole.isPresent()) return whole;
      }
      sets.remove(set.get()); // Nothing is ever scored on it again.
    }
  }

  private boolean moreIsTakenBack() {
    Retractions now = wait.until(() -> Retractions.read(kafka, topics));
    boolean more = now.records() != retractions.records();
    retractions = now;
    return more;
  }

  private HeldOutReader reader() {
    return new HeldOutReader(kafka, topics.heldOut(), retractions, wait);
  }

  private HeldOutTexts freeze(Tokenizer tokenizer) throws Exception {
    HeldOutPool pool =
        new HeldOutPool(domains, config.heldOutTokens(), text -> tokenizer.encode(text).length);
    try (HeldOutReader reader = reader()) {
      long start = System.nanoTime();
      long said = start - SAY_EVERY.toNanos();
      while (true) {
        reader.fill(pool);
        if (moreIsTakenBack()) return freeze(tokenizer); // Who made room is asked again.
        boolean waited = System.nanoTime() - start >= config.heldOutWait().toNanos();
        if (pool.isFull() || (waited && pool.missing().isEmpty())) break;
        if (System.nanoTime() - said >= SAY_EVERY.toNanos()) {
          said = System.nanoTime();
          LOG.info(
              "waiting for held-out text: {} of {} tokens each", pool.tokens(), pool.tokensMax());
        }
        if (stopped.getAsBoolean()) throw new CancellationException("stopped");
        Thread.sleep(LOOK_EVERY.toMillis());
      }
    }
    HeldOutTexts frozen = pool.freeze();
    sets.keep(frozen.set());
    LOG.info("froze held-out set {}: tokens {}", frozen.set().id(), pool.tokens());
    return frozen;
  }
}
