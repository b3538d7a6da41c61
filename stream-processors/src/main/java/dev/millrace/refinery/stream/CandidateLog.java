package dev.millrace.refinery.stream;

import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import java.util.Optional;

/** One partition of {@code documents.candidates}, walked beside its verdicts. */
interface CandidateLog extends AutoCloseable {
  /**
   * One record of it.
   *
   * @param origin in {@code documents.raw}, of the document or of the request to take it back
   * @param document empty: it takes earlier ones with this id back
   */
  record Candidate(String id, Origin origin, Optional<Encoded> document) {}

  /** A document and the bytes that it was read from. */
  record Encoded(RefinedDocument document, byte[] bytes) {}

  /**
   * The record at an offset. Each call is for a later one than the call before, and between the two
   * there is none.
   *
   * @throws IllegalStateException where the record is not there, or another one is before it
   * @throws org.apache.kafka.common.errors.TimeoutException where the broker does not answer
   */
  Candidate at(long offset);

  /**
   * The document at any earlier offset; empty where the log has it no more.
   *
   * @throws org.apache.kafka.common.errors.TimeoutException where the broker does not answer
   */
  Optional<RefinedDocument> find(long offset);

  @Override
  void close();

  /** Opens the log of one partition. */
  @FunctionalInterface
  interface Opener {
    CandidateLog open(int partition);
  }
}
