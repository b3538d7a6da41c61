package dev.millrace.runtime.terminal;

import java.util.ArrayDeque;
import java.util.Deque;

/** How fast a count grows, over the last seconds. */
final class Rate {
  private static final double WINDOW_SECONDS = 10;

  private final Deque<Sample> samples = new ArrayDeque<>();

  private record Sample(double seconds, long count) {}

  /** Takes the count at a time and returns how much it grows in a second. */
  double at(double seconds, long count) {
    samples.addLast(new Sample(seconds, count));
    while (samples.size() > 2 && samples.peekFirst().seconds() < seconds - WINDOW_SECONDS) {
      samples.removeFirst();
    }
    Sample first = samples.getFirst();
    double passed = seconds - first.seconds();
    return passed > 0 ? (count - first.count()) / passed : 0;
  }
}
