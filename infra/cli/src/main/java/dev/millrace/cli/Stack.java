package dev.millrace.cli;

import dev.millrace.broker.BrokerOptions;
import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.dashboard.Dashboard;
import dev.millrace.runtime.ServiceException;
import dev.millrace.runtime.ServiceRunner;
import dev.millrace.runtime.metrics.HttpEndpoint;
import dev.millrace.runtime.metrics.Metrics;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.tokenization.TokenizationService;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every service of a run in this process, with an embedded broker beside it where one is needed.
 */
public final class Stack implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Stack.class);
  private static final long LOOK_MILLIS = 2_000;
  private static final Duration SAY_EVERY = Duration.ofSeconds(10);
  private static final String INSTANCE = "local";

  private final RunContext run;
  private final Optional<EmbeddedBroker> broker;
  private final KafkaConnection kafka;
  private final Metrics metrics = new Metrics();
  private final ServiceRunner runner;
  private final HttpEndpoint endpoint;
  private final Services services;

  private Stack(RunContext run, Optional<EmbeddedBroker> broker) throws Exception {
    this.run = run;
    this.broker = broker;
    kafka = broker.map(b -> KafkaConnection.to(b.bootstrap())).orElseGet(run::kafka);
    run.topicSetup(kafka).ensure(run.topics());
    runner = new ServiceRunner(ServiceHost.STOP_TIMEOUT);
    metrics.watchDisks(run.folders());
    endpoint = ServiceHost.endpoint(run, metrics, runner);
    services = new Services(run, kafka, metrics.registry());
    LOG.info("metrics and health at {}", endpoint.uri());
  }

  /** Starts the broker, where the run file names none, and creates the topics. */
  public static Stack start(RunContext run) throws Exception {
    Logs.of("up", run.settings().name()); // Of which service a line is, its thread says.
    if (!run.ownsBroker()) return new Stack(run, Optional.empty());
    Path directory = run.brokerDirectory();
    BrokerOptions options = BrokerOptions.DEFAULT;
    if (Logs.format() == Logs.Format.JSON) options = options.withJsonLog();
    EmbeddedBroker broker = EmbeddedBroker.start(directory, options);
    LOG.info("embedded broker at {}, its data in {}", broker.bootstrap(), directory);
    try {
      return new Stack(run, Optional.of(broker));
    } catch (Exception e) {
      broker.close();
      throw e;
    }
  }

  public KafkaConnection kafka() {
    return kafka;
  }

  /** Returns where the page is. */
  public URI startDashboard() throws IOException {
    Dashboard dashboard = services.dashboard();
    runner.start("dashboard", dashboard);
    return dashboard.uri();
  }

  public void startRefinery() {
    runner.start("refinery", services.refinery(INSTANCE));
  }

  /** Learns a tokenizer where there is none, as soon as there is enough to learn from. */
  public void awaitTokenizer() throws IOException, InterruptedException {
    if (Files.exists(run.tokenizer())) return;
    RunSettings.TokenizerSettings settings = run.settings().tokenizer();
    LOG.info(
        "{} does not exist: one is learnt from the first {} characters of refined text",
        run.tokenizer(),
        settings.learnFrom());
    try (TokenizerTraining training = tokenizerTraining()) {
      long said = System.nanoTime();
      long read = training.read();
      while (read < settings.learnFrom()) {
        if (System.nanoTime() - said >= SAY_EVERY.toNanos()) {
          said = System.nanoTime();
          LOG.info("{} of {} characters to learn from", read, settings.learnFrom());
        }
        check();
        Thread.sleep(LOOK_MILLIS);
        read = training.read();
      }
      training.write(settings.vocabularySize(), run.tokenizer());
    }
    LOG.info("learnt {}", run.tokenizer());
  }

  public TokenizerTraining tokenizerTraining() {
    return new TokenizerTraining(
        kafka,
        run.prefix(),
        run.settings().domains(),
        run.settings().tokenizer().learnFrom(),
        SpecialTokens.of(run.settings().model()));
  }

  /** Returned so that it can be asked how far it is. */
  public TokenizationService startTokenization() throws IOException {
    TokenizationService tokenization = services.tokenization(Services.TOKENIZATION);
    runner.start("tokenization", tokenization);
    return tokenization;
  }

  public void startTraining() throws IOException {
    startTraining(run);
  }

  /** With other training settings than the stack was started with. */
  public void startTraining(RunContext trained) throws IOException {
    Services services = new Services(trained, kafka, metrics.registry());
    runner.start("curriculum", services.curriculum());
    runner.start("trainer", services.trainer());
    runner.start("evaluator", services.evaluator());
    runner.start("branches", new BranchTrainers(trained, kafka));
  }

  /** Throws what made a service fail, if one did. */
  public void check() {
    Optional<ServiceException> failure = runner.failure();
    if (failure.isPresent()) throw failure.get();
  }

  /** This process and the broker's, where there is one. */
  public List<Long> processes() {
    List<Long> pids = new ArrayList<>(List.of(ProcessHandle.current().pid()));
    broker.ifPresent(b -> pids.add(b.pid()));
    return pids;
  }

  /** Until every service has ended, one has failed or the process is told to go. */
  public void await() throws InterruptedException {
    runner.await();
  }

  /** The services first, the last started first; then the broker. */
  @Override
  public void close() {
    runner.close();
    endpoint.close();
    metrics.close();
    broker.ifPresent(EmbeddedBroker::close);
  }
}
