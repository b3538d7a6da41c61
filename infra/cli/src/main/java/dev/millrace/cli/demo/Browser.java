package dev.millrace.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a page for whoever sits before this machine. */
final class Browser {
  private static final Logger LOG = LoggerFactory.getLogger(Browser.class);

  private Browser() {}

  /** Does so where there is a desktop; where not, or where it fails, nobody is hurt. */
  static void open(URI page) {
    Optional<List<String>> command = command(System.getProperty("os.name"), System.getenv(), page);
    if (command.isEmpty()) return;
    try {
      new ProcessBuilder(command.get())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      LOG.info("no browser was opened: {}", e.toString());
    }
  }

  static Optional<List<String>> command(String system, Map<String, String> environment, URI page) {
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("mac")) return Optional.of(List.of("open", page.toString()));
    boolean desktop =
        environment.containsKey("DISPLAY") || environment.containsKey("WAYLAND_DISPLAY");
    return desktop ? Optional.of(List.of("xdg-open", page.toString())) : Optional.empty();
  }
}
