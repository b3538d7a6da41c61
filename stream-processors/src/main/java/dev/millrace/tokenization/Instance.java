package dev.millrace.tokenization;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The name of an instance, kept in its state directory over restarts: with it a restarted instance
 * takes its partitions again and ends its old transaction at once, where a stranger would have to
 * wait for both to time out.
 */
final class Instance {
  private Instance() {}

  static String of(Path stateDirectory) throws IOException {
    Path file = stateDirectory.resolve("instance");
    if (Files.exists(file)) return Files.readString(file);
    Files.createDirectories(stateDirectory);
    String name = UUID.randomUUID().toString();
    Path unfinished = Files.writeString(stateDirectory.resolve("instance.new"), name);
    Files.move(unfinished, file);
    return name;
  }
}
