package dev.millrace.refinery.stream;

import static org.apache.kafka.streams.StreamsConfig.consumerPrefix;
import static org.apache.kafka.streams.StreamsConfig.restoreConsumerPrefix;

import dev.millrace.refinery.HeldOutConfig;
import dev.millrace.refinery.RefineryConfig;
import dev.millrace.refinery.Split;
import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.refinery.text.ContentHash;
import dev.millrace.runtime.Service;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Topics;
import dev.millrace.streams.BrokerWatch;
import dev.millrace.streams.StableProducers;
import dev.millrace.streams.StreamsFailedException;
import dev.millrace.streams.StreamsSettings;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The refinery: {@code documents.raw} to refined, held-out and dropped documents and dead letters,
 * exactly once. Any number of instances share the work; each has a name of its own that it keeps
 * over restarts.
 *
 * <p>It waits for a broker that is away, and says so. Whatever else goes wrong ends {@link #run}
 * with the cause.
 */
public final class RefineryService implements Service {
  private static final Logger log = LoggerFactory.getLogger(RefineryService.class);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(30);

  private final KafkaConnection connection;
  private final Topics topics;
  private final Parts parts;
  private final IndexStage index;
  private final StreamConfig config;
  private final String instance;
  private final Path stateDirectory;
  private final MeterRegistry meters;
  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile BooleanSupplier atWork = () -> false;

  /**
   * What the stream runs.
   *
   * @param heldOut the split; pure
   * @param evaluationSets whose overlaps with earlier documents are counted, if any
   */
  record Parts(
      Rulebook rules,
      DedupConfig dedup,
      Predicate<RefinedDocument> heldOut,
      RefinerySettings settings,
      Optional<RefineryConfig> evaluationSets) {

    static Parts of(RefineryConfig refinery, HeldOutConfig heldOut) {
      Split split = new Split(heldOut);
      return new Parts(
          Rulebook.of(refinery),
          refinery.dedup(),
          document ->
              split.holdsOut(
                  ContentHash.of(document.getContentHash().bytes()),
                  Optional.ofNullable(document.getUri()),
                  document.getMetadata()),
          RefinerySettings.of(refinery, heldOut),
          Optional.of(refinery));
    }
  }

  /**
   * The refinery of a topic prefix.
   *
   * @param instance a name that no other running instance has and that survives a restart
   * @param stateDirectory this instance's own
   */
  public RefineryService(
      KafkaConnection connection,
      Topics topics,
      RefineryConfig refinery,
      HeldOutConfig heldOut,
      StreamConfig config,
      String instance,
      Path stateDirectory,
      MeterRegistry meters) {
    this(connection, topics, Parts.of(refinery, heldOut), config, instance, stateDirectory, meters);
  }

  RefineryService(
      KafkaConnection connection,
      Topics topics,
      Parts parts,
      StreamConfig config,
      String instance,
      Path stateDirectory,
      MeterRegistry meters) {
    this.connection = connection;
    this.topics = topics;
    this.parts = parts;
    this.config = config;
    this.instance = instance;
    this.stateDirectory = stateDirectory;
    this.meters = meters;
    index = new IndexStage(topics, parts.dedup());
  }

  @Override
  public void run() throws Exception {
    try (BrokerWatch broker = new BrokerWatch(connection)) {
      if (!broker.awaitAnswer(end)) return;
      new StartCheck(connection, topics, parts.settings()).run();
      KafkaStreams made = streams();
      try (KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(made)) {
        metrics.bindTo(meters);
        new CountMeters(made).bindTo(meters);
        atWork = () -> made.state() == KafkaStreams.State.RUNNING && broker.isThere();
        made.start();
        countEarlierOverlaps();
        while (!end.await(BrokerWatch.LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) broker.look();
      } finally {
        log.info("refinery {} stops", instance);
        made.close(StreamsSettings.closing(CLOSE_WITHIN, failure.get() == null));
      }
    }
    Throwable cause = failure.get();
    if (cause != null) throw new StreamsFailedException(cause);
  }

  /** Beside the stream, which does not wait for it. */
  private void countEarlierOverlaps() {
    parts
        .evaluationSets()
        .map(refinery -> new EarlierOverlaps(connection, topics, refinery))
        .map(overlaps -> new Thread(() -> ignoringTheEnd(overlaps), "earlier-overlaps"))
        .ifPresent(
            thread -> {
              thread.setDaemon(true);
              thread.start();
            });
  }

  /** A count that a stop or an outage ends is made by the next start. */
  private void ignoringTheEnd(Runnable overlaps) {
    try {
      overlaps.run();
    } catch (KafkaException e) {
      if (end.getCount() > 0) log.warn("earlier overlaps are not counted yet: {}", e.toString());
    }
  }

  private KafkaStreams streams() {
    RefineryTopology topology =
        new RefineryTopology(
            new JsonStage(topics),
            new RulesStage(topics, parts.rules(), new Patience(config.documentTimeLimit())),
            new SignStage(topics, parts.dedup()),
            index,
            new ReleaseStage(topics, parts.dedup(), parts.heldOut(), this::candidates));
    StreamsSettings settings =
        new StreamsSettings(
            connection, RefineryTopology.applicationId(topics), instance, stateDirectory);
    KafkaStreams made =
        new KafkaStreams(
            topology.topology(),
            new StreamsConfig(properties(settings)),
            new StableProducers(settings.member()));
    made.setUncaughtExceptionHandler(this::died);
    made.setStateListener((now, before) -> log.info("refinery {} is {}", instance, now));
    measureIndex();
    log.info("refinery {} with settings {}", instance, parts.settings().fingerprint());
    return made;
  }

  /** The commit interval is the latency. */
  private Properties properties(StreamsSettings settings) {
    Properties all = settings.properties();
    all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
    all.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, config.standbyReplicas());
    all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, config.commitInterval().toMillis());
    all.put(
        StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 4L << 20); // Counts and pages of lines.
    all.put(consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 2_000);
    all.put(restoreConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 10_000);
    return all;
  }

  private CandidateLog candidates(int partition) {
    return new KafkaCandidateLog(
        connection, topics.candidates(), partition, KafkaConnection.TRANSACTION_TIMEOUT);
  }

  private void measureIndex() {
    Gauge.builder("millrace.refinery.index.documents", index, IndexStage::documents)
        .description("Kept documents in the index that this instance holds")
        .register(meters);
    Gauge.builder("millrace.refinery.index.bytes", index, IndexStage::bytes)
        .baseUnit("bytes")
        .description("Memory taken by it")
        .register(meters);
  }

  private StreamThreadExceptionResponse died(Throwable cause) {
    if (KafkaConnection.isRetriable(cause)) {
      log.warn("refinery {} begins again where it last committed: {}", instance, cause.toString());
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    failure.compareAndSet(null, cause);
    end.countDown();
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  /** Whether all of its tasks are at work, the index restored, and Kafka answers. */
  @Override
  public boolean isReady() {
    return atWork.getAsBoolean();
  }

  @Override
  public void stop() {
    end.countDown();
  }

  @Override
  public void close() {
    stop();
  }
}
