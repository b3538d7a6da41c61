package dev.millrace.cli;

import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.ControlCommand;
import dev.millrace.schemas.ControlKind;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.RecordJson;
import dev.millrace.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Steers a run while it runs. */
@Command(
    name = "control",
    mixinStandardHelpOptions = true,
    description =
        "Steers a run while it runs. A command is a record in the run's log: it is obeyed once,"
            + " between two steps, and holds over restarts. Prints what the service answers.")
final class ControlsCommand {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

  @Command(
      name = "pause",
      mixinStandardHelpOptions = true,
      description = "The trainer takes no further step until it is resumed, restarts included.")
  int pause(@Mixin ControlOptions options) {
    return order(options, command(options, ControlKind.PAUSE));
  }

  @Command(
      name = "resume",
      mixinStandardHelpOptions = true,
      description = "The trainer goes on where it was paused.")
  int resume(@Mixin ControlOptions options) {
    return order(options, command(options, ControlKind.RESUME));
  }

  @Command(
      name = "checkpoint",
      mixinStandardHelpOptions = true,
      description = "The trainer publishes a checkpoint now.")
  int checkpoint(@Mixin ControlOptions options) {
    return order(options, command(options, ControlKind.CHECKPOINT));
  }

  @Command(
      name = "cooldown",
      mixinStandardHelpOptions = true,
      description =
          "Publishes a checkpoint and writes the run file of a branch that cools down from there,"
              + " while the main line goes on. 'millrace up' trains it, or 'millrace train' with"
              + " that file where each service runs by itself.")
  int cooldown(
      @Mixin ControlOptions options,
      @Option(
              names = "--steps",
              paramLabel = "N",
              description = "How many steps it takes (default: a tenth of those so far).")
          @Nullable Long steps,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              description = "The branch's name (default: RUN-cooldown-STEP).")
          @Nullable String name)
      throws IOException {
    if (name != null && !Topics.isWord(name)) {
      throw new UsageError("--name must be letters, digits, - and _: " + name);
    }
    if (steps != null && steps < 1) throw new UsageError("--steps must be at least 1: " + steps);
    ControlAcknowledged answer =
        send(options, command(options, ControlKind.COOLDOWN).setBranch(name).setBranchSteps(steps));
    Path file = BranchRunFile.write(options.run.context(), answer);
    print(options, answer);
    if (!options.json) {
      System.out.printf(
          "branch %s of %,d steps: 'millrace up' or 'millrace train --run %s' trains it, 'millrace"
              + " evaluate --run %s' evaluates it%n",
          answer.getBranch(), answer.getBranchSteps(), file, file);
    }
    return 0;
  }

  @Command(
      name = "mixture",
      mixinStandardHelpOptions = true,
      description =
          "Other shares of target tokens by domain, from the next ordinal to the end of the phase;"
              + " without any, the run file's again.")
  int mixture(
      @Mixin ControlOptions options,
      @Parameters(arity = "0..*", paramLabel = "DOMAIN=WEIGHT")
          @Nullable Map<String, Double> weights) {
    return order(
        options,
        command(options, ControlKind.MIXTURE)
            .setMixture(Optional.ofNullable(weights).orElse(Map.of())));
  }

  @Command(
      name = "skip",
      mixinStandardHelpOptions = true,
      description =
          "The trainer passes over these ordinals, as far as it has not come to them yet.")
  int skip(
      @Mixin ControlOptions options,
      @Parameters(
              paramLabel = "FROM-TO",
              description = "Ordinals of the curriculum, both included.")
          String range) {
    Matcher ordinals = RANGE.matcher(range);
    if (!ordinals.matches()) throw new UsageError("FROM-TO must be two ordinals: " + range);
    long from = Long.parseLong(ordinals.group(1));
    long to = Long.parseLong(ordinals.group(2));
    if (to < from) throw new UsageError("FROM must not be after TO: " + range);
    return order(
        options, command(options, ControlKind.SKIP).setFirstOrdinal(from).setNextOrdinal(to + 1));
  }

  /** Sends it, and prints what the service answers. */
  private static int order(ControlOptions options, ControlCommand.Builder command) {
    print(options, send(options, command));
    return 0;
  }

  private static ControlCommand.Builder command(ControlOptions options, ControlKind kind) {
    return ControlCommand.newBuilder().setId(options.id).setKind(kind).setIssuedAt(Instant.now());
  }

  private static ControlAcknowledged send(ControlOptions options, ControlCommand.Builder command) {
    RunContext context = options.run.context();
    if (command.getKind() == ControlKind.MIXTURE
        && context.settings().training().branch().isPresent()) {
      throw new UserError(
          "a branch trains in the order of the run that it is of: order the mixture there");
    }
    KafkaConnection kafka = context.kafka();
    context.checkRights(kafka, "control");
    return new ControlRequest(kafka, context.runTopics()).send(command.build(), options.wait);
  }

  private static void print(ControlOptions options, ControlAcknowledged answer) {
    System.out.println(options.json ? RecordJson.of(answer) : ControlLine.of(answer));
  }
}
