package dev.millrace.trainer.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What the processor says it can do. */
record CpuFlags(Set<String> flags) {
  private static final Path LINUX = Path.of("/proc/cpuinfo");

  /** None where the system does not tell. */
  static CpuFlags read() {
    try {
      return of(Files.readAllLines(LINUX));
    } catch (NoSuchFileException e) {
      return new CpuFlags(Set.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first processor's, from the lines of {@code /proc/cpuinfo}. */
  static CpuFlags of(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("flags"))
        .findFirst()
        .map(
            line -> new CpuFlags(Set.of(line.substring(line.indexOf(':') + 1).strip().split(" +"))))
        .orElse(new CpuFlags(Set.of()));
  }

  /**
   * Dot products or tiles of bfloat16; without them PyTorch converts and is slower than float32.
   */
  boolean haveBfloat16() {
    return flags.contains("avx512_bf16") || flags.contains("amx_bf16");
  }
}
