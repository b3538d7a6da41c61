/**
 * The refinery as one Kafka Streams application: rules, signatures, the index, release. Each stage
 * is a source, a processor and its sinks; what they decide is decided elsewhere, by pure code.
 */
@NullMarked
package dev.millrace.refinery.stream;

import org.jspecify.annotations.NullMarked;
