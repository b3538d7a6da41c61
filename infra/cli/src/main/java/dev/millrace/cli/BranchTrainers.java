package dev.millrace.cli;

import dev.millrace.runtime.ErrorLine;
import dev.millrace.runtime.Service;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.CoolingBranch;
import dev.millrace.schemas.CoolingBranches;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.KafkaWait;
import dev.millrace.schemas.LenientValues;
import dev.millrace.schemas.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains the branches that a run was told to cool down: each in a process of its own, one after the
 * other, while the main line goes on. What there is to do is read from the log, so that a branch
 * that was interrupted goes on, and one that has its final checkpoint is left alone.
 *
 * <p>The main line must not end with a branch: one that fails is tried again, with pauses in which
 * others have their turn, and one that never gets further is left for the next start.
 */
final class BranchTrainers implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(BranchTrainers.class);
  private static final long LOOK_MILLIS = 500;

  private final RunContext main;
  private final KafkaConnection kafka;
  private final CoolingBranches branches = new CoolingBranches();
  private final Map<String, BranchFailures> failures = new HashMap<>();
  private final Set<String> left = new HashSet<>(); // To the next start.
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final KafkaWait wait = new KafkaWait(this::isStopped);

  BranchTrainers(RunContext main, KafkaConnection kafka) {
    this.main = main;
    this.kafka = kafka;
  }

  @Override
  public void run() throws Exception {
    Topic<String, ControlAcknowledged> answers = main.runTopics().controlAcknowledged();
    Topic<String, CheckpointPublished> checkpoints = main.prefix().checkpoints();
    LenientValues<ControlAcknowledged> values = new LenientValues<>(answers);
    try (Consumer<String, byte[]> told = reader(answers.withValues(Serdes.ByteArray()));
        Consumer<String, CheckpointPublished> saved = reader(checkpoints)) {
      while (!isStopped()) {
        readAll(told, record -> values.of(record).ifPresent(branches::add));
        readAll(saved, this::saved);
        Optional<CoolingBranch> next = next();
        if (next.isPresent()) train(next.get());
        else stopped.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (CancellationException e) {
      if (!isStopped()) throw e;
    }
  }

  private <V> Consumer<String, V> reader(Topic<String, V> topic) {
    Consumer<String, V> reader = kafka.reader(topic);
    List<TopicPartition> all = List.of(new TopicPartition(topic.name(), 0));
    reader.assign(all);
    reader.seekToBeginning(all);
    return reader;
  }

  private <V> void readAll(
      Consumer<String, V> reader, java.util.function.Consumer<ConsumerRecord<String, V>> action) {
    Map<TopicPartition, Long> ends = wait.until(() -> reader.endOffsets(reader.assignment()));
    wait.readTo(reader, ends, action);
  }

  private void saved(ConsumerRecord<String, CheckpointPublished> record) {
    if (record.value() != null) branches.add(record.key(), record.value().getStep());
  }

  private Optional<CoolingBranch> next() {
    Instant now = Instant.now();
    return branches.all().stream()
        .filter(branch -> !branch.isDone())
        .filter(branch -> !left.contains(branch.name()))
        .filter(branch -> !now.isBefore(failures(branch).pauseEnd()))
        .findFirst();
  }

  private BranchFailures failures(CoolingBranch branch) {
    return failures.getOrDefault(branch.name(), BranchFailures.NONE);
  }

  private void train(CoolingBranch branch) throws InterruptedException {
    try {
      Path runFile = BranchRunFile.write(main, branch.cooldown());
      Path log = main.directory().resolve("branches").resolve(branch.name() + ".log");
      LOG.info(
          "branch {} is trained from step {} to {}, its log is {}",
          branch.name(),
          branch.saved().orElse(branch.firstStep()),
          branch.lastStep(),
          log);
      OptionalInt exit = train(runFile, log);
      if (exit.isPresent()) ended(branch, exit.getAsInt(), log);
    } catch (UserError e) {
      leave(branch, e.getMessage());
    } catch (IOException e) {
      failed(branch, ErrorLine.of(e));
    }
  }

  /** Returns how it ended; nothing where it was stopped. */
  private OptionalInt train(Path runFile, Path log) throws IOException, InterruptedException {
    try (BranchProcess process = BranchProcess.start(runFile, main.directory(), log)) {
      OptionalInt exit = process.exit();
      while (exit.isEmpty() && !stopped.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        exit = process.exit();
      }
      return exit;
    }
  }

  private void ended(CoolingBranch branch, int exit, Path log) {
    switch (exit) {
      case 0 -> {
        LOG.info("branch {} is trained", branch.name());
        left.add(branch.name()); // Whatever its run file says is its last step.
      }
      case Millrace.EXIT_FENCED -> leave(branch, "another trainer has taken over");
      default -> failed(branch, "its trainer ended with exit code " + exit + ", see " + log);
    }
  }

  private void failed(CoolingBranch branch, String why) {
    BranchFailures now = failures(branch).plus(branch.saved(), Instant.now());
    failures.put(branch.name(), now);
    if (now.areTooMany()) leave(branch, "tried " + now.count() + " times: " + why);
    else if (now.count() == 1) LOG.warn("branch {} is tried again: {}", branch.name(), why);
  }

  private void leave(CoolingBranch branch, String why) {
    LOG.warn("branch {} is left for the next start: {}", branch.name(), why);
    left.add(branch.name());
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  @Override
  public void stop() {
    stopped.countDown();
  }

  @Override
  public void close() {
    stop();
  }
}
