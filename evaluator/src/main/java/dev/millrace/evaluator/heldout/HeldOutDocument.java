package dev.millrace.evaluator.heldout;

/**
 * A document of {@code documents.held-out}.
 *
 * @param partition of the topic
 * @param offset in the partition
 * @param contentHash in hex, the record's key
 */
public record HeldOutDocument(
    String domain, int partition, long offset, String contentHash, String text) {}
