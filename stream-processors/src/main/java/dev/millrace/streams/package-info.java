/** What Kafka Streams applications of Millrace have in common. */
@NullMarked
package dev.millrace.streams;

import org.jspecify.annotations.NullMarked;
