package dev.millrace.trainer;

import dev.millrace.runtime.artifacts.ArtifactStore;
import dev.millrace.runtime.artifacts.DamagedArtifactException;
import dev.millrace.runtime.artifacts.Published;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import dev.millrace.schemas.checkpoint.TrainerState;
import dev.millrace.trainer.TrainingTime.Wait;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run's checkpoints: when one is due, saving it whole or not at all, announcing it, and clearing
 * away what is no longer needed. Files are not fenced as records are: a directory means nothing
 * until its announcement is committed, and nothing is deleted but right after one was.
 */
final class Checkpoints {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final long NONE = -1;

  private final TrainerRun run;
  private final CheckpointFiles files;
  private final Restorer restorer;
  private final ArtifactStore store;
  private final Ledger ledger;
  private final Evaluations evaluations;
  private final Cooldowns cooldowns;
  private final Retention retention;
  private final boolean rewinds;
  private final long saveSteps;
  private final TrainerMetrics metrics;
  private final List<CheckpointPublished> announced;
  private final AtomicBoolean requested = new AtomicBoolean();
  private long savedStep;

  Checkpoints(
      TrainerRun run,
      TrainingConfig config,
      Restorer restorer,
      ArtifactStore store,
      Ledger ledger,
      Evaluations evaluations,
      Cooldowns cooldowns,
      TrainerMetrics metrics,
      Beginning beginning) {
    this.run = run;
    this.files = restorer.files();
    this.restorer = restorer;
    this.store = store;
    this.ledger = ledger;
    this.evaluations = evaluations;
    this.cooldowns = cooldowns;
    this.retention = new Retention(config.saveTotalLimit(), config.keepUnevaluated());
    this.rewinds = config.spikes().policy() == SpikeDetector.Policy.REWIND;
    this.saveSteps = config.saveSteps();
    this.metrics = metrics;
    this.announced = new ArrayList<>(beginning.announced());
    this.savedStep = beginning.isFirst() ? NONE : beginning.state().step();
  }

  /** Makes one due after the step at hand; from any thread. */
  void request() {
    requested.set(true);
  }

  boolean isDue(TrainerState state) {
    return requested.getAndSet(false) || state.step() % saveSteps == 0;
  }

  /**
   * Saves and announces a checkpoint. Where it cannot be saved, as on a full disk, training goes on
   * without it until the next one is due.
   */
  void publish(TrainerState state) {
    try {
      save(state);
    } catch (IOException e) {
      metrics.checkpointFailed();
      LOG.error(
          "The checkpoint of step {} could not be saved; training goes on and the next one is tried"
              + " when it is due: {}",
          state.step(),
          e.toString());
    }
  }

  /**
   * Saves a checkpoint because a command asks for it, and announces it in one transaction with what
   * is said of the command; where the checkpoint of this step is there already, only the latter.
   *
   * @param acknowledged what is said, without its URI
   * @return what was said
   * @throws IOException where it cannot be saved; nothing is said then
   */
  ControlAcknowledged publish(TrainerState state, ControlAcknowledged acknowledged)
      throws IOException {
    if (savedStep == state.step()) {
      acknowledged.setCheckpoint(announced.get(announced.size() - 1).getUri());
      ledger.acknowledge(List.of(acknowledged));
    } else {
      save(state, Optional.of(acknowledged));
    }
    cooldowns.add(acknowledged);
    return acknowledged;
  }

  /**
   * Puts the model back into the state of the last checkpoint, and makes one due for what comes of
   * it. Of those that came by the run file alone, if there is one: a trainer that was never told to
   * stop would have no other.
   *
   * @param now the state that is left
   * @return the restored state, as of another attempt
   * @throws IOException where none can be read
   */
  TrainerState rewind(TrainerState now) throws IOException {
    List<String> names = store.names();
    List<CheckpointPublished> present =
        announced.stream()
            .filter(checkpoint -> names.contains(Retention.name(checkpoint)))
            .toList();
    List<CheckpointPublished> regular =
        present.stream().filter(checkpoint -> isRegular(checkpoint, now)).toList();
    TrainerState back = restorer.last(regular.isEmpty() ? present : regular).state();
    LOG.warn("Back from step {} to the checkpoint of step {}", now.step() + 1, back.step());
    savedStep = NONE;
    request();
    return back.takenOver(now.attempt() + 1, now.precision(), now.curriculum());
  }

  private boolean isRegular(CheckpointPublished checkpoint, TrainerState now) {
    return checkpoint.getStep() % saveSteps == 0
        || checkpoint.getStep() == announced.get(0).getStep()
        || now.faults().skips().stream()
            .anyMatch(skip -> skip.rewound() && skip.step() == checkpoint.getStep());
  }

  /** Something done with a state. */
  interface Saving {
    void save(TrainerState state) throws IOException;
  }

