package dev.millrace.trainer;

/**
 * A newer trainer of the same run has taken over. This one must leave and not come back: whatever
 * it has done since the newer one started was never recorded and is being done again there.
 */
public final class FencedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  FencedException(String run, Throwable cause) {
    super("A newer trainer of run " + run + " has taken over; this one leaves", cause);
  }
}
