package dev.millrace.refinery.stream;

import dev.millrace.schemas.RefinedDocument;

/** One partition of {@code documents.candidates}, walked beside its verdicts. */
interface CandidateLog extends AutoCloseable {
  /**
   * The candidate at an offset. Each call is for a later one than the call before, and between the
   * two there is none.
   *
   * @throws IllegalStateException where the candidate is not there, or another one is before it
   * @throws org.apache.kafka.common.errors.TimeoutException where the broker does not answer
   */
  RefinedDocument at(long offset);

  @Override
  void close();

  /** Opens the log of one partition. */
  @FunctionalInterface
  interface Opener {
    CandidateLog open(int partition);
  }
}
