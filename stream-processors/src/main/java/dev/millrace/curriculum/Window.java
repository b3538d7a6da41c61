package dev.millrace.curriculum;

import dev.millrace.schemas.Signal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * One domain's waiting sequences, and which offsets have been released already: a position in the
 * log that can take things out of their order. Whatever the order, no sequence is passed over for
 * ever: the one that has waited longest is next when {@code span} offsets have been seen since it.
 */
final class Window<T> {
  private final TreeMap<Long, Candidate<T>> waiting = new TreeMap<>();
  private final TreeSet<Long> released;
  private final long span;
  private long seen; // The next offset that was not offered yet.

  Window(long next, Collection<Long> releasedAbove, long span) {
    this.span = span;
    seen = next;
    released = new TreeSet<>(releasedAbove);
  }

  /** Ignores what has been released before. */
  void offer(Candidate<T> candidate) {
    if (candidate.offset() < seen) {
      throw new IllegalStateException(
          "offset " + candidate.offset() + " came again, " + seen + " was next");
    }
    seen = candidate.offset() + 1;
    if (!released.contains(candidate.offset())) waiting.put(candidate.offset(), candidate);
  }

  /** Passes over an offset that has nothing to release. */
  void pass(long offset) {
    seen = offset + 1;
  }

  /** Changes or drops what waits. */
  void revise(Function<Candidate<T>, Optional<Candidate<T>>> revision) {
    for (Candidate<T> candidate : List.copyOf(waiting.values())) {
      Optional<Candidate<T>> revised = revision.apply(candidate);
      if (revised.isPresent()) waiting.put(candidate.offset(), revised.get());
      else waiting.remove(candidate.offset());
    }
  }

  long seen() {
    return seen;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  int size() {
    return waiting.size();
  }

  /** Takes the one that the phase puts first; ties go to the earliest. */
  Candidate<T> take(PhaseConfig phase, long phaseTokens) {
    Candidate<T> first =
        seen - waiting.firstKey() > span
            ? waiting.firstEntry().getValue()
            : byOrder(phase, phaseTokens);
    waiting.remove(first.offset());
    released.add(first.offset());
    return first;
  }

  private Candidate<T> byOrder(PhaseConfig phase, long phaseTokens) {
    return switch (phase.order()) {
      case ARRIVAL -> waiting.firstEntry().getValue();
      case SHUFFLED -> drawn(phaseTokens);
      case SHORT_TO_LONG -> lowest(Signal.LENGTH);
      case QUALITY_LATE -> lowest(Signal.QUALITY);
      case EASY_TO_HARD -> ready(phase, phaseTokens);
    };
  }

  /** By the finaliser of SplitMix64 (Steele, Lea and Flood 2014) of how far the phase is. */
  private Candidate<T> drawn(long phaseTokens) {
    long z = phaseTokens + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return waiting.values().stream()
        .skip(Math.floorMod(z, waiting.size()))
        .findFirst()
        .orElseThrow();
  }

  private Candidate<T> lowest(Signal signal) {
    return waiting.values().stream().min(bySignal(signal)).orElseThrow();
  }

  private Candidate<T> ready(PhaseConfig phase, long phaseTokens) {
    List<Candidate<T>> easiestFirst = new ArrayList<>(waiting.values());
    easiestFirst.sort(bySignal(phase.difficulty()));
    int share = (int) Math.ceil(phase.competence(phaseTokens) * easiestFirst.size());
    return easiestFirst.subList(0, Math.max(1, share)).stream()
        .min(Comparator.comparingLong(Candidate::offset))
        .orElseThrow();
  }

  private Comparator<Candidate<T>> bySignal(Signal signal) {
    return Comparator.<Candidate<T>>comparingDouble(c -> c.signal(signal))
        .thenComparingLong(Candidate::offset);
  }

  /** The lowest offset that may still be released. */
  long next() {
    return waiting.isEmpty() ? seen : waiting.firstKey();
  }

  /** Released offsets from {@link #next} on, ascending. */
  List<Long> releasedAbove() {
    return List.copyOf(released.tailSet(next()));
  }

  /** Forgets what lies below {@link #next}. */
  void trim() {
    released.headSet(next()).clear();
  }
}
