/**
 * Refined documents to packed token sequences, one topic for each domain of a run. Cutting, packing
 * and signals are pure; one processor holds the stores; one service runs the stream.
 */
@NullMarked
package dev.millrace.tokenization;

import org.jspecify.annotations.NullMarked;
