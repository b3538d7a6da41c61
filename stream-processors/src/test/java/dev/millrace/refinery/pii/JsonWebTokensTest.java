package dev.millrace.refinery.pii;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonWebTokensTest {
  private static final String HEADER = part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
  private static final String CLAIMS = part("{\"sub\":\"1\"}");
  private static final String SIGNATURE = "4Qz7Rk2Wm9".repeat(4) + "_-A";

  private static String part(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> found(String text) {
    return Found.by(JsonWebTokens::find, text);
  }

  @Test
  void findsSignedTokens() {
    String token = HEADER + "." + CLAIMS + "." + SIGNATURE;
    assertEquals(List.of(token), found(token));
    assertEquals(List.of(token), found("Authorization: Bearer " + token + "\n"));
    assertEquals(List.of(token, token), found(token + " " + token));
  }

  @Test
  void takesTheShortestSignatures() {
    String start = HEADER + "." + CLAIMS + ".";
    assertEquals(List.of(start + "a".repeat(40)), found(start + "a".repeat(40)));
    assertEquals(List.of(), found(start + "a".repeat(39)));
  }

  @Test
  void leavesWhatIsNoToken() {
    assertEquals(List.of(), found(HEADER + "." + CLAIMS));
    assertEquals(List.of(), found(HEADER + "." + CLAIMS + "." + "a".repeat(39)));
    assertEquals(List.of(), found(HEADER + "..." + SIGNATURE));
    assertEquals(List.of(), found(HEADER + "." + SIGNATURE + "." + SIGNATURE));
    assertEquals(List.of(), found("x" + HEADER + "." + CLAIMS + "." + SIGNATURE));
    String other = part("{\"name\":\"HS256\"}");
    assertEquals(List.of(), found(other + "." + CLAIMS + "." + SIGNATURE));
    assertEquals(List.of(), found("eyJab." + CLAIMS + "." + SIGNATURE), "not base64url");
  }

  @ParameterizedTest
  @ValueSource(strings = {"eyJ", "eyJ.", "eyJ-", "eyJhbGci.eyJ.", ".", " eyJ"})
  void readsAMegabyteInOneGo(String unit) {
    assertEquals(List.of(), found(Found.megabyteOf(unit)));
  }
}
