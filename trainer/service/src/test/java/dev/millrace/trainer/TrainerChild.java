package dev.millrace.trainer;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.testkit.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.CommonClientConfigs;

/** Starts {@link TrainerMain}. */
final class TrainerChild {
  private TrainerChild() {}

  static ChildJvm start(TestRuns runs, TrainerRun run) throws IOException {
    return start(runs, run, List.of());
  }

  /** As above, by way of a launcher. */
  static ChildJvm start(TestRuns runs, TrainerRun run, List<String> launcher) throws IOException {
    Path runFile = Files.writeString(runs.directory().resolve(run.name() + ".yaml"), run.runFile());
    Path output = runs.directory().resolve(run.name() + "-" + UUID.randomUUID() + ".log");
    return ChildJvm.of(TrainerMain.class)
        .launcher(launcher)
        .jvmOptions("-Xmx256m", "-Dai.djl.offline=true")
        .environment("OPT_OUT_TRACKING", "true")
        .arguments(
            bootstrap(runs.kafka()),
            runs.topics().prefix(),
            runs.directory().toString(),
            run.name(),
            runFile.toString())
        .start(output);
  }

  private static String bootstrap(KafkaConnection kafka) {
    return (String) kafka.properties().get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
  }
}
