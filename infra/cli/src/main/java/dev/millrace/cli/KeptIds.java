package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.refinery.dedup.DocumentSigner;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * Gives duplicates the id of the document that was kept: {@code documents.dropped} has its place in
 * {@code documents.candidates}, which is kept for ever, and a hash of it.
 */
final class KeptIds implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final KafkaConnection kafka;
  private final Topic<String, byte[]> candidates;
  private @Nullable Consumer<String, byte[]> finder;

  KeptIds(KafkaConnection kafka, Topic<String, RefinedDocument> candidates) {
    this.kafka = kafka;
    this.candidates = candidates.withValues(Serdes.ByteArray());
  }

  /** Adds it to the line of a duplicate, where the candidate can be read and has that hash. */
  void addTo(ObjectNode line) {
    if (!(line.path("value").path("duplicateOf") instanceof ObjectNode kept)) return;
    JsonNode place = kept.path("candidate");
    TopicPartition partition =
        new TopicPartition(candidates.name(), place.path("partition").asInt());
    idAt(partition, place.path("offset").asLong())
        .filter(id -> DocumentSigner.idHash(id) == kept.path("idHash").asLong())
        .ifPresent(id -> kept.put("id", id));
  }

  private Optional<String> idAt(TopicPartition partition, long offset) {
    Consumer<String, byte[]> reader = finder();
    reader.assign(List.of(partition));
    reader.seek(partition, offset);
    try {
      for (ConsumerRecord<String, byte[]> record : reader.poll(PATIENCE)) {
        return record.offset() == offset ? Optional.of(record.key()) : Optional.empty();
      }
      return Optional.empty();
    } catch (InvalidOffsetException | AuthorizationException e) { // The line is as good without.
      return Optional.empty();
    }
  }

  /** Made for the first duplicate: other topics have none. */
  private Consumer<String, byte[]> finder() {
    Consumer<String, byte[]> known = finder;
    if (known != null) return known;
    Consumer<String, byte[]> made = kafka.finder(candidates);
    finder = made;
    return made;
  }

  @Override
  public void close() {
    if (finder != null) finder.close();
  }
}
