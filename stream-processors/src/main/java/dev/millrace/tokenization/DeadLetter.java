package dev.millrace.tokenization;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/**
 * A refined record that could not become tokens, in the run's dead letters: its own key, bytes and
 * headers, and beside them why.
 *
 * @param stage {@value #DECODE} or {@value #TOKENIZE}
 */
record DeadLetter(String stage, String domain, Throwable error) {
  static final String DECODE = "decode";
  static final String TOKENIZE = "tokenize";

  static final String DOMAIN_HEADER = "domain";
  static final String STAGE_HEADER = "error.stage";
  static final String CLASS_HEADER = "error.class";
  static final String MESSAGE_HEADER = "error.message";
  static final String TOPIC_HEADER = "error.topic";

  private static final int MESSAGE_CHARACTERS_MAX = 2_000;

  /** The domain that a record which cannot be read counts under. */
  static String domainOf(Headers headers) {
    Header header = headers.lastHeader(DOMAIN_HEADER);
    return header == null || header.value() == null || header.value().length == 0
        ? PackingCounts.UNKNOWN_DOMAIN
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  Record<byte[], byte[]> of(Record<byte[], byte[]> refined, String topic) {
    Headers headers = new RecordHeaders(refined.headers());
    set(headers, DOMAIN_HEADER, domain);
    set(headers, STAGE_HEADER, stage);
    set(headers, CLASS_HEADER, error.getClass().getName());
    set(headers, MESSAGE_HEADER, message());
    set(headers, TOPIC_HEADER, topic);
    return refined.withHeaders(headers);
  }

  private String message() {
    String message = String.valueOf(error.getMessage());
    return message.substring(0, Math.min(message.length(), MESSAGE_CHARACTERS_MAX));
  }

  private static void set(Headers headers, String key, String value) {
    headers.remove(key);
    headers.add(key, value.getBytes(StandardCharsets.UTF_8));
  }
}
