package dev.millrace.trainer;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.millrace.runtime.ServiceException;
import dev.millrace.runtime.ServiceRunner;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.slf4j.LoggerFactory;

/** A trainer in a process of its own: bootstrap, topic prefix, directory, run, run file. */
public final class TrainerMain {
  static final int EXIT_FENCED = 3;

  private TrainerMain() {}

  public static void main(String[] args) throws Exception {
    ((Logger) LoggerFactory.getLogger("dev.millrace")).setLevel(Level.INFO);
    TestRuns runs =
        new TestRuns(KafkaConnection.to(args[0]), new Topics(args[1]), Path.of(args[2]));
    TrainerRun run = runs.existing(args[3], Files.readString(Path.of(args[4])));
    try (ServiceRunner runner = new ServiceRunner(Duration.ofSeconds(20))) {
      runner.start("trainer", runs.service(run));
      runner.await();
    } catch (ServiceException e) {
      System.out.println(e.getCause().getMessage());
      System.exit(e.getCause() instanceof ProducerFencedException ? EXIT_FENCED : 1);
    }
  }
}
