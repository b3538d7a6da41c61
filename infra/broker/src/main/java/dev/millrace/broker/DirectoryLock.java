package dev.millrace.broker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One broker in a directory at a time. The kernel lets go of the lock when its process dies,
 * however it dies. The file names that process and its parent.
 */
final class DirectoryLock {
  private static final Pattern OWNER = Pattern.compile("(\\d+) (\\d+)\\s*");
  private static final long FAREWELL_NANOS = 30_000_000_000L;
  private static final long LOOK_EVERY_MILLIS = 50;

  /** Taken locks, for as long as this process lives: collected as garbage they would be lost. */
  private static final List<FileLock> TAKEN = new CopyOnWriteArrayList<>();

  private DirectoryLock() {}

  /**
   * Takes the lock. A broker whose parent has gone is on its way out and is waited for.
   *
   * @throws IOException if another broker has the directory
   */
  static void take(Path directory) throws IOException, InterruptedException {
    Path file = directory.resolve("lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    long end = System.nanoTime() + FAREWELL_NANOS;
    FileLock lock = channel.tryLock();
    while (lock == null) {
      Matcher owner = OWNER.matcher(Files.readString(file));
      boolean leaving = owner.matches() && !isAlive(owner.group(2));
      if (!leaving || System.nanoTime() - end >= 0) {
        String who = owner.matches() ? " (process " + owner.group(1) + ")" : "";
        throw new IOException("another broker" + who + " is running there");
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
      lock = channel.tryLock();
    }
    TAKEN.add(lock);
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(owner().getBytes(StandardCharsets.US_ASCII)));
  }

  private static boolean isAlive(String pid) {
    return ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false);
  }

  private static String owner() {
    ProcessHandle self = ProcessHandle.current();
    return self.pid() + " " + self.parent().map(ProcessHandle::pid).orElse(0L) + "\n";
  }
}
