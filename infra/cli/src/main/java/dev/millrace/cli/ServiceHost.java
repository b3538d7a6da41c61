package dev.millrace.cli;

import dev.millrace.runtime.Service;
import dev.millrace.runtime.ServiceException;
import dev.millrace.runtime.ServiceRunner;
import dev.millrace.runtime.metrics.Health;
import dev.millrace.runtime.metrics.HttpEndpoint;
import dev.millrace.runtime.metrics.Metrics;
import dev.millrace.schemas.KafkaConnection;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one service of a run until it ends or the process is told to go. */
public final class ServiceHost {
  static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
  private static final Logger LOG = LoggerFactory.getLogger(ServiceHost.class);

  /** Makes the service once Kafka answers and the topics are there. */
  interface Making {
    Service make(Services services) throws Exception;
  }

  private ServiceHost() {}

  static int run(String name, RunContext run, Making making) throws Exception {
    KafkaConnection kafka = run.kafka();
    run.topicSetup(kafka).ensure(run.topics());
    try (Metrics metrics = new Metrics();
        ServiceRunner runner = new ServiceRunner(STOP_TIMEOUT);
        HttpEndpoint endpoint = endpoint(run, metrics, runner)) {
      runner.start(name, making.make(new Services(run, kafka, metrics.registry())));
      LOG.info("{} of run {} is up, {}metrics", name, run.settings().name(), endpoint.uri());
      runner.await();
    }
    return 0;
  }

  static HttpEndpoint endpoint(RunContext run, Metrics metrics, ServiceRunner runner)
      throws Exception {
    Health live = () -> runner.failure().map(ServiceException::getMessage);
    return HttpEndpoint.start(run.settings().metrics(), metrics.registry(), live, runner::notReady);
  }
}
