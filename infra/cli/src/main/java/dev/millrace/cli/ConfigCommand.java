package dev.millrace.cli;

import dev.millrace.runtime.config.Setting;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks the run file and shows what holds. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = "Checks the run file and prints every setting with where its value came from.")
final class ConfigCommand implements Callable<Integer> {
  @Mixin RunOptions run = new RunOptions();

  @Override
  public Integer call() {
    RunContext context = run.context();
    int width =
        context.sources().stream()
            .mapToInt(s -> s.path().length() + s.value().length())
            .filter(w -> w < 70)
            .max()
            .orElse(0);
    for (Setting setting : context.sources()) {
      String text = setting.path() + ": " + setting.value();
      System.out.printf("%-" + (width + 4) + "s # %s%n", text, setting.source());
    }
    return 0;
  }
}
