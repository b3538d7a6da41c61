package dev.millrace.curriculum;

import dev.millrace.runtime.Service;
import dev.millrace.schemas.Commands;
import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.ControlCommand;
import dev.millrace.schemas.ControlKind;
import dev.millrace.schemas.ControlOutcome;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.KafkaWait;
import dev.millrace.schemas.LenientValues;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.Retraction;
import dev.millrace.schemas.Retractions;
import dev.millrace.schemas.SchedulerState;
import dev.millrace.schemas.TokenSequence;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.schemas.TransactionalWriter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The long-lived curriculum scheduler: reads each domain's sequences and the trainer's position,
 * and writes what the {@link Scheduler} releases, with the scheduler's state, in one transaction. A
 * second one of the same run takes over; the first then fails with a {@code
 * ProducerFencedException}. What was taken back before it decides is released no more. A mixture
 * that an operator orders holds from the next ordinal on; the order and the state that obeys it go
 * into one transaction.
 *
 * <p>Plain clients and no Streams: Streams cannot hold back one input.
 */
public final class CurriculumService implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(CurriculumService.class);
  private static final String KEY = "scheduler";
  private static final Duration WAIT = Duration.ofMillis(50);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final long NO_STEP = -1; // Only the trainer knows steps.
  private static final int PROGRESS_TAIL = 100;
  private static final int RELEASES_PER_TRANSACTION = 512;

  private final CurriculumConfig config;
  private final List<String> domains;
  private final KafkaConnection kafka;
  private final Topics shared;
  private final Topics.Run topics;
  private final Consumer<String, TokenSequence> sequences;
  private final Consumer<String, TrainingProgress> progress;
  private final Consumer<String, Retraction> retracted;
  private final Consumer<String, byte[]> told;
  private final LenientValues<ControlAcknowledged> acknowledged;
  private final Retractions retractions = new Retractions();
  private final Map<TopicPartition, String> domainOf = new HashMap<>();
  private final Map<String, Counter> released = new HashMap<>();
  private final MeterRegistry meters;
  private final Tags tags;
  private volatile boolean stopped;
  private final KafkaWait wait = new KafkaWait(() -> stopped);
  private volatile long ahead;
  private volatile boolean restored;

  /**
   * @param run the run's name
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
    this.shared = topics;
    this.topics = topics.run(run);
    this.domains = List.copyOf(domains);
    this.config = config;
    this.meters = meters;
    this.tags = Tags.of("run", run);
    sequences = kafka.reader(this.topics.sequences(domains.get(0)));
    progress = kafka.reader(this.topics.progress());
    retracted = kafka.reader(topics.retracted());
    told = kafka.reader(this.topics.controlAcknowledged().withValues(Serdes.ByteArray()));
    acknowledged = new LenientValues<>(this.topics.controlAcknowledged());
    for (String domain : domains) {
      domainOf.put(new TopicPartition(this.topics.sequences(domain).name(), 0), domain);
      released.put(
          domain, meters.counter("millrace.curriculum.released", tags.and("domain", domain)));
    }
  }

  @Override
  public void run() {
    // First the writer: nobody else writes from here on.
    try (TransactionalWriter writer = open();
        Commands commands = new Commands(kafka, topics, Set.of(ControlKind.MIXTURE), wait)) {
      release(writer, commands, new Scheduler<>(config, domains, lastState()));
    } catch (CancellationException e) {
      if (!stopped) throw e; // What was not written is decided again, and alike.
    }
  }

  private TransactionalWriter open() {
    return TransactionalWriter.open(
        kafka, topics.runPrefix() + "curriculum", "scheduler of " + topics.runPrefix(), wait);
  }

  private void release(
      TransactionalWriter writer, Commands commands, Scheduler<TokenSequence> scheduler) {
    assign(scheduler);
    restored = true;
    measure(scheduler);
    LOG.info("Curriculum of {} goes on at ordinal {}", domains, scheduler.state().getOrdinal());
    long looked = System.nanoTime() - LOOK_EVERY.toNanos();
    while (!stopped) {
      if (System.nanoTime() - looked >= LOOK_EVERY.toNanos()) {
        commands.look();
        readSkips(scheduler);
        looked = System.nanoTime();
      }
      obey(writer, commands, scheduler);
      readProgress(scheduler, Duration.ZERO);
      readSequences(scheduler);
      readRetractions(scheduler);
      List<Release<TokenSequence>> releases = decide(scheduler);
      if (releases.isEmpty()) readProgress(scheduler, WAIT);
      else write(writer, releases, scheduler.state());
    }
  }

  private void obey(
      TransactionalWriter writer, Commands commands, Scheduler<TokenSequence> scheduler) {
    Optional<ControlCommand> next = commands.next();
    while (next.isPresent()) {
      ControlAcknowledged answer = obeyed(next.get(), scheduler);
      writer.write(
          List.of(
              topics.curriculumState().record(KEY, scheduler.state()),
              topics.controlAcknowledged().record(next.get().getId(), answer)));
      LOG.info(
          "Command {}: mixture {} from ordinal {}: {}",
          next.get().getId(),
          next.get().getMixture(),
          answer.getOrdinal(),
          Optional.ofNullable(answer.getReason()).orElse("APPLIED"));
      next = commands.next();
    }
  }

  private static ControlAcknowledged obeyed(
      ControlCommand command, Scheduler<TokenSequence> scheduler) {
    long ordinal = scheduler.ordinal();
    try {
      scheduler.order(command.getMixture());
      return Commands.applied(command, NO_STEP, ordinal);
    } catch (IllegalArgumentException e) {
      return Commands.refused(command, NO_STEP, ordinal, e.getMessage());
    }
  }

  private SchedulerState lastState() {
    SchedulerState[] last = {Scheduler.start()};
    TopicPartition partition = new TopicPartition(topics.curriculumState().name(), 0);
    try (Consumer<String, SchedulerState> reader = kafka.reader(topics.curriculumState())) {
      reader.assign(List.of(partition));
      reader.seekToBeginning(List.of(partition));
      wait.readTo(reader, ends(reader, partition), record -> last[0] = record.value());
    }
    return last[0];
  }

  private void assign(Scheduler<TokenSequence> scheduler) {
    sequences.assign(domainOf.keySet());
    domainOf.forEach((partition, domain) -> sequences.seek(partition, scheduler.next(domain)));
    TopicPartition partition = new TopicPartition(topics.progress().name(), 0);
    progress.assign(List.of(partition));
    long begin = wait.until(() -> progress.beginningOffsets(List.of(partition))).get(partition);
    long end = ends(progress, partition).get(partition);
    progress.seek(partition, Math.max(begin, end - PROGRESS_TAIL));
    assignRetractions();
    List<TopicPartition> answers =
        List.of(new TopicPartition(topics.controlAcknowledged().name(), 0));
    told.assign(answers);
    told.seekToBeginning(answers);
  }

  private void assignRetractions() {
    List<TopicPartition> all =
        wait.until(() -> KafkaConnection.partitions(retracted, shared.retracted()));
    if (all.isEmpty()) {
      throw new IllegalStateException("topics are missing: " + shared.retracted().name());
    }
    retracted.assign(all);
    retracted.seekToBeginning(all);
  }

  private Map<TopicPartition, Long> ends(Consumer<?, ?> reader, TopicPartition partition) {
    return wait.until(() -> reader.endOffsets(List.of(partition)));
  }

  private void measure(Scheduler<TokenSequence> scheduler) {
    Gauge.builder("millrace.curriculum.ahead", () -> ahead)
        .description("sequences released ahead of the trainer")
        .tags(tags)
        .register(meters);
    Gauge.builder("millrace.curriculum.lead", config::lead).tags(tags).register(meters);
    LOG.debug("windows hold {} sequences a domain, phase {}", config.window(), scheduler.state());
  }

  private void readProgress(Scheduler<TokenSequence> scheduler, Duration wait) {
    for (ConsumerRecord<String, TrainingProgress> record : progress.poll(wait)) {
      TrainingProgress step = record.value(); // Anybody's record may have none.
      if (step != null) scheduler.trainerAt(step.getNextOrdinal());
    }
  }

  /** What the trainer passes over must not keep it waiting for what comes behind. */
  private void readSkips(Scheduler<TokenSequence> scheduler) {
    for (ConsumerRecord<String, byte[]> record : told.poll(Duration.ZERO)) {
      acknowledged
          .of(record)
          .filter(answer -> answer.getCommand().getKind() == ControlKind.SKIP)
          .filter(answer -> answer.getOutcome() == ControlOutcome.APPLIED)
          .ifPresent(
              answer -> scheduler.skip(answer.getOrdinal(), answer.getCommand().getNextOrdinal()));
    }
  }

  /** Until every window is full or nothing more is there at the moment. */
  private void readSequences(Scheduler<TokenSequence> scheduler) {
    int read;
    do {
      holdBackFullDomains(scheduler);
      read = 0;
      for (ConsumerRecord<String, TokenSequence> record : sequences.poll(Duration.ofMillis(5))) {
        String domain = domainOf.get(new TopicPartition(record.topic(), record.partition()));
        remainder(candidate(record))
            .ifPresentOrElse(
                candidate -> scheduler.offer(domain, candidate),
                () -> scheduler.pass(domain, record.offset()));
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

  /** All that are there: what was taken back by now is released no more. */
  private void readRetractions(Scheduler<TokenSequence> scheduler) {
    List<Retraction> more = new ArrayList<>();
    Map<TopicPartition, Long> ends = wait.until(() -> retracted.endOffsets(retracted.assignment()));
    wait.readTo(retracted, ends, record -> more.add(record.value()));
    if (more.isEmpty()) return;
    more.forEach(retractions::add);
    scheduler.revise(this::remainder);
  }

  private static Candidate<TokenSequence> candidate(ConsumerRecord<String, TokenSequence> record) {
    return candidate(record.offset(), record.value());
  }

  private static Candidate<TokenSequence> candidate(long offset, TokenSequence sequence) {
    return new Candidate<>(
        offset, sequence.getTokens().size() - 1L, sequence.getSignals(), sequence);
  }

  private Optional<Candidate<TokenSequence>> remainder(Candidate<TokenSequence> candidate) {
    return Remainder.of(
            candidate.sequence(),
            segment -> retractions.cover(segment.getDocumentId(), Origin.of(segment.getOrigin())))
        .map(left -> candidate(candidate.offset(), left));
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

  private void write(
      TransactionalWriter writer, List<Release<TokenSequence>> releases, SchedulerState state) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    releases.forEach(r -> records.add(record(r)));
    records.add(topics.curriculumState().record(KEY, state));
    writer.write(records);
    releases.forEach(r -> released.get(r.domain()).increment());
    ahead = state.getOrdinal() - state.getTrainerOrdinal();
  }

  private ProducerRecord<byte[], byte[]> record(Release<TokenSequence> r) {
    CurriculumSequence sequence =
        new CurriculumSequence(
            r.ordinal(),
            r.phase(),
            r.domain(),
            r.candidate().offset(),
            0,
            r.candidate().sequence());
    return topics.curriculum().record(r.ordinal(), sequence);
  }

  /** Whether it has its state and its place in every topic, and Kafka answers. */
  @Override
  public boolean isReady() {
    return restored && !wait.isWaiting();
  }

  @Override
  public void stop() {
    stopped = true;
  }

  @Override
  public void close() {
    sequences.close();
    progress.close();
    retracted.close();
    told.close();
  }
}
