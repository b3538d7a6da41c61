package dev.millrace.refinery.stream;

import dev.millrace.schemas.Origin;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Where the record at hand is. */
final class Place {
  private Place() {}

  static Origin of(ProcessingContext context) {
    RecordMetadata metadata =
        context
            .recordMetadata()
            .orElseThrow(() -> new IllegalStateException("no record at hand: " + context.taskId()));
    return new Origin(metadata.partition(), metadata.offset());
  }
}
