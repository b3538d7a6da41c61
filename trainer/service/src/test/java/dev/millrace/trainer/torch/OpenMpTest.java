package dev.millrace.trainer.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.jna.Platform;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class OpenMpTest {
  @Test
  void loadingPyTorchSetsThePolicyUnlessTheEnvironmentDoes() {
    Assumptions.assumeTrue(Platform.isLinux(), "only Linux's OpenMP library reads it");
    TorchDevice.engine();
    String expected = Optional.ofNullable(System.getenv("OMP_WAIT_POLICY")).orElse("PASSIVE");
    assertEquals(expected, OpenMp.CLibrary.INSTANCE.getenv("OMP_WAIT_POLICY"));
  }
}
