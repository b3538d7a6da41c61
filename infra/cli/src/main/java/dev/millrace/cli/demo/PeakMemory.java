package dev.millrace.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Stream;

/** The most memory that processes have had resident, each at its own time, as Linux counts it. */
final class PeakMemory {
  private PeakMemory() {}

  /** The sum, in megabytes of 2^20 bytes; what is gone counts nothing. */
  static long megabytes(Collection<Long> pids) {
    return pids.stream().mapToLong(PeakMemory::kilobytes).sum() / 1024;
  }

  private static long kilobytes(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
