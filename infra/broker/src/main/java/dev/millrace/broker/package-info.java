/** A real Kafka broker in a JVM of its own, for one machine. */
@NullMarked
package dev.millrace.broker;

import org.jspecify.annotations.NullMarked;
