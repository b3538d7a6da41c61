package dev.millrace.trainer.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.jna.Platform;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class OpenMpTest {
  @Test
  void loadingPyTorchMakesItsThreadsSleepSoon() {
    Assumptions.assumeTrue(Platform.isLinux(), "only Linux's OpenMP library reads it");
    Assumptions.assumeTrue(System.getenv("OMP_WAIT_POLICY") == null, "the environment decides");
    Assumptions.assumeTrue(System.getenv("GOMP_SPINCOUNT") == null, "the environment decides");
    TorchDevice.engine();
    assertEquals("PASSIVE", OpenMp.CLibrary.INSTANCE.getenv("OMP_WAIT_POLICY"));
    assertEquals("4000", OpenMp.CLibrary.INSTANCE.getenv("GOMP_SPINCOUNT"));
  }
}
