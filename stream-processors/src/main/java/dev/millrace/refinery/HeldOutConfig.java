package dev.millrace.refinery;

import dev.millrace.runtime.config.Default;

/**
 * The run file's {@code heldOut}: what is never trained on.
 *
 * @param fraction of the groups, 0 to 1
 * @param by what is held out together
 * @param seed another seed holds out others
 */
public record HeldOutConfig(
    @Default("0.02") double fraction, @Default("document") By by, @Default("0") long seed) {

  public HeldOutConfig {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new IllegalArgumentException("fraction must be from 0 to less than 1: " + fraction);
    }
  }

  /** What makes a group. A document that lacks it is a group of its own. */
  public enum By {
    /** The content: each document by itself. */
    DOCUMENT,
    /** The host of the URI. */
    HOST,
    /** The metadata's {@code archive}. */
    ARCHIVE
  }
}
