package dev.millrace.cli;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
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
 * <p>A branch whose trainer fails {@value #FAILURES_MAX} times is left for the next start: the main
 * line must not end with it.
 */
final class BranchTrainers implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(BranchTrainers.class);
  private static final int FAILURES_MAX = 3;
  private static final long LOOK_MILLIS = 1_000;

  private final RunContext main;
  private final KafkaConnection kafka;
  private final CoolingBranches branches = new CoolingBranches();
  private final Map<String, Integer> failures = new HashMap<>();
  private volatile boolean stopped;
  private final KafkaWait wait = new KafkaWait(() -> stopped);

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
      while (!stopped) {
        readAll(told, record -> values.of(record).ifPresent(branches::add));
        readAll(saved, record -> branches.add(record.key(), record.value().getStep()));
        Optional<CoolingBranch> next = next();
        if (next.isPresent()) train(next.get());
        else Thread.sleep(LOOK_MILLIS);
      }
    } catch (CancellationException e) {
      if (!stopped) throw e;
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

  private Optional<CoolingBranch> next() {
    return branches.all().stream()
        .filter(branch -> !branch.isDone())
        .filter(branch -> failures.getOrDefault(branch.name(), 0) < FAILURES_MAX)
        .findFirst();
  }

  private void train(CoolingBranch branch) throws IOException, InterruptedException {
    Path runFile;
    try {
      runFile = BranchRunFile.write(main, branch.cooldown());
    } catch (UserError e) {
      giveUp(branch, e.getMessage());
      return;
    }
    Path log = main.directory().resolve("branches").resolve(branch.name() + ".log");
    LOG.info(
        "branch {} is trained from step {} to {}, its log is {}",
        branch.name(),
        branch.saved().orElse(branch.firstStep()),
        branch.lastStep(),
        log);
    OptionalInt exit;
    try (BranchProcess process = BranchProcess.start(runFile, main.directory(), log)) {
      while (!stopped && process.exit().isEmpty()) Thread.sleep(LOOK_MILLIS);
      exit = process.exit();
    }
    if (exit.isPresent()) ended(branch, exit.getAsInt(), log);
  }

  private void ended(CoolingBranch branch, int exit, Path log) {
    switch (exit) {
      case 0 -> {
        LOG.info("branch {} is trained", branch.name());
        failures.put(branch.name(), FAILURES_MAX); // Whatever its run file says is its last step.
      }
      case Millrace.EXIT_FENCED -> giveUp(branch, "another trainer has taken over");
      default -> {
        int count = failures.merge(branch.name(), 1, Integer::sum);
        LOG.warn("the trainer of branch {} failed ({}), see {}", branch.name(), exit, log);
        if (count == FAILURES_MAX) giveUp(branch, "its trainer failed " + count + " times");
      }
    }
  }

  private void giveUp(CoolingBranch branch, String why) {
    LOG.warn("branch {} is left for the next start: {}", branch.name(), why);
    failures.put(branch.name(), FAILURES_MAX);
  }

  @Override
  public void stop() {
    stopped = true;
  }

  @Override
  public void close() {
    stopped = true;
  }
}
