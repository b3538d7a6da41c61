package dev.millrace.runtime.metrics;

import dev.millrace.runtime.config.Default;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where metrics and health are to be had.
 *
 * @param host an address of this machine; the default is for this machine alone
 * @param port 0 for any free one
 * @param tokenFile holds the {@link AccessToken} for metrics; health is for everybody
 */
public record EndpointConfig(
    @Default("127.0.0.1") String host, @Default("0") int port, Optional<Path> tokenFile) {
  public EndpointConfig {
    if (host.isBlank()) throw new IllegalArgumentException("host must not be empty");
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be between 0 and 65535: " + port);
    }
  }

  /** With its file found from a folder. */
  public EndpointConfig relativeTo(Path base) {
    return new EndpointConfig(host, port, tokenFile.map(base::resolve));
  }
}
