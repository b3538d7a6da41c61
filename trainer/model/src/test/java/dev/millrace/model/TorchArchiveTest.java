package dev.millrace.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

class TorchArchiveTest {
  private static final String METHOD = "def f(self, x: Tensor) -> Tensor:\n  return x\n";

  @Test
  void holdsWhatTheFormatWantsUncompressedUnderOneRoot() throws IOException {
    Map<String, byte[]> entries = entries(TorchArchive.of(METHOD));
    assertEquals("10\n", text(entries.get("ops/version")));
    assertEquals("little", text(entries.get("ops/byteorder")));
    assertEquals("8002292e", HexFormat.of().formatHex(entries.get("ops/constants.pkl")));
    assertEquals(
        "8002635f5f746f7263685f5f0a4f70730a29817d285808000000747261696e696e678875622e",
        HexFormat.of().formatHex(entries.get("ops/data.pkl")));
    assertEquals(
        """
        class Ops(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          def f(self, x: Tensor) -> Tensor:
            return x
        """,
        text(entries.get("ops/code/__torch__.py")));
    assertEquals(5, entries.size());
  }

  @Test
  void givesTheSameBytesForEver() throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(TorchArchive.of(METHOD));
    assertEquals(
        "f05abef93df8c46b45ef6f1c69bf4df30874d3b8e0312ff2426779536dba4458",
        HexFormat.of().formatHex(digest));
  }

  private static Map<String, byte[]> entries(byte[] archive) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readAllBytes()); // Checks the CRC too.
        assertEquals(ZipEntry.STORED, entry.getMethod(), entry.getName());
      }
    }
    return entries;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
