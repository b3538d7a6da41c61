/**
 * Pushes corpora into {@code documents.raw}, exactly once.
 *
 * <p>{@link dev.millrace.ingest.Ingest} is the way in. What reads files is in {@link
 * dev.millrace.ingest.source}.
 */
@NullMarked
package dev.millrace.ingest;

import org.jspecify.annotations.NullMarked;
