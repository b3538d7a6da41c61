package dev.millrace.cli;

import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.ControlCommand;
import dev.millrace.schemas.ControlOutcome;
import java.util.Locale;
import java.util.TreeMap;

/** What became of a command, in a line. */
final class ControlLine {
  private ControlLine() {}

  static String of(ControlAcknowledged answer) {
    String what = answer.getCommand().getKind().toString().toLowerCase(Locale.ROOT);
    return answer.getOutcome() == ControlOutcome.APPLIED
        ? what + ": " + effect(answer)
        : "%s refused: %s".formatted(what, answer.getReason());
  }

  private static String effect(ControlAcknowledged answer) {
    ControlCommand command = answer.getCommand();
    return switch (command.getKind()) {
      case PAUSE -> String.format(Locale.ROOT, "paused after step %,d", answer.getStep());
      case RESUME -> String.format(Locale.ROOT, "goes on after step %,d", answer.getStep());
      case CHECKPOINT, COOLDOWN ->
          String.format(
              Locale.ROOT, "step %,d is saved as %s", answer.getStep(), answer.getCheckpoint());
      case MIXTURE ->
          String.format(
              Locale.ROOT,
              "%s from ordinal %,d on",
              command.getMixture().isEmpty()
                  ? "the run file's"
                  : new TreeMap<>(command.getMixture()),
              answer.getOrdinal());
      case SKIP ->
          String.format(
              Locale.ROOT,
              "ordinals %,d to %,d are passed over",
              answer.getOrdinal(),
              command.getNextOrdinal() - 1);
      case UNKNOWN -> "by another version of Millrace";
    };
  }
}
