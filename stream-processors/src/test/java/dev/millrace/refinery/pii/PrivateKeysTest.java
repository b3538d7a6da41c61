package dev.millrace.refinery.pii;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PrivateKeysTest {
  private static final String LINE =
      "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF";

  private static List<String> found(String text) {
    return Found.by(PrivateKeys::find, text);
  }

  private static String block(String label, String body) {
    return "-----BEGIN " + label + "-----" + body + "-----END " + label + "-----";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PRIVATE KEY",
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "PGP PRIVATE KEY BLOCK"
      })
  void findsBlocksOfEveryLabel(String label) {
    String block = block(label, "\n" + LINE + "\n" + LINE + "\nab==\n");
    assertEquals(List.of(block), found(block));
    assertEquals(List.of(block, block), found("a\n" + block + "\n" + block + "\nb"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123\n\n%s\n",
        "\r\n%s\r\n",
        "\\n%s\\n",
        "\\n\" +\n    \"%s\\n\" +\n    \"",
        "\n# %s\n# ",
        "\n > %s\n > ",
        "%s"
      })
  void findsThemHoweverTheirLinesAreWritten(String body) {
    String block = block("PRIVATE KEY", body.formatted(LINE));
    assertEquals(List.of(block), found(block));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "...",
        "EXAMPLE",
        " is the first line, then comes base64, and the last line is ",
        "\n<your key>\n"
      })
  void leavesBlocksWithoutAKey(String body) {
    assertEquals(List.of(), found(block("PRIVATE KEY", body)));
  }

  @Test
  void takesThirtyTwoCharactersOfBase64ForAKey() {
    String key = block("PRIVATE KEY", "A".repeat(32));
    assertEquals(List.of(key), found(key));
    assertEquals(List.of(), found(block("PRIVATE KEY", "A".repeat(31))));
  }

  @Test
  void leavesPublicKeysAndCertificates() {
    assertEquals(List.of(), found(block("PUBLIC KEY", "\n" + LINE + "\n")));
    assertEquals(List.of(), found(block("CERTIFICATE", "\n" + LINE + "\n")));
    String key = block("PRIVATE KEY", "\n" + LINE + "\n");
    String certificate = block("CERTIFICATE", "\n" + LINE + "\n");
    assertEquals(List.of(key), found(certificate + "\n" + key + "\n" + certificate));
  }

  @Test
  void takesTheLinesOfABlockThatWasCutOff() {
    String start = "-----BEGIN RSA PRIVATE KEY-----\n" + LINE + "\n" + LINE;
    assertEquals(List.of(start), found(start));
    assertEquals(List.of(start), found(start + "\n\nand so on for twenty more lines."));
    assertEquals(List.of(), found("-----BEGIN RSA PRIVATE KEY-----\nis how such a file begins"));
    assertEquals(List.of(), found("-----BEGIN RSA PRIVATE KEY----"));
    assertEquals(List.of(), found("-----BEGIN "));
    String key = block("PRIVATE KEY", LINE);
    assertEquals(List.of(start, key), found(start + "\n" + key));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n-----END ",
        "-----END PRIVATE KEY-----",
        "-",
        "-----BEGIN -----END "
      })
  void readsAMegabyteInOneGo(String unit) {
    assertEquals(List.of(), found(Found.megabyteOf(unit)));
  }

  @Test
  void readsAMegabyteBehindOneLineInOneGo() {
    String begin = "-----BEGIN PRIVATE KEY-----";
    assertEquals(List.of(), found(begin + Found.megabyteOf("A ")));
    assertEquals(List.of(), found(begin + Found.megabyteOf("-----END ")));
    String long1 = begin + Found.megabyteOf("A");
    assertEquals(List.of(long1), found(long1));
  }
}
