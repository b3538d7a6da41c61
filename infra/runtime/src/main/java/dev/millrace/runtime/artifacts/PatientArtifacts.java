package dev.millrace.runtime.artifacts;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores that are waited for: what fails because one is away is done again until it is back, and
 * the log says when the wait begins and when it ends.
 *
 * @param stopped ends the wait, with a {@link CancellationException}
 */
public record PatientArtifacts(Artifacts artifacts, BooleanSupplier stopped) implements Artifacts {
  private static final Logger LOG = LoggerFactory.getLogger(PatientArtifacts.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  @Override
  public ArtifactStore store(String... path) {
    return new Store(artifacts.store(path), stopped);
  }

  @Override
  public Artifact at(URI uri) {
    Artifact artifact = artifacts.at(uri);
    return new Artifact(new Store(artifact.store(), stopped), artifact.name());
  }

  private record Store(ArtifactStore store, BooleanSupplier stopped) implements ArtifactStore {
    /** Something that may be done again after it failed. */
    private interface Request<T> {
      T ask() throws IOException;
    }

    private <T> T patiently(Request<T> request) throws IOException {
      boolean waiting = false;
      while (true) {
        try {
          T answer = request.ask();
          if (waiting) LOG.info("the artifact store answers again");
          return answer;
        } catch (ArtifactStoreAwayException e) {
          if (!waiting) LOG.warn("{}; waiting for it", e.getMessage());
          waiting = true;
          if (stopped.getAsBoolean()) {
            throw new CancellationException("told to stop while waiting for the artifact store");
          }
          pause();
        }
      }
    }

    private static void pause() {
      try {
        Thread.sleep(PAUSE.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted while waiting for the artifact store");
      }
    }

    @Override
    public Published publish(String name, Contents contents) throws IOException {
      return patiently(() -> store.publish(name, contents));
    }

    @Override
    public Path fetch(String name) throws IOException {
      return patiently(() -> store.fetch(name));
    }

    @Override
    public byte[] read(String name, String file) throws IOException {
      return patiently(() -> store.read(name, file));
    }

    @Override
    public boolean has(String name) throws IOException {
      return patiently(() -> store.has(name));
    }

    @Override
    public List<String> names() throws IOException {
      return patiently(store::names);
    }

    @Override
    public boolean delete(String name) throws IOException {
      return patiently(() -> store.delete(name));
    }

    @Override
    public void clear() throws IOException {
      patiently(
          () -> {
            store.clear();
            return true;
          });
    }
  }
}
