package dev.millrace.streams;

import dev.millrace.schemas.KafkaConnection;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says when the broker goes and when it is back. Kafka's clients wait in silence. */
public final class BrokerWatch implements AutoCloseable {
  /** How often a caller does well to {@link #look}. */
  public static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(BrokerWatch.class);
  private static final int ANSWER_WITHIN_MILLIS = 3_000;

  private final Object servers;
  private final Admin admin;
  private volatile boolean away;

  /** Looks for the broker that the connection leads to. */
  public BrokerWatch(KafkaConnection connection) {
    servers = connection.properties().getOrDefault("bootstrap.servers", "?");
    admin = connection.admin();
  }

  /** Waits until it answers; false if the latch opens before. */
  public boolean awaitAnswer(CountDownLatch end) throws InterruptedException {
    while (!look()) {
      if (end.await(1, TimeUnit.SECONDS)) return false;
    }
    return end.getCount() > 0;
  }

  /** Whether it answers. Whatever is wrong beside silence is thrown. */
  public boolean look() throws InterruptedException {
    boolean answers = answers();
    if (answers && away) log.info("Kafka at {} is back", servers);
    if (!answers && !away) log.warn("Kafka at {} does not answer: waiting for it", servers);
    away = !answers;
    return answers;
  }

  /** Whether it answered when it was last looked for. */
  public boolean isThere() {
    return !away;
  }

  private boolean answers() throws InterruptedException {
    try {
      admin
          .describeCluster(new DescribeClusterOptions().timeoutMs(ANSWER_WITHIN_MILLIS))
          .nodes()
          .get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException) return false;
      throw new KafkaException(e.getCause().getMessage(), e.getCause());
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
