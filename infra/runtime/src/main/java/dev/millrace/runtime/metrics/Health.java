package dev.millrace.runtime.metrics;

import java.util.Optional;

/** Whether all is well, asked whenever somebody wants to know. */
@FunctionalInterface
public interface Health {
  /** Nothing if all is well, else what is not, in a line. */
  Optional<String> problem();
}
