package dev.millrace.trainer;

import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Shapes;
import dev.millrace.runtime.Service;
import dev.millrace.runtime.artifacts.ArtifactStore;
import dev.millrace.schemas.Commands;
import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.KafkaWait;
import dev.millrace.schemas.SkipList;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.schemas.checkpoint.TrainerState;
import dev.millrace.trainer.torch.Muon;
import dev.millrace.trainer.torch.ScriptedModel;
import dev.millrace.trainer.torch.TorchOptions;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a run for as long as it has steps to do and nobody stops it. A killed one is continued by
 * the next from the last announced checkpoint, bit for bit; one that is told to stop finishes its
 * step and leaves a checkpoint; one that a newer trainer replaces leaves with {@link
 * ProducerFencedException}.
 */
public final class TrainerService implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(TrainerService.class);

  private final TrainerRun run;
  private final Optional<ImportedModel> imported;
  private final ModelSpec spec;
  private final double dropout;
  private final int contextLength;
  private final Architecture architecture;
  private final boolean documentMasks;
  private final int packedLength;
  private final Collator collator;
  private final TrainingConfig config;
  private final KafkaConnection kafka;
  private final TrainerMetrics metrics;
  private final SkipList skips = new SkipList();
  private final Stop stop = new Stop();
  private final KafkaWait wait = new KafkaWait(stop::requested);
  private final Object running = new Object(); // Held while native code may run.
  private volatile Optional<Checkpoints> checkpoints = Optional.empty();
  private volatile boolean restored;

  /**
   * For one run.
   *
   * @throws IOException where a model was imported for the run and is damaged
   * @throws IllegalArgumentException where the imported model is not the one that is asked for
   */
  public TrainerService(
      TrainerRun run,
      ModelConfig modelConfig,
      TrainingConfig config,
      KafkaConnection kafka,
      MeterRegistry meters)
      throws IOException {
    this.run = run;
    // A branch goes on with the model of the run that it is of.
    this.imported = ImportedModel.of(run, config.branch().map(Branch::run).orElse(run.name()));
    this.spec = spec(modelConfig);
    this.dropout = modelConfig.dropout();
    this.contextLength = modelConfig.contextLength();
    this.architecture = Architectures.of(spec, modelConfig.documentMasks());
    this.documentMasks = modelConfig.documentMasks();
    this.packedLength = modelConfig.packedLength();
    config.check(run.name(), modelConfig);
    this.collator = Collator.of(architecture.objective(), config, run.vocabulary());
    this.config = config;
    this.kafka = kafka;
    this.metrics = new TrainerMetrics(meters, run.name());
  }

  private ModelSpec spec(ModelConfig modelConfig) {
    if (imported.isEmpty()) return modelConfig.spec(run.vocabulary());
    modelConfig.mustAskFor(imported.get().spec(), run.vocabulary());
    return imported.get().spec();
  }

  /**
   * Trains.
   *
   * @throws ProducerFencedException where a newer trainer of the run has taken over
   * @throws IllegalStateException where a GPU is asked for and there is none
   * @throws IOException where the last checkpoint could not be saved, or none can be read
   */
  @Override
  public void run() throws IOException {
    synchronized (running) {
      TorchOptions torch = torch(); // Who has no GPU where one is asked for must fence nobody.
      // Then the ledger: what older trainers have announced is only final once they are fenced.
      try (Ledger ledger = Ledger.open(kafka, run, wait);
          Evaluations evaluations = new Evaluations(kafka, run, wait);
          Commands commands = new Commands(kafka, run.own(), Controls.KINDS, wait);
          Cooldowns cooldowns = new Cooldowns(kafka, run, commands.acknowledged(), wait);
          ScriptedModel model = ScriptedModel.load(architecture, torch, config.optimizer());
          CurriculumReader curriculum =
              new CurriculumReader(
                  kafka, source().curriculum(), limits(), collator, skips, metrics.time(), stop)) {
        train(ledger, evaluations, commands, cooldowns, model, curriculum);
      }
    }
  }

  private void train(
      Ledger ledger,
      Evaluations evaluations,
      Commands commands,
      Cooldowns cooldowns,
      ScriptedModel model,
      CurriculumReader curriculum)
      throws IOException {
    Shapes shapes = Shapes.of(architecture);
    CheckpointFiles files =
        new CheckpointFiles(
            model, spec, run, ProbeBatch.of(architecture, contextLength, config.seed()));
    ArtifactStore store = run.checkpoints();
    store.clear(); // Older trainers are fenced: what they have begun comes to nothing.
    Announcements announcements = new Announcements(kafka, run, wait);
    // Before its training order is looked for, which would be waited for.
    config.branch().ifPresent(branch -> branch.checkpoint(announcements));
    Restorer restorer = new Restorer(run, config, batch(), files);
    Beginning beginning =
        Beginning.find(
            restorer,
            shapes,
            store,
            announcements,
            announcements.id(source().curriculum()),
            imported);
    checkpoints =
        Optional.of(
            new Checkpoints(
                run, config, restorer, store, ledger, evaluations, cooldowns, metrics, beginning));
    StepLog log = new StepLog(config, shapes, curriculum, ledger, metrics, skips);
    Controls controls =
        new Controls(
            run, config, commands, ledger, checkpoints.get(), cooldowns, skips, metrics, stop);
    if (beginning.isFirst()) config.branch().ifPresent(branch -> controls.inherit(past(branch)));
    metrics.time().begin();
    TrainerState begin =
        beginning.isFirst() ? checkpoints.get().publishFirst(beginning.state()) : beginning.state();
    restored = true;
    TrainerState end =
        new Trainer(
                config,
                contextLength,
                shapes.heads().stream().map(Shapes.Head::targets).toList(),
                curriculum,
                model,
                log,
                checkpoints.get(),
                controls,
                stop)
            .train(begin);
    metrics.time().lap();
    LOG.info(
        "Run {} {} step {}; {}",
        run.name(),
        config.isDone(end.step()) ? "is done at" : "stops after",
        end.step(),
        metrics.time());
  }

  private List<ControlAcknowledged> past(Branch branch) {
    return Commands.acknowledgements(kafka, run.topics().run(branch.run()), wait);
  }

  /** What a run may not change: with it the same ordinals would be other steps. */
  private String batch() {
    String batch =
        "%d sequences, %d microbatches, document masks %s"
            .formatted(
                config.perDeviceTrainBatchSize(),
                config.gradientAccumulationSteps(),
                documentMasks ? "on" : "off");
    // The rest only where it is not what every run had before there was a choice.
    if (config.optimizer() instanceof Muon) batch += ", muon";
    if (!config.batchRamp().isEmpty()) batch += ", " + config.batchRamp();
    if (!config.contextRamp().isEmpty()) batch += ", " + config.contextRamp();
    batch += config.settingsOf(architecture.objective()).map(own -> ", " + own).orElse("");
    if (imported.isPresent()) batch += ", dropout " + dropout; // Else it is the model's.
    return batch;
  }

  /** Whose training order it is: a branch goes on with its parent's. */
  private Topics.Run source() {
    return config.branch().map(branch -> run.topics().run(branch.run())).orElse(run.own());
  }

  private CurriculumReader.Limits limits() {
    return new CurriculumReader.Limits(run.vocabulary().id(), spec.vocabularySize(), packedLength);
  }

  private TorchOptions torch() {
    return new TorchOptions(
        config.precision(),
        dropout,
        config.gradientCheckpointing(),
        config.torchDevice(),
        config.threadCount());
  }

  /** Makes a checkpoint due after the step at hand; nothing before training has begun. */
  public void requestCheckpoint() {
    checkpoints.ifPresent(Checkpoints::request);
  }

  /** Whether model and place are those of the last checkpoint, or later, and Kafka answers. */
  @Override
  public boolean isReady() {
    return restored && !wait.isWaiting();
  }

  @Override
  public void stop() {
    stop.request();
  }

  /** Returns when {@link #run} has: native libraries must not be torn down under it. */
  @Override
  public void close() {
    stop();
    synchronized (running) {
      checkpoints = Optional.empty();
    }
  }
}
