package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * The child JVM that trains a branch: {@code millrace train}, but with metrics at any free port, as
 * its run file's is the parent's, and it ends when its standard input does, so that it never
 * outlives the parent.
 */
final class BranchMain {
  private BranchMain() {}

  /** Takes the run file, the directory and the format of the log. */
  public static void main(String[] arguments) {
    Logs.configure(false, Logs.Format.valueOf(arguments[2]));
    Thread watch = new Thread(BranchMain::exitWithParent, "parent-watch");
    watch.setDaemon(true);
    watch.start();
    System.exit(train(Path.of(arguments[0]), Path.of(arguments[1])));
  }

  private static int train(Path runFile, Path directory) {
    try {
      RunContext run = RunContext.of(Optional.of(runFile), directory).withMetricsAtAnyPort();
      return ServiceHost.run("trainer", run, Services::trainer);
    } catch (Exception e) {
      Failure failure = Failure.of(e);
      LoggerFactory.getLogger(BranchMain.class).error("{}", failure.message(), e);
      return failure.exitCode();
    }
  }

  private static void exitWithParent() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is ever said; only the end counts.
      }
    } catch (IOException e) {
      // As good as the end.
    }
    System.exit(0); // The hook stops the trainer, which leaves a checkpoint.
  }
}
