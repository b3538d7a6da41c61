package dev.millrace.dashboard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.curriculum.PhaseConfig;
import dev.millrace.runtime.Service;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.KafkaWait;
import dev.millrace.schemas.Signal;
import dev.millrace.schemas.Topics;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run on one web page. It only reads: topics from their beginning, so that its history is the
 * log's, whenever it is started.
 */
public final class Dashboard implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(Dashboard.class);
  private static final long AGAIN_MILLIS = 1_000;

  /** So that a stop does not wait long for a broker that is away. */
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

  private final KafkaConnection kafka;
  private final Topics topics;
  private final String run;
  private final List<Signal> signals;
  private final Picture picture = new Picture();
  private final LineageDesk lineage;
  private final Web web;
  private volatile boolean stopped;
  private final KafkaWait wait = new KafkaWait(() -> stopped);
  private volatile boolean replayed;

  /**
   * Serves the page from now on; {@link #run} fills it.
   *
   * @param phases what the run file asks of the curriculum
   * @param lineage closed with the dashboard
   * @throws IOException if the address cannot be had; the message names it
   */
  public Dashboard(
      DashboardConfig config,
      KafkaConnection kafka,
      Topics topics,
      String run,
      List<String> domains,
      List<PhaseConfig> phases,
      LineageDesk lineage)
      throws IOException {
    Map<String, Object> impatient = new HashMap<>(kafka.properties());
    impatient.putIfAbsent(
        CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER_WITHIN.toMillis());
    impatient.putIfAbsent(
        CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, (int) ANSWER_WITHIN.toMillis());
    this.kafka = new KafkaConnection(impatient);
    this.topics = topics;
    this.run = run;
    signals =
        Stream.concat(phases.stream().map(PhaseConfig::signal), Stream.of(Signal.QUALITY))
            .distinct()
            .toList();
    this.lineage = lineage;
    web = Web.start(config, picture, about(run, domains, phases), lineage);
    LOG.info("dashboard of run {}: {}", run, web.uri());
  }

  /** What a looker is told of a run first. */
  static ObjectNode about(String run, List<String> domains, List<PhaseConfig> phases) {
    ObjectNode about = Json.object().put("run", run);
    domains.forEach(about.putArray("domains")::add);
    ArrayNode mixtures = about.putArray("mixtures");
    ArrayNode orders = about.putArray("phases");
    for (PhaseConfig phase : phases) {
      phase.mixture().forEach(mixtures.addObject()::put);
      String order = phase.order().name().toLowerCase(Locale.ROOT).replace('_', '-');
      orders.addObject().put("order", order).put("signal", phase.signal().key());
    }
    return about;
  }

  /** Where the page is. */
  public URI uri() {
    return web.uri();
  }

  @Override
  public void run() throws InterruptedException {
    try (Feed feed = new Feed(kafka, topics, run, signals, picture)) {
      while (!stopped) read(feed);
    }
  }

  /** A broker that is away, from the start or later, is waited for: the page keeps what it has. */
  private void read(Feed feed) throws InterruptedException {
    try {
      feed.read();
      replayed = feed.isReplayed();
      wait.answered();
    } catch (KafkaException e) {
      if (!KafkaConnection.isRetriable(e)) throw e;
      wait.silent(e);
      Thread.sleep(AGAIN_MILLIS);
    }
  }

  /** Whether the page has the whole history, and Kafka answers. */
  @Override
  public boolean isReady() {
    return replayed && !wait.isWaiting();
  }

  @Override
  public void stop() {
    stopped = true;
  }

  @Override
  public void close() {
    stopped = true;
    web.close();
    lineage.close();
  }
}
