package dev.millrace.tokenization;

import dev.millrace.runtime.Service;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topics;
import dev.millrace.streams.BrokerWatch;
import dev.millrace.streams.StableProducers;
import dev.millrace.streams.StreamsFailedException;
import dev.millrace.streams.StreamsSettings;
import dev.millrace.tokenizer.Tokenizer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The long-lived tokenization of one run: refined documents of its domains to packed sequences,
 * exactly once. Any number of instances share the partitions.
 *
 * <p>It waits for a broker that is away, and says so. A tokenizer or context length other than the
 * one that the run began with is refused; so is a position that the retention of {@code
 * documents.refined} has passed.
 */
public final class TokenizationService implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(TokenizationService.class);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(20);
  private static final Duration COMMIT_INTERVAL = Duration.ofMillis(500);

  private final KafkaConnection kafka;
  private final PackStage stage;
  private final Path stateDirectory;
  private final MeterRegistry meters;
  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile BooleanSupplier atWork = () -> false;
  private @Nullable Backlog backlog; // Since somebody asked.

  /**
   * @param run its name
   * @param domains of the run; documents of others are passed by
   * @param contextLength tokens that the model is trained on at once
   * @param stateDirectory this instance's own
   */
  public TokenizationService(
      KafkaConnection kafka,
      Topics topics,
      String run,
      List<String> domains,
      PackingConfig config,
      int contextLength,
      Tokenizer tokenizer,
      Path stateDirectory,
      MeterRegistry meters) {
    this.kafka = kafka;
    this.stage = new PackStage(topics, run, domains, config, contextLength, tokenizer, meters);
    this.stateDirectory = stateDirectory;
    this.meters = meters;
  }

  /** The consumer group, and the start of the names of changelogs. */
  static String applicationId(Topics topics, String run) {
    return topics.run(run).runPrefix() + "tokenization";
  }

  @Override
  public void run() throws Exception {
    try (BrokerWatch broker = new BrokerWatch(kafka)) {
      if (!broker.awaitAnswer(end)) return;
      begin();
      KafkaStreams streams = streams();
      try (KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(streams)) {
        metrics.bindTo(meters);
        atWork = () -> streams.state() == KafkaStreams.State.RUNNING && broker.isThere();
        streams.start();
        while (!end.await(BrokerWatch.LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) broker.look();
      } finally {
        LOG.info("tokenization of {} stops", stage.run());
        streams.close(StreamsSettings.closing(CLOSE_WITHIN, failure.get() == null));
      }
    }
    Throwable cause = failure.get();
    if (cause != null) throw new StreamsFailedException(cause);
  }

  /** A position is set once, and never again once there are counts. */
  private void begin() throws InterruptedException {
    boolean began = !PackingCounts.committed(kafka, stage.topics(), stage.run()).isEmpty();
    try (Admin admin = kafka.admin()) {
      String retracted = stage.topics().retracted().name();
      if (!Answers.of(admin.listTopics().names()).contains(retracted)) {
        throw new IllegalStateException("topics are missing: " + retracted);
      }
      List<TopicPartition> lost =
          Positions.begin(admin, group(), stage.topics().refined().name(), !began);
      if (lost.isEmpty()) return;
      throw new IllegalStateException(
          "group %s has lost its position in %s; from the beginning every document would be packed twice"
              .formatted(group(), lost));
    }
  }

  private KafkaStreams streams() throws IOException {
    StreamsSettings settings =
        new StreamsSettings(kafka, group(), Instance.of(stateDirectory), stateDirectory);
    Properties all = settings.properties();
    all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, stage.config().threads());
    all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL.toMillis());
    all.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 32L << 20);
    KafkaStreams streams =
        new KafkaStreams(
            stage.topology(), new StreamsConfig(all), new StableProducers(settings.member()));
    streams.setUncaughtExceptionHandler(this::died);
    streams.setStateListener(
        (now, before) -> {
          LOG.info("tokenization of {} is {}", stage.run(), now);
          if (now == KafkaStreams.State.ERROR) end(new IllegalStateException("it has no threads"));
        });
    return streams;
  }

  /** Where nobody has told why before. */
  private void end(Throwable problem) {
    failure.compareAndSet(null, problem);
    end.countDown();
  }

  /** What Kafka may answer later is waited for; anything else is the end. */
  private StreamThreadExceptionResponse died(Throwable problem) {
    if (KafkaConnection.isRetriable(problem)) {
      LOG.warn("tokenization begins again where it last committed: {}", problem.toString());
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    end(problem);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  /** Whether all of its tasks are at work, their stores restored, and Kafka answers. */
  @Override
  public boolean isReady() {
    return atWork.getAsBoolean();
  }

  @Override
  public void stop() {
    end.countDown();
  }

  @Override
  public synchronized void close() {
    stop();
    if (backlog != null) backlog.close();
    backlog = null;
  }

  /**
   * Whether every document that is committed in {@code documents.refined} by now is packed or
   * waiting, and that is committed.
   */
  public synchronized boolean caughtUp() throws InterruptedException {
    if (backlog == null) backlog = new Backlog(kafka, group(), stage.topics().refined());
    return backlog.isEmpty();
  }

  private String group() {
    return applicationId(stage.topics(), stage.run());
  }
}
