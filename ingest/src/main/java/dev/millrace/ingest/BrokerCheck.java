package dev.millrace.ingest;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Whether a push can work at all, before anything is read. */
final class BrokerCheck {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private BrokerCheck() {}

  /**
   * Asks for the topics.
   *
   * @throws IngestException where no broker answers within ten seconds, or topics are missing
   */
  static void check(KafkaConnection kafka, Topics topics) {
    String servers =
        String.valueOf(kafka.properties().get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG));
    for (String topic : List.of(topics.raw().name(), topics.ingestProgress().name())) {
      check(kafka, servers, topic);
    }
  }

  private static void check(KafkaConnection kafka, String servers, String topic) {
    DescribeTopicsOptions options =
        new DescribeTopicsOptions().timeoutMs((int) PATIENCE.toMillis());
    try {
      Admin admin = kafka.admin();
      try {
        admin.describeTopics(List.of(topic), options).allTopicNames().get();
      } finally {
        admin.close(Duration.ZERO);
      }
    } catch (ExecutionException e) {
      throw new IngestException(reason(e.getCause(), servers, topic), e.getCause());
    } catch (ConfigException e) {
      throw new IngestException("no Kafka at %s: %s".formatted(servers, e.getMessage()), e);
    } catch (KafkaException e) {
      throw new IngestException(reason(rootOf(e), servers, topic), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IngestException("interrupted", e);
    }
  }

  private static Throwable rootOf(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) root = root.getCause();
    return root;
  }

  private static String reason(Throwable e, String servers, String topic) {
    if (e instanceof TimeoutException) {
      return "no Kafka broker answers at %s within %d s".formatted(servers, PATIENCE.toSeconds());
    }
    if (e instanceof UnknownTopicOrPartitionException) {
      return "topic %s does not exist at %s: millrace topics create makes it"
          .formatted(topic, servers);
    }
    String kind = e instanceof ApiException ? "Kafka at %s refuses: %s" : "no Kafka at %s: %s";
    return kind.formatted(servers, e.getMessage());
  }
}
