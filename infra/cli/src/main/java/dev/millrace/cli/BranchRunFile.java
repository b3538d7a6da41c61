package dev.millrace.cli;

import dev.millrace.runtime.config.InvalidRunFileException;
import dev.millrace.runtime.config.RunFile;
import dev.millrace.runtime.config.Setting;
import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.trainer.Branch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The run file of a cooldown: the main line's, but for its name, where it begins and ends. */
final class BranchRunFile {
  private BranchRunFile() {}

  /** The text for the branch that a trainer has acknowledged. */
  static String of(RunContext main, ControlAcknowledged cooldown) {
    String source = "command " + cooldown.getCommand().getId();
    Map<String, Setting> settings = new LinkedHashMap<>();
    main.file().settings().forEach(setting -> settings.put(setting.path(), setting));
    Map.of(
            "name", cooldown.getBranch(),
            "training.branch.run", main.settings().name(),
            "training.branch.step", Long.toString(cooldown.getStep()),
            "training.maxSteps", Long.toString(cooldown.getStep() + cooldown.getBranchSteps()))
        .forEach((path, value) -> settings.put(path, new Setting(path, value, source)));
    return new RunFile<>(main.settings(), List.copyOf(settings.values())).toYaml();
  }

  /**
   * Writes it beside the main line's, unless it is there, and returns where.
   *
   * @throws UserError where a file of its name is another run's
   */
  static Path write(RunContext main, ControlAcknowledged cooldown) throws IOException {
    Path file = main.base().resolve(cooldown.getBranch() + ".yaml");
    if (!Files.exists(file)) {
      // Whole or not at all: the command and 'millrace up' may both be at it.
      Path part = Files.createTempFile(main.base(), cooldown.getBranch(), ".part");
      try {
        Files.writeString(part, of(main, cooldown));
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
    } else if (!isOf(file, main, cooldown)) {
      throw new UserError(
          "%s is there and not the branch of step %d: move it away and give the command again, with its --id %s"
              .formatted(file, cooldown.getStep(), cooldown.getCommand().getId()));
    }
    return file;
  }

  private static boolean isOf(Path file, RunContext main, ControlAcknowledged cooldown) {
    try {
      RunSettings there = RunFile.read(file, RunSettings.class).value();
      Branch branch = new Branch(main.settings().name(), cooldown.getStep());
      return there.name().equals(cooldown.getBranch())
          && there.training().branch().equals(Optional.of(branch));
    } catch (InvalidRunFileException e) {
      return false;
    }
  }
}
