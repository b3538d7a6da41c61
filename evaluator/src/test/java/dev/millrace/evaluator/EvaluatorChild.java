package dev.millrace.evaluator;

import dev.millrace.runtime.artifacts.Artifacts;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;

/** An evaluator in a JVM of its own, to be killed: BOOTSTRAP PREFIX RUN DIRECTORY DOMAIN. */
final class EvaluatorChild {
  private EvaluatorChild() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[3]);
    EvaluatorService.Setup setup =
        new EvaluatorService.Setup(
            arguments[2],
            List.of(arguments[4]),
            new Topics(arguments[1]),
            KafkaConnection.to(arguments[0]),
            TestRun.config(""),
            TestRun.WINDOW,
            Artifacts.in(directory.resolve("artifacts")),
            directory.resolve("scratch"));
    try (EvaluatorService service = new EvaluatorService(setup, new SimpleMeterRegistry())) {
      service.run();
    }
  }
}
