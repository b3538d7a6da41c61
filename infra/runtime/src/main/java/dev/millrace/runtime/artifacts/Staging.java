package dev.millrace.runtime.artifacts;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Where artifacts are while they are neither there nor gone: a directory within the store, so on
 * its file system. Each place in it has a lock file that its process holds; the kernel lets go of
 * the lock when the process dies, however it dies, and from then on anybody may clear the place
 * away. Age and process ids say nothing on a volume that several machines share.
 */
final class Staging {
  private static final String LOCK = ".lock";
  private static final Object IN_THIS_JVM = new Object(); // File locks hold for a whole JVM.

  private final Path directory;

  Staging(Path directory) {
    this.directory = directory;
  }

  /** Something done while no other process begins or clears anything here. */
  interface Work<T> {
    T run() throws IOException;
  }

  <T> T exclusively(Work<T> work) throws IOException {
    synchronized (IN_THIS_JVM) {
      Tree.make(directory);
      try (FileChannel channel = open(directory.resolve(LOCK));
          FileLock lock = channel.lock()) {
        if (!lock.isValid()) throw new IOException("lost the lock of " + directory);
        return work.run();
      }
    }
  }

  /** A place that does not exist yet and is this process's until it is closed. */
  Place begin() throws IOException {
    return exclusively(
        () -> {
          Path path = directory.resolve(UUID.randomUUID().toString());
          FileChannel channel = open(lockOf(path));
          if (channel.tryLock() == null) throw new IOException(path + " is not ours");
          return new Place(path, channel);
        });
  }

  /** Removes what processes that are gone have left. */
  void clear() throws IOException {
    exclusively(
        () -> {
          for (Path lock : locks()) clearUnlessHeld(lock);
          return null;
        });
  }

  private List<Path> locks() throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.filter(path -> path.toString().endsWith(LOCK) && !path.endsWith(LOCK)).toList();
    }
  }

  private static void clearUnlessHeld(Path lockFile) throws IOException {
    try (FileChannel channel = open(lockFile);
        FileLock lock = channel.tryLock()) {
      if (lock == null) return;
      String name = lockFile.getFileName().toString();
      Tree.delete(lockFile.resolveSibling(name.substring(0, name.length() - LOCK.length())));
      Files.delete(lockFile);
    } catch (OverlappingFileLockException e) {
      // This very process is writing there.
    }
  }

  private static Path lockOf(Path path) {
    return path.resolveSibling(path.getFileName() + LOCK);
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** Closing removes whatever is still there. */
  record Place(Path path, FileChannel channel) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      try (channel) {
        Tree.delete(path);
        Files.deleteIfExists(lockOf(path));
      }
    }
  }
}
