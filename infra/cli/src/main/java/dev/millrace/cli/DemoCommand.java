package dev.millrace.cli;

import dev.millrace.cli.demo.Demo;
import dev.millrace.runtime.terminal.Screen;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Everything on this machine, on real text. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Fetches three domains of real text through Maven, refines them, trains a small GPT-2 and"
            + " evaluates its checkpoints, all on this machine. Writes DIR/report.json.")
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--minutes",
      paramLabel = "M",
      defaultValue = "3",
      description = "Of training, about, on two cores (default: ${DEFAULT-VALUE}).")
  double minutes = 3;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = ".millrace",
      description = "DIR/demo is emptied and used (default: ${DEFAULT-VALUE}).")
  Path directory = Path.of(".millrace");

  @Option(names = "--no-browser", description = "Never open a browser.")
  boolean noBrowser;

  @Override
  public Integer call() throws Exception {
    String home = System.getProperty("millrace.home");
    if (home == null) throw new UserError("the demo needs the checkout: run ./millrace demo in it");
    Files.createDirectories(directory);
    Logs.toFile(directory.resolve("demo.log"));
    String table;
    try (Screen screen = Screen.onStandardError()) {
      table = new Demo(Path.of(home), directory, minutes, !noBrowser, screen).run();
    }
    System.out.println(table);
    System.out.println("All of it: " + directory.resolve("report.json"));
    return 0;
  }
}
