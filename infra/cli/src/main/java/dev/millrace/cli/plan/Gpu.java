package dev.millrace.cli.plan;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Dense peaks of matrix products in bfloat16 with float32 accumulation, from NVIDIA's data sheets;
 * where a sheet has only figures with sparsity, half of those.
 */
enum Gpu {
  A100(312),
  H100(989.4),
  H100_PCIE(756),
  H200(989.4),
  B200(2250),
  L4(121),
  L40S(362),
  RTX_4090(165.2);

  private final double teraflops;

  Gpu(double teraflops) {
    this.teraflops = teraflops;
  }

  /** By its word on the command line. */
  static Gpu of(String word) {
    return Arrays.stream(values())
        .filter(gpu -> gpu.word().equals(word.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--gpu is one of %s, not %s"
                        .formatted(
                            Arrays.stream(values())
                                .map(Gpu::word)
                                .collect(Collectors.joining(", ")),
                            word)));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** 10^12 operations a second. */
  double teraflops() {
    return teraflops;
  }
}
