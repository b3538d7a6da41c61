package dev.millrace.refinery.pii;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IbansTest {
  private static List<String> found(String text) {
    return Found.by(Ibans::find, text);
  }

  /** With the check digits of ISO 13616-1, by arithmetic on the whole number. */
  private static String checked(String country, String account) {
    StringBuilder digits = new StringBuilder();
    for (char c : (account + country + "00").toCharArray()) digits.append(Character.digit(c, 36));
    int rest = new BigInteger(digits.toString()).mod(BigInteger.valueOf(97)).intValue();
    return "%s%02d%s".formatted(country, 98 - rest, account);
  }

  @ParameterizedTest
  @ValueSource(
      strings = { // The registry's examples.
        "DE89370400440532013000",
        "DE89 3704 0044 0532 0130 00",
        "DE89-3704-0044-0532-0130-00",
        "de89370400440532013000",
        "GB29 NWBK 6016 1331 9268 19",
        "NO9386011117947",
        "NO93 8601 1117 947",
        "MT84MALT011000012345MTLCAST001S",
        "FR14 2004 1010 0505 0001 3M02 606",
        "LC55HEMM000100010012001200023015"
      })
  void findsTheExamplesOfTheRegistry(String number) {
    assertEquals(List.of(number), found(number));
    assertEquals(List.of(number), found("IBAN:" + number + ", BIC"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DE88370400440532013000", // Check digits.
        "DE89370400440532013001",
        "DE8937040044053201300", // Length.
        "DE893704004405320130000",
        "XX89370400440532013000", // Country.
        "DE89 37040 0440 5320 1300 0",
        "DE89 3704-0044 0532 0130 00",
        "DE89 3704  0044 0532 0130 00",
        "DE 8937 0400 4405 3201 3000",
        "DE89 3704 0044 0532 0130 0",
        "DE89",
        "DE89 ",
        "ADE89370400440532013000",
        "DE89370400440532013000X",
        "_DE89370400440532013000",
        "GB00TEST00000000000000",
        ""
      })
  void leavesWhatIsNoIban(String text) {
    assertEquals(List.of(), found(text));
  }

  @Test
  void takesTheLengthThatTheRegistryGivesACountry() {
    for (int length = 14; length <= 16; length++) {
      String number = checked("NO", "1".repeat(length - 4));
      assertEquals(length == 15 ? List.of(number) : List.of(), found(number));
    }
  }

  @Test
  void refusesCheckDigitsThatTheStandardNeverGives() {
    // 00, 01 and 99 are the same modulo 97 as 97, 98 and 02.
    for (int account = 0; account < 300; account++) {
      String right = checked("BE", "%012d".formatted(account));
      assertTrue(Ibans.isChecked(right));
      int check = Integer.parseInt(right.substring(2, 4));
      for (int same : new int[] {check - 97, check + 97}) {
        if (same < 0 || same > 99) continue;
        assertFalse(Ibans.isChecked("BE%02d%s".formatted(same, right.substring(4))));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"DE89", "DE89 ", "DE89 3704 0044 ", "D", "DE", "1", "GB00-"})
  void readsAMegabyteInOneGo(String unit) {
    assertEquals(List.of(), found(Found.megabyteOf(unit)));
  }
}
