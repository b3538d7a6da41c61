package dev.millrace.tokenization;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What one process has packed of one domain since it started. */
final class PackMeters {
  private final Counter documents;
  private final Counter tokens;
  private final Counter sequences;
  private final Counter packedTokens;

  PackMeters(MeterRegistry meters, String domain) {
    documents = meters.counter("millrace.tokenization.documents", "domain", domain);
    tokens = meters.counter("millrace.tokenization.tokens", "domain", domain);
    sequences = meters.counter("millrace.tokenization.sequences", "domain", domain);
    packedTokens = meters.counter("millrace.tokenization.packed.tokens", "domain", domain);
  }

  /** Of all domains: what cannot be read may name any, and a label must not have any value. */
  static Counter deadLetters(MeterRegistry meters) {
    return meters.counter("millrace.tokenization.dead.letters");
  }

  void read(int length) {
    documents.increment();
    tokens.increment(length);
  }

  void packed(int length) {
    sequences.increment();
    packedTokens.increment(length);
  }
}
