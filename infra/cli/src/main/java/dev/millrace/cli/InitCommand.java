package dev.millrace.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a run file to start from. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = "Writes a commented run.yaml into the current directory; never overwrites one.")
final class InitCommand implements Callable<Integer> {
  @Option(
      names = "--domain",
      paramLabel = "D",
      description = "A domain of the run; may be repeated.")
  List<String> domains = List.of("text");

  @Override
  public Integer call() throws IOException {
    Path file = Path.of("run.yaml");
    if (Files.exists(file)) throw new UserError(file + " is there already");
    Files.writeString(file, text(domains), StandardOpenOption.CREATE_NEW);
    System.out.println("wrote " + file.toAbsolutePath());
    return 0;
  }

  static String text(List<String> domains) throws IOException {
    try (InputStream template =
        Objects.requireNonNull(InitCommand.class.getResourceAsStream("run.yaml"))) {
      return new String(template.readAllBytes(), StandardCharsets.UTF_8)
          .replace("DOMAINS", String.join(", ", domains));
    }
  }
}
