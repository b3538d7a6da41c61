package dev.millrace.cli;

import dev.millrace.ingest.source.Format;
import dev.millrace.ingest.source.Item;
import dev.millrace.ingest.source.Items;
import dev.millrace.ingest.source.Meter;
import dev.millrace.ingest.source.Place;
import dev.millrace.ingest.source.ReadOptions;
import dev.millrace.ingest.source.Sources;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RawDocument;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Retractions;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The documents of one label: a file of JSON Lines, compressed or not, else a topic of refined
 * documents. Their order is the same each time: by line, or by partition and offset.
 *
 * @param source a file or a topic
 * @param domain only documents of this domain; empty: all
 * @param documentsMax no more than the first of them
 */
record LabelledTexts(String source, Optional<String> domain, long documentsMax) {
  private static final String REFINED = "documents.refined";
  private static final String HELD_OUT = "documents.held-out";
  private static final Duration POLL = Duration.ofMillis(200);

  /** How many texts were handed over. */
  long forEach(RunOptions run, Consumer<String> action) throws IOException {
    Path file = Path.of(source);
    long count = Files.exists(file) ? ofFile(file, action) : ofTopic(run.context(), action);
    if (count == 0) throw new UserError("there are no documents in " + shown());
    return count;
  }

  /** What people call it. */
  String shown() {
    String name =
        String.valueOf(Path.of(source).getFileName()) + domain.map(d -> ", " + d).orElse("");
    return name.replaceAll("[\\x00-\\x1f\\x7f-\\x9f]", " ");
  }

  private long ofFile(Path file, Consumer<String> action) throws IOException {
    if (!Files.isRegularFile(file)) throw new UsageError(source + " is not a file of JSON Lines");
    long count = 0;
    try (Items items = open(file)) {
      while (count < documentsMax) {
        Optional<Item> item = items.next();
        if (item.isEmpty()) break;
        RawDocument document = document(item.get());
        if (domain.isPresent() && !domain.get().equals(document.getDomain())) continue;
        action.accept(text(document));
        count++;
      }
    }
    return count;
  }

  /** Items of JSON Lines, whatever the file is called. */
  static Items open(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    Place place = Place.of(name, Optional.empty(), file.toString(), name);
    return Sources.open(file, place, jsonLines(), Optional.empty(), new Meter()).items();
  }

  static ReadOptions jsonLines() {
    return ReadOptions.of("none").as(Format.JSON_LINES);
  }

  private static RawDocument document(Item item) {
    if (item instanceof Item.Document d) return d.document();
    throw new UserError(
        item instanceof Item.Unsupported u
            ? "%s has no documents but %s".formatted(u.where(), u.kind())
            : item.toString());
  }

  static String text(RawDocument document) {
    return StandardCharsets.UTF_8.decode(document.getContent().duplicate()).toString();
  }

  private long ofTopic(RunContext run, Consumer<String> action) {
    Topics topics = topics(run.prefix());
    Topic<String, RefinedDocument> topic =
        source.endsWith(HELD_OUT) ? topics.heldOut() : topics.refined();
    KafkaConnection kafka = run.kafka();
    Retractions retractions = Retractions.read(kafka, topics);
    long count = 0;
    try (var reader = kafka.reader(topic)) {
      List<TopicPartition> partitions = KafkaConnection.partitions(reader, topic);
      if (partitions.isEmpty()) throw new UserError("topic " + topic.name() + " does not exist");
      for (TopicPartition partition : partitions) {
        reader.assign(List.of(partition));
        reader.seekToBeginning(List.of(partition));
        long end = reader.endOffsets(List.of(partition)).get(partition);
        while (count < documentsMax && reader.position(partition) < end) {
          for (ConsumerRecord<String, RefinedDocument> record : reader.poll(POLL)) {
            if (count == documentsMax || !isWanted(record.value(), retractions)) continue;
            action.accept(record.value().getText());
            count++;
          }
        }
      }
    }
    return count;
  }

  private boolean isWanted(@Nullable RefinedDocument document, Retractions retractions) {
    return document != null
        && domain.map(document.getDomain()::equals).orElse(true)
        && !retractions.cover(document.getId(), Origin.of(document.getOrigin()));
  }

  /** Of this run's prefix, or with the prefix of another refinery before it. */
  private Topics topics(Topics own) {
    String suffix = source.endsWith(HELD_OUT) ? HELD_OUT : REFINED;
    if (!source.endsWith(suffix)) {
      throw new UsageError(
          "%s is neither a file nor a topic of refined documents (%s or %s, perhaps with a prefix)"
              .formatted(source, REFINED, HELD_OUT));
    }
    String prefix = source.substring(0, source.length() - suffix.length());
    return prefix.isEmpty() ? own : new Topics(prefix);
  }
}
