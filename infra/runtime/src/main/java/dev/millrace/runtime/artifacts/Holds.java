package dev.millrace.runtime.artifacts;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which copies are in use, by locks on files of a directory: the kernel lets go of a lock when its
 * process dies, however it dies. A process has one lock a file, however many of its threads use the
 * copy.
 */
final class Holds {
  private static final Map<Path, Held> IN_THIS_JVM = new HashMap<>(); // Touched exclusively only.

  private final Staging directory;
  private final Path path;
  private Optional<Path> mine = Optional.empty();

  Holds(Path path) {
    this.directory = new Staging(path);
    this.path = path;
  }

  private static final class Held {
    final FileLock lock;
    int users;

    Held(FileLock lock) {
      this.lock = lock;
    }
  }

  /** Holds this one from now on, and no longer the one before. */
  void holdOnly(String id) throws IOException {
    directory.exclusively(
        () -> {
          Path file = path.resolve(id);
          if (mine.equals(Optional.of(file))) return file;
          Held held = IN_THIS_JVM.get(file);
          if (held == null) {
            // Contended only by other processes that hold it too, and these share.
            held = new Held(open(file).lock(0, Long.MAX_VALUE, true));
            IN_THIS_JVM.put(file, held);
          }
          held.users++;
          letGo();
          mine = Optional.of(file);
          return file;
        });
  }

  private void letGo() throws IOException {
    if (mine.isEmpty()) return;
    Held held = IN_THIS_JVM.get(mine.get());
    if (--held.users > 0) return;
    IN_THIS_JVM.remove(mine.get());
    held.lock.acquiredBy().close();
  }

  /** Does this unless somebody holds the copy; nobody begins to meanwhile. */
  boolean unlessHeld(String id, Staging.Work<?> work) throws IOException {
    return directory.exclusively(
        () -> {
          Path file = path.resolve(id);
          if (IN_THIS_JVM.containsKey(file)) return false;
          try (FileChannel channel = open(file);
              FileLock lock = channel.tryLock()) {
            if (lock == null) return false;
            work.run();
            Files.delete(file);
            return true;
          }
        });
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }
}
