package dev.millrace.runtime.terminal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What standard output and standard error are connected to. */
final class Terminal {
  static final int COLUMNS = 80;
  private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");
  private static final Pattern ROWS_AND_COLUMNS = Pattern.compile("\\d+ (\\d{1,4})\\s*");

  private Terminal() {}

  /** Whether a person may be looking; standard output may go elsewhere. */
  static boolean isStandardError() {
    return !"dumb".equals(System.getenv("TERM")) && isTerminal(STANDARD_ERROR);
  }

  /** Whether what is printed there is seen as it comes. */
  static boolean isStandardOutput() {
    return isTerminal(STANDARD_OUTPUT);
  }

  private static boolean isTerminal(Path stream) {
    try {
      return isTerminal(Files.readSymbolicLink(stream).toString());
    } catch (IOException | UnsupportedOperationException e) {
      return false; // Not Linux; Java itself cannot say.
    }
  }

  static boolean isTerminal(String device) {
    return device.startsWith("/dev/pts/")
        || device.startsWith("/dev/tty")
        || device.equals("/dev/console");
  }

  /** Its width, or the usual one where it does not say. */
  static int columns() {
    try {
      Process stty = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty")).start();
      byte[] answer = stty.getInputStream().readAllBytes();
      if (!stty.waitFor(1, TimeUnit.SECONDS)) return COLUMNS;
      return columns(new String(answer, StandardCharsets.US_ASCII));
    } catch (IOException e) {
      return COLUMNS;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return COLUMNS;
    }
  }

  static int columns(String sttySize) {
    Matcher matcher = ROWS_AND_COLUMNS.matcher(sttySize);
    int columns = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    return columns < 20 ? COLUMNS : columns;
  }
}
