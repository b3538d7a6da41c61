/**
 * Bytes read as documents, one at a time, in constant memory. Knows no Kafka.
 *
 * <p>{@link dev.millrace.ingest.source.Sources#open} peels compression, tells the format from the
 * name and the first bytes, and hands over {@link dev.millrace.ingest.source.Items}. A new format
 * is one class that implements {@code Items} and one case of {@link
 * dev.millrace.ingest.source.Format}.
 */
@NullMarked
package dev.millrace.ingest.source;

import org.jspecify.annotations.NullMarked;
