package dev.millrace.cli;

import dev.millrace.runtime.config.RunFile;
import dev.millrace.runtime.config.Setting;
import dev.millrace.schemas.ControlAcknowledged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

  /** Writes it beside the main line's, unless it is there, and returns where. */
  static Path write(RunContext main, ControlAcknowledged cooldown) throws IOException {
    Path file = main.base().resolve(cooldown.getBranch() + ".yaml");
    if (!Files.exists(file)) Files.writeString(file, of(main, cooldown));
    return file;
  }
}
