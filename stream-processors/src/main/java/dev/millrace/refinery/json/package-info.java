/** Documents as plain JSON, for producers that write no Avro. */
@NullMarked
package dev.millrace.refinery.json;

import org.jspecify.annotations.NullMarked;
