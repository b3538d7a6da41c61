package dev.millrace.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A disk that is soon full, for a {@link ChildJvm}: a small tmpfs over a directory, in a mount
 * namespace that the child alone sees and that ends with it. Linux only; some containers forbid it.
 */
public final class TinyDisk {
  private static final String MOUNT_AND_RUN =
      "mount -t tmpfs -o size=\"$1\" tmpfs \"$2\" && shift 2 && exec \"$@\"";

  private TinyDisk() {}

  /** To put before the child's own command. */
  public static List<String> launcher(Path directory, int kibibytes) {
    return List.of(
        "unshare", "-rm", "sh", "-c", MOUNT_AND_RUN, "sh", kibibytes + "k", directory.toString());
  }

  /** Nothing if it works here, else why not, for a test to skip with. */
  public static Optional<String> unavailable(Path directory) {
    List<String> command = new ArrayList<>(launcher(directory, 64));
    command.add("true");
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? Optional.empty() : Optional.of(said.strip());
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }
}
