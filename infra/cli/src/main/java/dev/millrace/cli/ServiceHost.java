package dev.millrace.cli;

import dev.millrace.runtime.Service;
import dev.millrace.runtime.ServiceException;
import dev.millrace.runtime.ServiceRunner;
import dev.millrace.runtime.metrics.Health;
import dev.millrace.runtime.metrics.HttpEndpoint;
import dev.millrace.runtime.metrics.Metrics;
import dev.millrace.schemas.KafkaConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One service of a run, with its metrics and health, until it ends or the process is told to go.
 */
public final class ServiceHost implements AutoCloseable {
  static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
  private static final Logger LOG = LoggerFactory.getLogger(ServiceHost.class);

  private final Metrics metrics = new Metrics();
  private final ServiceRunner runner = new ServiceRunner(STOP_TIMEOUT);
  private final HttpEndpoint endpoint;

  /** Makes the service once Kafka answers and the topics are there. */
  interface Making {
    Service make(Services services) throws Exception;
  }

  private ServiceHost(RunContext run) throws Exception {
    metrics.watchDisks(run.folders());
    endpoint = endpoint(run, metrics, runner);
  }

  static int run(String name, RunContext run, Making making) throws Exception {
    try (ServiceHost host = start(name, run, making)) {
      host.runner.await();
    }
    return 0;
  }

  /** Starts it where Kafka answers, the topics are as they must be and it may do what it needs. */
  static ServiceHost start(String name, RunContext run, Making making) throws Exception {
    Logs.of(name, run.settings().name());
    KafkaConnection kafka = run.kafka();
    run.topicSetup(kafka).ensure(run.topics());
    run.checkRights(kafka, name);
    ServiceHost host = new ServiceHost(run);
    try {
      Services services = new Services(run, kafka, host.metrics.registry());
      host.runner.start(name, making.make(services));
    } catch (Exception e) {
      host.close();
      throw e;
    }
    LOG.info("{} of run {} is up, {}metrics", name, run.settings().name(), host.uri());
    return host;
  }

  /** Of metrics and health. */
  URI uri() {
    return endpoint.uri();
  }

  /** The first failure so far. */
  Optional<ServiceException> failure() {
    return runner.failure();
  }

  @Override
  public void close() {
    endpoint.close();
    runner.close();
    metrics.close();
  }

  static HttpEndpoint endpoint(RunContext run, Metrics metrics, ServiceRunner runner)
      throws Exception {
    Health live = () -> runner.failure().map(ServiceException::getMessage);
    return HttpEndpoint.start(
        run.settings().metrics().relativeTo(run.base()),
        metrics.registry(),
        live,
        runner::notReady);
  }
}
