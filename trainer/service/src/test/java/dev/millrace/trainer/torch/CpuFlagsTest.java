package dev.millrace.trainer.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CpuFlagsTest {
  @Test
  void findsBfloat16InAProcessorsFlags() {
    assertTrue(flags("flags\t\t: fpu sse avx512f avx512_bf16 amx_tile").haveBfloat16());
    assertTrue(flags("flags\t\t: fpu amx_bf16").haveBfloat16());
    assertFalse(flags("flags\t\t: fpu sse avx2 avx512f").haveBfloat16());
  }

  @Test
  void takesTheWholeWordAndTheLineOfFlagsOnly() {
    assertFalse(flags("flags : fpu avx512_bf16x").haveBfloat16());
    assertFalse(flags("model name : avx512_bf16").haveBfloat16());
    assertFalse(CpuFlags.of(List.of()).haveBfloat16());
  }

  @Test
  void findsWhoMadeTheProcessor() {
    assertTrue(CpuFlags.of(List.of("vendor_id\t: AuthenticAMD", "flags\t: fpu")).isAmd());
    assertFalse(CpuFlags.of(List.of("vendor_id\t: GenuineIntel", "flags\t: fpu")).isAmd());
    assertFalse(CpuFlags.of(List.of("flags\t: AuthenticAMD")).isAmd());
    assertEquals(CpuFlags.read().isAmd(), TorchDevice.CPU.prefersOneDnn());
  }

  @Test
  void theBestDeviceIsOneThatIsThere() {
    assertTrue(TorchDevice.CPU.isThere());
    assertEquals(TorchDevice.engine().getGpuCount() > 0, TorchDevice.CUDA.isThere());
    assertEquals(
        TorchDevice.CUDA.isThere() ? TorchDevice.CUDA : TorchDevice.CPU, TorchDevice.best());
    assertEquals(CpuFlags.read().haveBfloat16(), TorchDevice.CPU.hasFastBfloat16());
  }

  private static CpuFlags flags(String line) {
    return CpuFlags.of(List.of("processor\t: 0", line, ""));
  }
}
