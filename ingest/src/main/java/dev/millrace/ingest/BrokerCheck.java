package dev.millrace.ingest;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Whether Kafka can be used at all, asked before anything is done; why not is said in one line. */
public final class BrokerCheck {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private BrokerCheck() {}

  /** Something to ask a broker, within a number of milliseconds. */
  private interface Question {
    KafkaFuture<?> ask(Admin admin, int timeoutMillis);
  }

  /**
   * Asks for the cluster.
   *
   * @throws IngestException where no broker answers within ten seconds, refuses the credentials,
   *     has no TLS in common with us, or the client properties are wrong
   */
  public static void check(KafkaConnection kafka) {
    ask(
        kafka,
        (admin, timeout) ->
            admin.describeCluster(new DescribeClusterOptions().timeoutMs(timeout)).nodes(),
        "no cluster");
  }

  /**
   * Asks for the topics.
   *
   * @throws IngestException as {@link #check(KafkaConnection)} does, and where topics are missing
   */
  static void check(KafkaConnection kafka, Topics topics) {
    for (String topic : List.of(topics.raw().name(), topics.ingestProgress().name())) {
      ask(
          kafka,
          (admin, timeout) ->
              admin
                  .describeTopics(List.of(topic), new DescribeTopicsOptions().timeoutMs(timeout))
                  .allTopicNames(),
          "topic %s does not exist at %s: millrace topics create makes it"
              .formatted(topic, servers(kafka)));
    }
  }

  private static void ask(KafkaConnection kafka, Question question, String absent) {
    String servers = servers(kafka);
    try {
      Admin admin = kafka.admin();
      try {
        question.ask(admin, (int) PATIENCE.toMillis()).get();
      } finally {
        admin.close(Duration.ZERO);
      }
    } catch (ExecutionException e) {
      throw new IngestException(reason(e.getCause(), servers, absent), e.getCause());
    } catch (ConfigException e) {
      throw new IngestException("no Kafka at %s: %s".formatted(servers, e.getMessage()), e);
    } catch (KafkaException e) {
      throw new IngestException(reason(rootOf(e), servers, absent), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IngestException("interrupted", e);
    }
  }

  private static String servers(KafkaConnection kafka) {
    return String.valueOf(kafka.properties().get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG));
  }

  private static Throwable rootOf(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) root = root.getCause();
    return root;
  }

  private static String reason(Throwable e, String servers, String absent) {
    if (e instanceof TimeoutException) {
      return "no Kafka broker answers at %s within %d s".formatted(servers, PATIENCE.toSeconds());
    }
    if (e instanceof UnknownTopicOrPartitionException) return absent;
    if (e instanceof SslAuthenticationException) { // Its own message is "SSL handshake failed".
      return "no TLS with Kafka at %s: %s".formatted(servers, rootOf(e).getMessage());
    }
    String kind = e instanceof ApiException ? "Kafka at %s refuses: %s" : "no Kafka at %s: %s";
    return kind.formatted(servers, e.getMessage());
  }
}
