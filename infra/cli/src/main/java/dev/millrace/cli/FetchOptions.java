package dev.millrace.cli;

import dev.millrace.runtime.artifacts.S3Artifacts;
import dev.millrace.runtime.artifacts.S3Location;
import dev.millrace.runtime.config.Defaults;
import dev.millrace.runtime.terminal.Unit;
import dev.millrace.runtime.terminal.WatchedWork;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a model is that a command works on. */
final class FetchOptions {
  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = ".millrace",
      description = "Where a model from an object store is kept (default: ${DEFAULT-VALUE}).")
  Path directory = Path.of(".millrace");

  /**
   * A model's directory on this machine.
   *
   * @param model a directory, or {@code s3://BUCKET/PREFIX/checkpoints/RUN/NAME}, which is fetched
   */
  Path fetch(String model) throws IOException {
    if (!S3Location.isMeant(model)) {
      Path path = Path.of(model);
      if (!Files.isDirectory(path)) throw new UserError(model + " is no directory");
      return path;
    }
    try (WatchedWork bar = new WatchedWork("fetch", Unit.bytes())) {
      long cacheBytes = Defaults.of(RunSettings.class).artifactCacheBytes();
      return S3Artifacts.of(S3Location.of(model), RunContext.cache(directory), cacheBytes)
          .fetchingBefore(bar)
          .at(URI.create(model))
          .fetch();
    } catch (IllegalArgumentException e) {
      throw new UserError(e.getMessage());
    }
  }
}
