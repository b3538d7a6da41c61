package dev.millrace.trainer.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What the processor says of itself.
 *
 * @param vendor empty where it is not told
 */
record CpuFlags(String vendor, Set<String> flags) {
  private static final Path LINUX = Path.of("/proc/cpuinfo");

  /** None where the system does not tell. */
  static CpuFlags read() {
    try {
      return of(Files.readAllLines(LINUX));
    } catch (NoSuchFileException e) {
      return of(List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first processor's, from the lines of {@code /proc/cpuinfo}. */
  static CpuFlags of(List<String> lines) {
    return new CpuFlags(value("vendor_id", lines), Set.of(value("flags", lines).split(" +")));
  }

  private static String value(String key, List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .orElse("");
  }

  boolean isAmd() {
    return vendor.equals("AuthenticAMD");
  }

  /**
   * Dot products or tiles of bfloat16; without them PyTorch converts and is slower than float32.
   */
  boolean haveBfloat16() {
    return flags.contains("avx512_bf16") || flags.contains("amx_bf16");
  }
}
