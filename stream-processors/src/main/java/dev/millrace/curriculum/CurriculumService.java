package dev.millrace.curriculum;

import dev.millrace.runtime.Service;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.SchedulerState;
import dev.millrace.schemas.TokenSequence;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.TrainingProgress;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The long-lived curriculum scheduler: reads each domain's sequences and the trainer's position,
 * and writes what the {@link Scheduler} releases, with the scheduler's state, in one transaction. A
 * second one of the same run takes over; the first then fails with a {@code
 * ProducerFencedException}.
 *
 * <p>Plain clients and no Streams: Streams cannot hold back one input.
 */
public final class CurriculumService implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(CurriculumService.class);
  private static final String KEY = "scheduler";
  private static final Duration WAIT = Duration.ofMillis(50);
  private static final int PROGRESS_TAIL = 100;
  private static final int RELEASES_PER_TRANSACTION = 512;

  private final CurriculumConfig config;
  private final List<String> domains;
  private final KafkaConnection kafka;
  private final Topics.Run topics;
  private final Producer<byte[], byte[]> producer;
  private final Consumer<String, TokenSequence> sequences;
  private final Consumer<String, TrainingProgress> progress;
  private final Map<TopicPartition, String> domainOf = new HashMap<>();
  private final Map<String, Counter> released = new HashMap<>();
  private final MeterRegistry meters;
  private volatile boolean stopped;
  private volatile long ahead;

  /**
   * @param run the run's name, for the transactional id
   * @param domains of the run; earlier ones win ties
   */
  public CurriculumService(
      KafkaConnection kafka,
      Topics topics,
      String run,
      List<String> domains,
      CurriculumConfig config,
      MeterRegistry meters) {
    this.kafka = kafka;
    this.topics = topics.run(run);
    this.domains = List.copyOf(domains);
    this.config = config;
    this.meters = meters;
    producer = kafka.transactionalProducer(this.topics.runPrefix() + "curriculum");
    sequences = kafka.reader(this.topics.sequences(domains.get(0)));
    progress = kafka.reader(this.topics.progress());
    for (String domain : domains) {
      domainOf.put(new TopicPartition(this.topics.sequences(domain).name(), 0), domain);
      released.put(domain, meters.counter("millrace.curriculum.released", "domain", domain));
    }
  }

  @Override
  public void run() {
    producer.initTransactions(); // First: nobody else writes from here on.
    Scheduler<TokenSequence> scheduler = new Scheduler<>(config, domains, lastState());
    assign(scheduler);
    measure(scheduler);
    LOG.info("Curriculum of {} goes on at ordinal {}", domains, scheduler.state().getOrdinal());
    while (!stopped) {
      readProgress(scheduler, Duration.ZERO);
      readSequences(scheduler);
      List<Release<TokenSequence>> releases = decide(scheduler);
      if (releases.isEmpty()) readProgress(scheduler, WAIT);
      else writeUnlessFenced(releases, scheduler.state());
    }
  }

  private void writeUnlessFenced(List<Release<TokenSequence>> releases, SchedulerState state) {
    try {
      write(releases, state);
    } catch (KafkaException e) {
      if (!KafkaConnection.isFenced(e)) throw e;
      throw new ProducerFencedException(
          "a newer scheduler has started for " + topics.runPrefix() + ": this one leaves");
    }
  }

  private SchedulerState lastState() {
    SchedulerState[] last = {Scheduler.start()};
    kafka.scan(topics.curriculumState(), record -> last[0] = record.value());
    return last[0];
  }

  private void assign(Scheduler<TokenSequence> scheduler) {
    sequences.assign(domainOf.keySet());
    domainOf.forEach((partition, domain) -> sequences.seek(partition, scheduler.next(domain)));
    TopicPartition partition = new TopicPartition(topics.progress().name(), 0);
    progress.assign(List.of(partition));
    long begin = progress.beginningOffsets(List.of(partition)).get(partition);
    long end = progress.endOffsets(List.of(partition)).get(partition);
    progress.seek(partition, Math.max(begin, end - PROGRESS_TAIL));
  }

  private void measure(Scheduler<TokenSequence> scheduler) {
    Gauge.builder("millrace.curriculum.ahead", () -> ahead)
        .description("sequences released ahead of the trainer")
        .register(meters);
    Gauge.builder("millrace.curriculum.lead", config::lead).register(meters);
    LOG.debug("windows hold {} sequences a domain, phase {}", config.window(), scheduler.state());
  }

  private void readProgress(Scheduler<TokenSequence> scheduler, Duration wait) {
    for (ConsumerRecord<String, TrainingProgress> record : progress.poll(wait)) {
      scheduler.trainerAt(record.value().getNextOrdinal());
    }
  }

  /** Until every window is full or nothing more is there at the moment. */
  private void readSequences(Scheduler<TokenSequence> scheduler) {
    int read;
    do {
      holdBackFullDomains(scheduler);
      read = 0;
      for (ConsumerRecord<String, TokenSequence> record : sequences.poll(Duration.ofMillis(5))) {
        scheduler.offer(
            domainOf.get(new TopicPartition(record.topic(), record.partition())),
            candidate(record));
        read++;
      }
    } while (read > 0 && !stopped);
  }

  private void holdBackFullDomains(Scheduler<TokenSequence> scheduler) {
    List<TopicPartition> full = new ArrayList<>();
    List<TopicPartition> open = new ArrayList<>();
    domainOf.forEach((p, domain) -> (scheduler.wants(domain) ? open : full).add(p));
    sequences.pause(full);
    sequences.resume(open);
  }

  private static Candidate<TokenSequence> candidate(ConsumerRecord<String, TokenSequence> record) {
    TokenSequence sequence = record.value();
    return new Candidate<>(
        record.offset(), sequence.getTokens().size() - 1L, sequence.getSignals(), sequence);
  }

  private static List<Release<TokenSequence>> decide(Scheduler<TokenSequence> scheduler) {
    List<Release<TokenSequence>> releases = new ArrayList<>();
    while (releases.size() < RELEASES_PER_TRANSACTION) {
      Optional<Release<TokenSequence>> release = scheduler.release();
      if (release.isEmpty()) break;
      releases.add(release.get());
    }
    return releases;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // A send that failed fails the commit.
  private void write(List<Release<TokenSequence>> releases, SchedulerState state) {
    producer.beginTransaction();
    Topic<Long, CurriculumSequence> curriculum = topics.curriculum();
    for (Release<TokenSequence> r : releases) {
      producer.send(
          curriculum.record(
              r.ordinal(),
              new CurriculumSequence(
                  r.ordinal(),
                  r.phase(),
                  r.domain(),
                  r.candidate().offset(),
                  0,
                  r.candidate().sequence())));
    }
    producer.send(topics.curriculumState().record(KEY, state));
    commit();
    releases.forEach(r -> released.get(r.domain()).increment());
    ahead = state.getOrdinal() - state.getTrainerOrdinal();
  }

  /** A commit that nobody answered may be asked for again, for ever: the broker will come back. */
  private void commit() {
    while (true) {
      try {
        producer.commitTransaction();
        return;
      } catch (TimeoutException e) {
        if (stopped) throw e;
        LOG.warn("Kafka does not answer; the curriculum waits for it");
      }
    }
  }

  @Override
  public void stop() {
    stopped = true;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    sequences.close();
    progress.close();
  }
}
