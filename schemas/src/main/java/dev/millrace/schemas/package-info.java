/**
 * The contract between the services: records, topics and serdes. Values are Avro in single-object
 * encoding, so that no registry is needed.
 */
@NullMarked
package dev.millrace.schemas;

import org.jspecify.annotations.NullMarked;
