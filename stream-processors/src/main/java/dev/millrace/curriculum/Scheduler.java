package dev.millrace.curriculum;

import dev.millrace.schemas.DomainPosition;
import dev.millrace.schemas.SchedulerState;
import dev.millrace.schemas.SkipList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Decides the training order: a state machine without a clock, whose decisions depend on nothing
 * but its configuration and the order in which it is told things.
 *
 * <p>Every slot goes to the domain with the largest deficit: its share of the phase's target tokens
 * so far, minus what it was given. An operator's mixture counts from where it was ordered: nothing
 * is made up for. Within the domain the phase's order picks. Nothing is released more than {@code
 * lead} sequences ahead of the trainer, those that it will pass over not counted.
 */
public final class Scheduler<T> {
  /** A sequence that its order puts off is put off for so many windows at most. */
  private static final int WINDOWS_PASSED_OVER = 8;

  private final CurriculumConfig config;
  private final Map<String, Lane<T>> lanes = new LinkedHashMap<>();
  private final SkipList skips = new SkipList();
  private long ordinal;
  private int phase;
  private long phaseTokens;
  private long tokens;
  private long trainerOrdinal;
  private Map<String, Double> mixture; // Ordered by an operator; empty: the phase's.

  private static final class Lane<T> {
    final Window<T> window;
    long phaseTokens;
    long tokens;

    Lane(DomainPosition position, int held) {
      window =
          new Window<>(
              position.getNext(), position.getReleasedAbove(), (long) WINDOWS_PASSED_OVER * held);
      phaseTokens = position.getPhaseTokens();
      tokens = position.getTokens();
    }
  }

  /**
   * @param domains of the run; earlier ones win ties
   * @param state where an earlier scheduler stood, or {@link #start}
   */
  public Scheduler(CurriculumConfig config, List<String> domains, SchedulerState state) {
    this.config = config;
    ordinal = state.getOrdinal();
    phase = state.getPhase();
    phaseTokens = state.getPhaseTokens();
    tokens = state.getTokens();
    trainerOrdinal = state.getTrainerOrdinal();
    mixture = Map.copyOf(state.getMixture());
    DomainPosition fresh = new DomainPosition(0L, List.of(), 0L, 0L, 0);
    domains.forEach(
        d -> lanes.put(d, new Lane<>(state.getDomains().getOrDefault(d, fresh), config.window())));
  }

  /** Where a run begins. */
  public static SchedulerState start() {
    return new SchedulerState(0L, 0, 0L, 0L, 0L, Map.of(), Map.of());
  }

  /** Whether there is room in the domain's window. */
  public boolean wants(String domain) {
    return lane(domain).window.size() < config.window();
  }

  /** From this offset on the domain's sequences are to be offered, in order. */
  public long next(String domain) {
    return lane(domain).window.next();
  }

  /** The next offset of the domain that was not offered yet. */
  public long seen(String domain) {
    return lane(domain).window.seen();
  }

  /** A sequence has arrived. One that was released before is ignored. */
  public void offer(String domain, Candidate<T> candidate) {
    lane(domain).window.offer(candidate);
  }

  /** A sequence of which nothing is to be trained on. */
  public void pass(String domain, long offset) {
    lane(domain).window.pass(offset);
  }

  /** Changes what waits, or drops it, because documents were taken back. */
  public void revise(Function<Candidate<T>, Optional<Candidate<T>>> revision) {
    lanes.values().forEach(lane -> lane.window.revise(revision));
  }

  /** The trainer will take this ordinal next. */
  public void trainerAt(long nextOrdinal) {
    trainerOrdinal = Math.max(trainerOrdinal, nextOrdinal);
  }

  /** The place in the training order that is filled next. */
  public long ordinal() {
    return ordinal;
  }

