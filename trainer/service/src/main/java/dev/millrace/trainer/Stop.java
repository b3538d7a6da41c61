package dev.millrace.trainer;

/** Told once, from any thread: finish what you are at, save it, leave. */
final class Stop {
  private volatile boolean requested;

  void request() {
    requested = true;
  }

  boolean requested() {
    return requested;
  }
}
