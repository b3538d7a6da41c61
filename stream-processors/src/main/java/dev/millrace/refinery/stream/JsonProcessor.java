package dev.millrace.refinery.stream;

import dev.millrace.refinery.json.JsonDocument;
import dev.millrace.refinery.json.NoDocumentException;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RawDocument;
import dev.millrace.schemas.Retractions;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * One raw record for every JSON record, whatever it is: a document under its id, or a dead letter,
 * which counts where all raw records do. A request to take a document back goes on as it is. A
 * header says where in {@code documents.raw.json} it was.
 */
final class JsonProcessor implements Processor<byte[], byte[], HomeSink.Home, byte[]> {
  /** A raw record's partition and offset in {@code documents.raw.json}, as 3:14. */
  static final String PLACE_HEADER = "origin.json";

  private final Topics topics;
  private @Nullable ProcessorContext<HomeSink.Home, byte[]> context;

  JsonProcessor(Topics topics) {
    this.topics = topics;
  }

  @Override
  public void init(ProcessorContext<HomeSink.Home, byte[]> newContext) {
    context = newContext;
  }

  @Override
  public void process(Record<byte[], byte[]> json) {
    Origin place = Place.of(context);
    boolean retracts = Retractions.isRequest(json.key(), json.value(), json.headers());
    Record<byte[], byte[]> raw = retracts ? json : raw(json, place);
    Headers headers = raw.headers();
    headers.remove(PLACE_HEADER);
    headers.add(PLACE_HEADER, place.toString().getBytes(StandardCharsets.US_ASCII));
    context.forward(raw.withKey(new HomeSink.Home(place.partition(), raw.key())));
  }

  private Record<byte[], byte[]> raw(Record<byte[], byte[]> json, Origin place) {
    try {
      return document(json, place);
    } catch (NoDocumentException e) {
      return deadLetter(json, place, e.domain(), e);
    } catch (RecordTooLargeException | OutOfMemoryError e) { // Millions of tiny fields.
      return deadLetter(json, place, Optional.empty(), e);
    }
  }

  private Record<byte[], byte[]> document(Record<byte[], byte[]> json, Origin place) {
    byte[] value = json.value() == null ? new byte[0] : json.value();
    RawDocument document = JsonDocument.read(value, topics.rawJson().name() + "/" + place);
    Topic<String, RawDocument> topic = topics.raw();
    byte[] key = topic.keys().serializer().serialize(topic.name(), document.getId());
    byte[] encoded = topic.values().serializer().serialize(topic.name(), document);
    if ((long) key.length + encoded.length > DeadLetter.BYTES_MAX) { // Of UTF-16, or a vast id.
      throw new RecordTooLargeException(
          "its record for %s would have %d bytes; %d are possible"
              .formatted(topic.name(), (long) key.length + encoded.length, DeadLetter.BYTES_MAX));
    }
    return new Record<>(key, encoded, json.timestamp(), new RecordHeaders());
  }

  private Record<byte[], byte[]> deadLetter(
      Record<byte[], byte[]> json, Origin place, Optional<String> domain, Throwable reason) {
    return new DeadLetter(
            DeadLetter.JSON, domain.orElseGet(() -> DeadLetter.domainOf(json.headers())), reason)
        .of(json, topics.rawJson().name(), place);
  }
}
