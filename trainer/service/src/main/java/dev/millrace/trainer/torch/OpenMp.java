package dev.millrace.trainer.torch;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * How PyTorch's threads wait for each other on a CPU. By default they spin for milliseconds: on
 * cores that are shared with a broker or an evaluator, one that waits then keeps the one that it
 * waits for from running, and a step takes many times as long
 * (infra/decisions/openmp-threads-sleep.md).
 */
final class OpenMp {
  private static final String WAIT_POLICY = "OMP_WAIT_POLICY";
  private static final String SPIN_COUNT = "GOMP_SPINCOUNT";

  /** Some 40 µs: the next operation is often there before. */
  private static final String SPINS = "4000";

  private OpenMp() {}

  /** The C library's view of the environment, which native libraries read as they are loaded. */
  interface CLibrary extends Library {
    CLibrary INSTANCE = Native.load("c", CLibrary.class);

    int setenv(String name, String value, int overwrite);

    String getenv(String name);
  }

  /**
   * Makes them sleep soon, unless the environment says otherwise. In time only before PyTorch is
   * loaded.
   */
  static void sleepSoon() {
    if (!Platform.isLinux() || CLibrary.INSTANCE.getenv(WAIT_POLICY) != null) return;
    CLibrary.INSTANCE.setenv(WAIT_POLICY, "PASSIVE", 0);
    CLibrary.INSTANCE.setenv(SPIN_COUNT, SPINS, 0);
  }
}