  /**
   * Puts another mixture in the place of the phase's, from the next ordinal to the phase's end.
   *
   * @param ordered weight by domain; empty: the phase's own again
   * @throws IllegalArgumentException where there is none such
   */
  public void order(Map<String, Double> ordered) {
    if (finished()) throw new IllegalArgumentException("the last phase is over");
    ordered.forEach(
        (domain, weight) -> {
          lane(domain);
          if (!(weight >= 0 && Double.isFinite(weight))) {
            throw new IllegalArgumentException(
                "the weight of %s must be 0 or more: %s".formatted(domain, weight));
          }
        });
    if (!ordered.isEmpty() && ordered.values().stream().allMatch(weight -> weight == 0)) {
      throw new IllegalArgumentException("some domain must have a weight above 0");
    }
    if (!Double.isFinite(PhaseConfig.sum(ordered))) {
      throw new IllegalArgumentException("the weights must have a finite sum: " + ordered);
    }
    mixture = Map.copyOf(ordered);
    beginCounting();
  }

  /** The next sequence of the training order; empty: it must wait for the trainer or for data. */
  public Optional<Release<T>> release() {
    if (finished() || ahead() >= config.lead()) return Optional.empty();
    return neediest().filter(d -> !lane(d).window.isEmpty()).map(this::releaseFrom);
  }

  private long ahead() {
    return ordinal - trainerOrdinal - skips.count(trainerOrdinal, ordinal);
  }

  /** The trainer will pass over these, and wait for what comes after them. */
  public void skip(long firstOrdinal, long nextOrdinal) {
    skips.add(firstOrdinal, nextOrdinal);
  }

  /** Whether the last phase has had its tokens. */
  public boolean finished() {
    return phase >= config.phases().size();
  }

  /** Everything that a successor needs to go on as this one would. */
  public SchedulerState state() {
    Map<String, DomainPosition> positions = new LinkedHashMap<>();
    lanes.forEach(
        (domain, lane) -> {
          lane.window.trim();
          positions.put(
              domain,
              new DomainPosition(
                  lane.window.next(),
                  lane.window.releasedAbove(),
                  lane.phaseTokens,
                  lane.tokens,
                  0));
        });
    return new SchedulerState(
        ordinal, phase, phaseTokens, tokens, trainerOrdinal, mixture, positions);
  }

  private Optional<String> neediest() {
    long given = lanes.values().stream().mapToLong(lane -> lane.phaseTokens).sum();
    String best = null;
    double largest = Double.NEGATIVE_INFINITY;
    for (Map.Entry<String, Lane<T>> lane : lanes.entrySet()) {
      double weight = weight(lane.getKey());
      if (weight == 0 || skipped(lane.getValue())) continue;
      double deficit = weight * given - lane.getValue().phaseTokens;
      if (deficit > largest) {
        largest = deficit;
        best = lane.getKey();
      }
    }
    return Optional.ofNullable(best);
  }

  private double weight(String domain) {
    return mixture.isEmpty()
        ? phase().weight(domain, lanes.size())
        : PhaseConfig.weight(mixture, domain, lanes.size());
  }

  private boolean skipped(Lane<T> lane) {
    return config.starved() == CurriculumConfig.Starved.CONTINUE && lane.window.isEmpty();
  }

  private Release<T> releaseFrom(String domain) {
    Lane<T> lane = lane(domain);
    Candidate<T> candidate = lane.window.take(phase(), phaseTokens);
    Release<T> release = new Release<>(ordinal, phase, domain, candidate);
    ordinal++;
    count(lane, candidate.targetTokens());
    if (phase().until().isPresent() && phaseTokens >= phase().until().get()) enterNextPhase();
    return release;
  }

  private void count(Lane<T> lane, long targetTokens) {
    lane.phaseTokens += targetTokens;
    lane.tokens += targetTokens;
    phaseTokens += targetTokens;
    tokens += targetTokens;
  }

  private void enterNextPhase() {
    phase++;
    phaseTokens = 0;
    mixture = Map.of();
    beginCounting();
  }

  private void beginCounting() {
    lanes.values().forEach(lane -> lane.phaseTokens = 0);
  }

  private PhaseConfig phase() {
    return config.phases().get(phase);
  }

  private Lane<T> lane(String domain) {
    Lane<T> lane = lanes.get(domain);
    if (lane == null) throw new IllegalArgumentException(domain + " is no domain of this run");
    return lane;
  }
}
