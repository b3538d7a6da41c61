package dev.millrace.refinery.pii;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PaymentCardsTest {
  private static List<String> found(String text) {
    return Found.by(PaymentCards::find, text);
  }

  /** The digits with the check digit that Luhn's formula gives them, found by trying all ten. */
  private static String checked(String digits) {
    for (char check = '0'; check <= '9'; check++) {
      if (PaymentCards.luhn(digits + check)) return digits + check;
    }
    throw new AssertionError(digits);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111\u00A01111\u00A01111\u00A01111",
        "4222222222222",
        "5555555555554444",
        "2223003122003222",
        "378282246310005",
        "3782 822463 10005",
        "30569309025904",
        "3056-930902-5904",
        "6011111111111117",
        "3530111333300000",
        "6200000000000005",
        "6759 6498 2643 8453",
        "4222 2222 2222 2",
        "3782 8224 6310 005"
      })
  void findsTheNumbersThatNetworksPublishForTests(String number) {
    assertEquals(List.of(number), found(number));
    assertEquals(List.of(number), found("Card no. (" + number + "), please."));
    assertEquals(List.of(number), found("Card " + number + ". Valid to 12/29"));
  }

  @Test
  void findsTheNineteenDigitsOfALongNumberInGroups() {
    String number = checked("621234567890123456");
    String groups = number.replaceAll("(\\d{4})(?=\\d)", "$1 ");
    assertEquals(23, groups.length());
    assertEquals(List.of(groups), found("pay " + groups + " now"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "50180000000",
        "563000000000",
        "6759000000000",
        "63040000000000000",
        "6390000000000"
      })
  void findsTheTwelveToNineteenDigitsOfMaestro(String digits) {
    String number = checked(digits);
    String groups = number.replaceAll("(\\d{4})(?=\\d)", "$1 ");
    assertEquals(List.of(number), found("pay " + number + " now"));
    assertEquals(List.of(groups), found("pay " + groups + ", now"));
  }

  @Test
  void findsACardBehindAWordOrNumberThatEndsInFourDigits() {
    assertEquals(List.of("4111 1111 1111 1111"), found("order X1999 4111 1111 1111 1111"));
    assertEquals(List.of("4111 1111 1111 1111"), found("order 31999 4111 1111 1111 1111"));
  }

  @Test
  void leavesTheThreeDigitsThatFollowACard() {
    assertEquals(List.of("4111 1111 1111 1111"), found("4111 1111 1111 1111 123"));
    assertEquals(List.of("4111 1111 1111 1111"), found("12 4111 1111 1111 1111 12/29"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4111111111111112", // Check digit.
        "0000000000000000", // No network.
        "9111111111111111",
        "4111 1111-1111 1111", // Two separators.
        "4111  1111 1111 1111",
        "41111 111 1111 1111",
        "4111111111111111a",
        "x4111111111111111",
        "_4111111111111111",
        "4111111111111111_",
        "0.4111111111111111",
        "4111111111111111.5",
        "7-4111111111111111",
        "41111111111111110000000000",
        "1999 4111 1111 1111 1111", // A row of numbers.
        "4111 1111 1111 1111 2001",
        "4111-1111-1111-1111-123",
        "1999 4222 2222 2222 2",
        "4222 2222 2222 2222 2222",
        "6759 6846 5632 1", // Twelve of them would be one.
        "3782 8224631 0005",
        ""
      })
  void leavesWhatIsNoCard(String text) {
    assertEquals(List.of(), found(text));
  }

  @ParameterizedTest
  @CsvSource({
    "222100, 16, true",
    "222099, 16, false",
    "272099, 16, true",
    "272100, 16, false",
    "510000, 16, true",
    "559999, 16, true",
    "510000, 15, false",
    "510000, 17, false",
    "340000, 15, true",
    "350000, 15, false",
    "352799, 16, false",
    "352800, 16, true",
    "358999, 19, true",
    "359000, 16, false",
    "400000, 13, true",
    "400000, 14, false",
    "400000, 15, false",
    "400000, 16, true",
    "400000, 18, false",
    "400000, 19, true",
    "220000, 16, true",
    "220500, 16, false",
    "300000, 13, false",
    "300000, 14, true",
    "306000, 14, false",
    "601100, 16, true",
    "601200, 16, false",
    "644000, 16, true",
    "643999, 16, false",
    "659999, 16, true",
    "660000, 16, false",
    "501800, 11, false",
    "501800, 12, true",
    "630399, 12, false",
    "630400, 12, true",
    "630500, 12, false"
  })
  void knowsPrefixesAndLengthsOfNetworks(String prefix, int length, boolean issued) {
    assertEquals(issued, PaymentCards.isIssued(prefix + "0".repeat(length - prefix.length())));
  }

  @Test
  void countsEverySecondDigitTwiceFromTheRight() {
    assertTrue(PaymentCards.luhn("79927398713")); // The example of the formula's patent.
    for (char check : "012456789".toCharArray()) {
      assertFalse(PaymentCards.luhn("7992739871" + check));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"4", "4111 ", "4111-", "4111 111111 ", "1 ", "4111111111111111", "41.1"})
  void readsAMegabyteInOneGo(String unit) {
    assertEquals(List.of(), found(Found.megabyteOf(unit)));
  }
}
