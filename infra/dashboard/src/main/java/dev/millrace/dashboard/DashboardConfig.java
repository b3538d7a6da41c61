package dev.millrace.dashboard;

import dev.millrace.runtime.config.Default;
import dev.millrace.runtime.metrics.AccessToken;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The run file's {@code dashboard} section.
 *
 * @param host an address of this machine; the default is for this machine alone. Whoever reaches it
 *     sees the run
 * @param port 0 for any free one
 * @param tokenFile holds the {@link AccessToken}: a browser asks for it as for a password
 */
public record DashboardConfig(
    @Default("127.0.0.1") String host, @Default("8321") int port, Optional<Path> tokenFile) {
  public DashboardConfig {
    if (host.isBlank()) throw new IllegalArgumentException("host must not be empty");
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be between 0 and 65535: " + port);
    }
  }

  /** With its file found from a folder. */
  public DashboardConfig relativeTo(Path base) {
    return new DashboardConfig(host, port, tokenFile.map(base::resolve));
  }
}
