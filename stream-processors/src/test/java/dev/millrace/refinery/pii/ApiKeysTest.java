package dev.millrace.refinery.pii;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys here are drawn by the test: whole ones in a source would be taken for leaked ones. */
final class ApiKeysTest {
  private static final String DIGITS_AND_LETTERS = "4Qz7Rk2Wm9Xc5Vb3Nt6Ly";

  private static List<String> found(String text) {
    return Found.by(ApiKeys::find, text);
  }

  private static String body(int length) {
    return DIGITS_AND_LETTERS.repeat(length / DIGITS_AND_LETTERS.length() + 1).substring(0, length);
  }

  @ParameterizedTest
  @CsvSource({
    "AIza, 35, 35",
    "GOCSPX-, 28, 28",
    "ghp_, 36, 255",
    "gho_, 36, 255",
    "ghu_, 36, 255",
    "ghs_, 36, 255",
    "ghr_, 36, 255",
    "github_pat_, 82, 255",
    "glpat-, 20, 255",
    "xoxb-, 20, 255",
    "xoxp-, 20, 255",
    "xapp-, 20, 255",
    "sk_live_, 24, 255",
    "sk_test_, 24, 255",
    "rk_live_, 24, 255",
    "whsec_, 32, 255",
    "sk-, 48, 48",
    "sk-proj-, 40, 255",
    "sk-ant-, 40, 255",
    "sk-ant-api03-, 34, 249",
    "hf_, 34, 34",
    "npm_, 36, 36",
    "pypi-AgEIcHlwaS5vcmc, 50, 255",
    "SG., 66, 66",
    "ya29., 50, 2048",
    "hooks.slack.com/services/, 40, 255",
    "sk-None-, 40, 255",
    "glsa_, 41, 41",
    "lin_api_, 40, 40",
    "hvs., 90, 255"
  })
  void findsKeysOfTheirIssuersLengths(String prefix, int min, int max) {
    for (int length : new int[] {min, max}) {
      String key = prefix + body(length);
      assertEquals(List.of(key), found(key));
      assertEquals(List.of(key), found("key=\"" + key + "\"; // " + key.substring(1)));
    }
    assertEquals(List.of(), found(prefix + body(min - 1)));
    assertEquals(List.of(), found(prefix + body(max + 1)));
  }

  @Test
  void findsAccessKeyIdsInTheirAlphabet() {
    String body = "Q7RK2WM6XC5VB3NT";
    assertEquals(List.of("AKIA" + body), found("id: AKIA" + body + "."));
    assertEquals(List.of("ASIA" + body), found("(ASIA" + body + ")"));
    assertEquals(List.of("ABIA" + body), found("ABIA" + body));
    assertEquals(List.of("ACCA" + body), found("ACCA" + body));
    assertEquals(List.of(), found("AKIA" + body + "A"));
    assertEquals(List.of(), found("AKIA" + body.substring(1)));
    assertEquals(List.of(), found("AKIA" + body.replace('7', '8')));
    assertEquals(List.of(), found("AKIA" + body.replace('Q', 'q')));
  }

  @Test
  void takesARotatedTokenAsAWhole() {
    for (String prefix : List.of("xoxe.xoxp-1-", "xoxe.xoxb-1-")) {
      assertEquals(List.of(prefix + body(40)), found("token=" + prefix + body(40) + ";"));
    }
  }

  @Test
  void findsTokensInHexadecimal() {
    String body = "0123456789abcdef".repeat(4);
    assertEquals(List.of("dop_v1_" + body), found("dop_v1_" + body));
    assertEquals(List.of("sk-or-v1-" + body), found("sk-or-v1-" + body));
    assertEquals(List.of(), found("dop_v1_" + body.replace('a', 'A')));
  }

  @ParameterizedTest
  @ValueSource(strings = {"shpat_", "dapi", "SK", "key-"})
  void findsTokensOfThirtyTwoHexadecimalDigits(String prefix) {
    String body = "0123456789abcdef".repeat(2);
    assertEquals(List.of(prefix + body), found("token " + prefix + body + "."));
    assertEquals(List.of(), found(prefix + body.substring(1)));
    assertEquals(List.of(), found(prefix + body + "0"));
  }

  @Test
  void takesAPrefixOnlyWhereAWordBegins() {
    String key = "ghp_" + body(36);
    assertEquals(List.of(), found("x" + key));
    assertEquals(List.of(), found("_" + key));
    assertEquals(List.of(), found("9" + key));
    assertEquals(List.of(key), found("-" + key));
    assertEquals(List.of(key), found("//" + key));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "ghp_********",
        "sk-ant-...",
        "sk-learn-contrib-packages-are-many-and-so-on",
        "hf_hub_download",
        "npm_config_registry",
        "SG.",
        ""
      })
  void leavesWhatStandsForAKeyAndPlainWords(String text) {
    assertEquals(List.of(), found(text));
  }

  @Test
  void takesSixDifferentCharactersForAKey() {
    assertEquals(List.of(), found("glpat-" + "abcde".repeat(4)));
    assertEquals(List.of("glpat-" + "abcdef".repeat(4)), found("glpat-" + "abcdef".repeat(4)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"xoxb-", "sk-", "SG.", "AKIA", "-AKIA", "ghp_", "a", "\u00E9s"})
  void readsAMegabyteInOneGo(String unit) {
    assertEquals(List.of(), found(Found.megabyteOf(unit)));
  }
}
