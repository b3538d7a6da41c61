package dev.millrace.refinery.pii;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SocialSecurityNumbersTest {
  private static List<String> found(String text) {
    return Found.by(SocialSecurityNumbers::find, text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "001-01-0001",
        "665-99-9999",
        "667-01-0001",
        "899-99-9999",
        "123 45 6789",
        "078-05-1121"
      })
  void findsNumbersThatMayHaveBeenAssigned(String number) {
    assertEquals(List.of(number), found(number));
    assertEquals(List.of(number), found("SSN: " + number + "."));
    assertEquals(List.of(number, number), found(number + "," + number));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "000-01-0001",
        "666-01-0001",
        "900-01-0001",
        "999-99-9999",
        "001-00-0001",
        "001-01-0000",
        "078-05-1120", // Printed on cards in wallets.
        "219-09-9999",
        "123-45 6789",
        "123/45/6789",
        "123456789",
        "1123-45-6789",
        "123-45-67890",
        "0-123-45-6789",
        "123-45-6789-1",
        "a123-45-6789",
        "123-45-6789_",
        "0.123-45-6789",
        "12-345-6789",
        "123-4\u0665-6789",
        ""
      })
  void leavesWhatWasNeverAssigned(String text) {
    assertEquals(List.of(), found(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "1-", "123-45-", "123 45 ", "-", "123-45-678"})
  void readsAMegabyteInOneGo(String unit) {
    assertEquals(List.of(), found(Found.megabyteOf(unit)));
  }
}
