package dev.millrace.refinery.stream;

import dev.millrace.schemas.Origin;
import dev.millrace.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * A raw record that nobody could refine: its own key, bytes and headers, and beside them why. What
 * makes it larger than any topic takes is cut off: headers of more than 32 KiB and the end of the
 * bytes, and a header says so.
 *
 * @param stage the stage that broke: {@value #JSON}, {@value #DECODE}, {@value #TIME_LIMIT},
 *     {@value #SIZE} or the name of one of the chain
 * @param domain the domain that it counts under
 * @param error what the stage threw
 */
record DeadLetter(String stage, String domain, Throwable error) {
  /** The stage that turns JSON into raw documents. */
  static final String JSON = "json";

  /** The stage that reads the record's bytes. */
  static final String DECODE = "decode";

  /** The stage took longer than a document may. */
  static final String TIME_LIMIT = "time-limit";

  /** What came of it is larger than any topic takes. */
  static final String SIZE = "size";

  /** The domain of a record that cannot be read and has no header of that name. */
  static final String UNKNOWN_DOMAIN = "unknown";

  static final String DOMAIN_HEADER = "domain";
  static final String STAGE_HEADER = "error.stage";
  static final String CLASS_HEADER = "error.class";
  static final String MESSAGE_HEADER = "error.message";
  static final String TOPIC_HEADER = "error.topic";

  /** Where the record had to be cut: how many bytes its key and its value had, as 12+345. */
  static final String BYTES_HEADER = "error.original-bytes";

  private static final int MESSAGE_CHARS_MAX = 2_000;

  /** What headers and the record's frame may take beside key and value. */
  private static final int MARGIN_BYTES = 64 << 10;

  /** What key and value may take together in any topic. */
  static final int BYTES_MAX = Topics.RECORD_BYTES_MAX - MARGIN_BYTES;

  /** The domain that an undecodable record counts under. */
  static String domainOf(Headers headers) {
    Header header = headers.lastHeader(DOMAIN_HEADER);
    return header == null || size(header.value()) == 0
        ? UNKNOWN_DOMAIN
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** Whether a record is a dead letter already, of this topic. */
  static boolean isOf(String topic, Headers headers) {
    Header header = headers.lastHeader(TOPIC_HEADER);
    return header != null && Arrays.equals(header.value(), topic.getBytes(StandardCharsets.UTF_8));
  }

  /** The same dead letter with another place in the log. */
  static Record<byte[], byte[]> at(Origin origin, Record<byte[], byte[]> letter) {
    Headers headers = new RecordHeaders(letter.headers());
    return letter.withHeaders(origin.writeTo(headers));
  }

  /** The record for {@code documents.dead-letters}. */
  Record<byte[], byte[]> of(Record<byte[], byte[]> raw, String topic, Origin origin) {
    Headers headers =
        size(raw.headers()) > MARGIN_BYTES / 2
            ? new RecordHeaders()
            : new RecordHeaders(raw.headers());
    origin.writeTo(headers);
    set(headers, DOMAIN_HEADER, Counts.shortened(domain));
    set(headers, STAGE_HEADER, stage);
    set(headers, CLASS_HEADER, error.getClass().getName());
    set(headers, MESSAGE_HEADER, message());
    set(headers, TOPIC_HEADER, topic);
    byte[] key = cut(raw.key(), BYTES_MAX);
    byte[] value = cut(raw.value(), BYTES_MAX - size(key));
    if (size(key) < size(raw.key()) || size(value) < size(raw.value())) {
      set(headers, BYTES_HEADER, size(raw.key()) + "+" + size(raw.value()));
    }
    return new Record<>(key, value, raw.timestamp(), headers);
  }

  private String message() {
    String message = String.valueOf(error.getMessage());
    return message.length() <= MESSAGE_CHARS_MAX
        ? message
        : message.substring(0, MESSAGE_CHARS_MAX);
  }

  private static byte @Nullable [] cut(byte @Nullable [] bytes, int most) {
    return bytes == null || bytes.length <= most ? bytes : Arrays.copyOf(bytes, most);
  }

  private static long size(Headers headers) {
    long bytes = 0;
    for (Header header : headers) bytes += 3L * header.key().length() + size(header.value());
    return bytes;
  }

  private static int size(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static void set(Headers headers, String key, String value) {
    headers.remove(key);
    headers.add(key, value.getBytes(StandardCharsets.UTF_8));
  }
}
