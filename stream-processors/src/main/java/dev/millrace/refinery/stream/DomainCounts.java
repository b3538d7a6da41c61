package dev.millrace.refinery.stream;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where one domain's raw records are. At any moment {@code raw = decided + inFlight}.
 *
 * @param raw records that the rules have judged
 * @param candidates those that passed every rule, whether or not dedup has decided since
 * @param refined released for training
 * @param heldOut released for evaluation
 * @param retracted released, then taken back
 * @param deadLetters unreadable, or broke a stage
 * @param dropped by rule
 */
public record DomainCounts(
    long raw,
    long candidates,
    long refined,
    long heldOut,
    long retracted,
    long deadLetters,
    SortedMap<String, Long> dropped) {

  public DomainCounts {
    dropped = Collections.unmodifiableSortedMap(new TreeMap<>(dropped));
  }

  /** Dropped by any rule. */
  public long droppedInAll() {
    return dropped.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Records that have found their end. */
  public long decided() {
    return refined + heldOut + retracted + deadLetters + droppedInAll();
  }

  /** Candidates that wait for their dedup verdict. */
  public long inFlight() {
    return raw - decided();
  }
}
