package dev.millrace.cli;

import dev.millrace.cli.plan.PlanCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The {@code millrace} command. Exit codes: 0 success, 1 the work failed, 2 wrong use, 3 a newer
 * instance of the same service took over.
 */
@Command(
    name = "millrace",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "A streaming pre-training engine on Apache Kafka.",
    subcommands = {
      DemoCommand.class,
      InitCommand.class,
      ConfigCommand.class,
      UpCommand.class,
      TopicsCommand.class,
      IngestCommand.class,
      RefineCommand.class,
      TokenizeCommand.class,
      CurriculumCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      DashboardCommand.class,
      ExplainCommand.class,
      TailCommand.class,
      RetractCommand.class,
      ControlsCommand.class,
      StatusCommand.class,
      WatchCommand.class,
      LineageCommand.class,
      TokenizerCommand.class,
      ClassifierCommand.class,
      CheckpointCommand.class,
      ScoreCommand.class,
      GenerateCommand.class,
      PlanCommand.class
    })
public final class Millrace {
  /** A newer instance took over: not a failure of the work, and no reason to start again. */
  static final int EXIT_FENCED = 3;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Log more, and add the stack trace to an error.")
  boolean verbose;

  @Option(
      names = "--log-format",
      scope = ScopeType.INHERIT,
      paramLabel = "text|json",
      defaultValue = "${env:MILLRACE_LOG_FORMAT:-text}",
      description =
          "Logs for people, or a JSON object a line (default: MILLRACE_LOG_FORMAT of the environment,"
              + " else text).")
  Logs.Format logFormat = Logs.Format.TEXT;

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    // Texts of all languages are printed, whatever the terminal's locale is.
    System.setOut(new PrintStream(System.out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(System.err, true, StandardCharsets.UTF_8));
    System.exit(run(args));
  }

  /** Runs the command in this JVM. */
  public static int run(String... args) {
    Millrace millrace = new Millrace();
    CommandLine line =
        new CommandLine(millrace)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpAutoWidth(true)
            .setExecutionStrategy(
                parsed -> {
                  Logs.configure(millrace.verbose, millrace.logFormat);
                  return new CommandLine.RunLast().execute(parsed);
                })
            .setExecutionExceptionHandler((e, command, parsed) -> millrace.report(e, command));
    line.setParameterExceptionHandler(
        (e, arguments) -> {
          PrintWriter err = e.getCommandLine().getErr();
          err.println("millrace: " + e.getMessage());
          CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
          err.println("Try 'millrace --help', or --help after the command.");
          return CommandLine.ExitCode.USAGE;
        });
    return line.execute(args);
  }

  private int report(Exception e, CommandLine command) {
    Failure failure = Failure.of(e);
    PrintWriter err = command.getErr();
    err.println("millrace: " + failure.message());
    if (verbose) e.printStackTrace(err);
    return failure.exitCode();
  }
}