  /**
   * Saves and announces the checkpoint that a new run begins with.
   *
   * @return the state as it was saved: of a later attempt where an older trainer, which cannot know
   *     yet that it is fenced, has just saved its own
   * @throws IOException where it cannot be saved
   */
  TrainerState publishFirst(TrainerState state) throws IOException {
    return atFirstFree(state, this::save);
  }

  static TrainerState atFirstFree(TrainerState state, Saving saving) throws IOException {
    TrainerState tried = state;
    while (true) {
      try {
        saving.save(tried);
        return tried;
      } catch (FileAlreadyExistsException e) {
        tried = tried.takenOver(tried.attempt() + 1, tried.precision(), tried.curriculum());
      }
    }
  }

  /**
   * Saves and announces the checkpoint of a state, unless it is there.
   *
   * @throws IOException where it cannot be saved
   */
  void publishLast(TrainerState state) throws IOException {
    if (savedStep != state.step()) save(state);
  }

  private void save(TrainerState state) throws IOException {
    save(state, Optional.empty());
  }

  private void save(TrainerState state, Optional<ControlAcknowledged> acknowledged)
      throws IOException {
    long start = metrics.time().now();
    try {
      announce(state, acknowledged);
      clear(state);
    } finally {
      metrics.time().waited(Wait.CHECKPOINTS, start);
    }
  }

  private void announce(TrainerState state, Optional<ControlAcknowledged> acknowledged)
      throws IOException {
    long start = System.nanoTime();
    Published saved =
        store.publish(
            Retention.name(state.step(), state.attempt()),
            directory -> files.write(directory, state));
    CheckpointPublished announcement = announcement(state, saved);
    acknowledged.ifPresent(command -> command.setCheckpoint(announcement.getUri()));
    ledger.announce(announcement, acknowledged);
    announced.add(announcement);
    savedStep = state.step();
    double seconds = (System.nanoTime() - start) / 1e9;
    metrics.checkpointPublished(seconds);
    LOG.info(
        "Checkpoint of step {} in {} after {} s",
        state.step(),
        saved.uri(),
        String.format(Locale.ROOT, "%.2f", seconds));
  }

  private CheckpointPublished announcement(TrainerState state, Published saved) {
    return CheckpointPublished.newBuilder()
        .setRun(run.name())
        .setAttempt(state.attempt())
        .setStep(state.step())
        .setTokens(state.tokens())
        .setLoss(state.loss().orElse(Double.NaN))
        .setNextOrdinal(state.nextOrdinal())
        .setNextOffset(state.nextOffset())
        .setUri(saved.uri().toString())
        .setFiles(saved.sha256())
        .setModelSpec(files.spec().toConfigJson())
        .setTokenizer(run.vocabulary().id())
        .setPublishedAt(Instant.now())
        .build();
  }

  /** Only called right after an announcement, which proves that this trainer is the live one. */
  private void clear(TrainerState now) {
    try {
      store.clear();
      evaluations.refresh();
      cooldowns.refresh();
      Set<String> expendable =
          new TreeSet<>(
              retention.expendable(
                  present(), announced, evaluations.evaluated(), evaluations.best(), now));
      if (rewinds) expendable.removeAll(lastRegular(now));
      expendable.removeAll(branchedFrom());
      for (String name : expendable) store.delete(name);
    } catch (IOException | KafkaException | CancellationException e) {
      LOG.warn("Old checkpoints of run {} are cleared away later: {}", run.name(), e.toString());
    }
  }

  /** Where a rewind goes, whatever stops and commands have left since. */
  private List<String> lastRegular(TrainerState now) {
    return announced.stream()
        .filter(checkpoint -> isRegular(checkpoint, now))
        .reduce((earlier, later) -> later)
        .map(Retention::name)
        .stream()
        .toList();
  }

  /** Where cooldowns begin that nobody has started yet. */
  private List<String> branchedFrom() {
    Set<Long> steps = cooldowns.steps();
    return announced.stream()
        .filter(checkpoint -> steps.contains(checkpoint.getStep()))
        .map(Retention::name)
        .toList();
  }

  private Map<String, TrainerState> present() throws IOException {
    Map<String, TrainerState> present = new TreeMap<>();
    for (String name : store.names()) {
      try {
        present.put(name, state(name));
      } catch (DamagedCheckpointException | DamagedArtifactException e) {
        LOG.debug("{} is left alone: it is no checkpoint, or damaged", name, e);
      }
    }
    return present;
  }

  /** Of a checkpoint whose other files are not needed. */
  private TrainerState state(String name) throws IOException {
    byte[] json = store.read(name, CheckpointDirectory.STATE);
    return TrainerState.read(json, Path.of(name, CheckpointDirectory.STATE));
  }
}
