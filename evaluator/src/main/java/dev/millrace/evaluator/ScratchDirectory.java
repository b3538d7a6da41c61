package dev.millrace.evaluator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory for what is needed for a moment. */
record ScratchDirectory(Path path) implements AutoCloseable {

  /** A new one among the system's temporary files. */
  static ScratchDirectory temporary() throws IOException {
    return new ScratchDirectory(Files.createTempDirectory("millrace-"));
  }

  /** An empty one at this place, whatever a killed process left there. */
  static ScratchDirectory at(Path path) throws IOException {
    ScratchDirectory scratch = new ScratchDirectory(path);
    scratch.close();
    Files.createDirectories(path);
    return scratch;
  }

  /** Deletes it and all that is in it. */
  @Override
  public void close() {
    if (!Files.exists(path)) return;
    try (Stream<Path> tree = Files.walk(path)) {
      List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
