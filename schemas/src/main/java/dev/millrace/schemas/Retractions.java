package dev.millrace.schemas;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Which documents were taken back. Whoever reads documents or sequences for training or evaluation
 * asks, of every one, whether it still may. A retraction names an id and, in each partition of
 * {@code documents.raw}, the offset where it was asked for: what was pushed there before is taken
 * back, what is pushed later is a new document. Not for use by two threads at once.
 */
public final class Retractions {
  /** The header that makes a record without a value in {@code documents.raw} a request. */
  public static final String HEADER = "retract";

  private final Map<String, Map<Integer, Long>> before = new HashMap<>();
  private long records;

  /** All that are committed at the time of the call. */
  public static Retractions read(KafkaConnection connection, Topics topics) {
    Retractions all = new Retractions();
    connection.scan(
        topics.retracted(),
        record -> {
          if (record.value() != null) all.add(record.value());
        });
    return all;
  }

  /**
   * A request to take back what one partition has of a document. It goes into {@code
   * documents.raw.json}, from where it follows into {@code documents.raw}: behind what was pushed
   * to either.
   */
  public static ProducerRecord<byte[], byte[]> request(Topics topics, String id, int partition) {
    ProducerRecord<byte[], byte[]> request =
        new ProducerRecord<>(
            topics.rawJson().name(), partition, id.getBytes(StandardCharsets.UTF_8), null);
    request.headers().add(HEADER, new byte[0]);
    return request;
  }

  /** Whether a record is a request. */
  public static boolean isRequest(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    return key != null && value == null && headers.lastHeader(HEADER) != null;
  }

  /** The key of a retraction's record. */
  public static String key(int partition, String id) {
    return partition + "/" + id;
  }

  /** One more. */
  public void add(Retraction retraction) {
    records++;
    before
        .computeIfAbsent(retraction.getId(), id -> new HashMap<>())
        .merge(retraction.getPartition(), retraction.getBefore(), Math::max);
  }

  /**
   * Whether a document was taken back.
   *
   * @param origin its place in {@code documents.raw}
   */
  public boolean cover(String id, Origin origin) {
    Map<Integer, Long> partitions = before.get(id);
    return partitions != null
        && origin.offset() < partitions.getOrDefault(origin.partition(), Long.MIN_VALUE);
  }

  /** How many were added: as long as it is the same, nothing more was taken back. */
  public long records() {
    return records;
  }
}
