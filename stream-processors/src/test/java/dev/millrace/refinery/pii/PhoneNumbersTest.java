package dev.millrace.refinery.pii;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PhoneNumbersTest {
  private static List<String> found(String text, String... regions) {
    return Found.by((t, spans) -> PhoneNumbers.find(t, List.of(regions), spans), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+1 650-253-0000",
        "+1 (650) 253-0000",
        "+16502530000",
        "+49 30 303986300",
        "+44 (0)20 7031 3000",
        "+33 1 42 68 53 00",
        "+81-3-6384-9000",
        "+1 650 253 0000x1234"
      })
  void findsInternationalNumbersWithoutARegion(String number) {
    assertEquals(List.of(number), found(number));
    assertEquals(List.of(number), found("Tel.: " + number + ", mornings"));
    assertEquals(List.of(number, number), found(number + "\n" + number));
    assertEquals(List.of(number, number), found(number + " and " + number));
  }

  @ParameterizedTest
  @CsvSource({
    "US, (650) 253-0000",
    "US, 650.253.0000",
    "GB, 020 7031 3000",
    "DE, 030 303986300",
    "FR, 01 42 68 53 00"
  })
  void findsNationalNumbersOfTheRegionsThatAreAskedFor(String region, String number) {
    assertEquals(List.of(number), found("call " + number + " now", region));
    assertEquals(List.of(), found("call " + number + " now"));
  }

  @ParameterizedTest
  @CsvSource({
    "+1 650 253 0000, 650-253-0001",
    "(650) 253-0000, 650-253-0001",
    "650-253-0000, 650-253-0001"
  })
  void findsEachOfNumbersWithASpaceBetween(String first, String second) {
    assertEquals(List.of(first, second), found(first + " " + second, "US"));
    assertEquals(List.of(first, second, second), found(first + " " + second + " " + second, "US"));
  }

  @ParameterizedTest
  @CsvSource({
    "US, +1 415 555 2671, '', ' 5 rooms'",
    "US, +1 415 555 2671, '', ' 5 2 1 rooms'",
    "GB, 020 7183 8750, '', ' 2 bedrooms'",
    "GB, 020 7183 8750, 'Room B12 ', ''",
    "GB, 020 7183 8750, 'Room 12 3 ', ' 24 7.'",
    "GB, 020 7183 8750, '1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 ', ''",
    "GB, 020 7183 8750, '', ' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20'",
    "US, (650) 253 0000, 'from 9 ', ' 17 hours'",
    "FR, 01 42 68 53 00, '12 ', ' 9'"
  })
  void findsNumbersBesideLooseDigits(String region, String number, String before, String after) {
    assertEquals(List.of(number), found(before + number + after, region));
  }

  @Test
  void findsEachOfNumbersWithLooseDigitsBetween() {
    assertEquals(
        Set.of("020 7183 8750", "020 7031 3000"),
        Set.copyOf(found("3 020 7183 8750 2 020 7031 3000 1", "GB")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "65 02 53 00 00 12", // Not in the groups of its plan.
        "12 6502 530 000",
        "$650 253 0000 7",
        "7 650 253 00001",
        "1 2 3 4 5 6 7 8 9 10 11 12"
      })
  void takesNoNumberFromAmongOtherDigitsThatIsNotWrittenAsOne(String text) {
    assertEquals(List.of(), found(text, "US"));
  }

  @Test
  void findsNumbersOfSeveralRegions() {
    assertEquals(
        List.of("650-253-0000", "020 7031 3000"),
        found("650-253-0000 or 020 7031 3000", "US", "GB"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+1 202-555-0100", // What stands for a number.
        "+1 650-253-000", // Too short, too long, no such area.
        "+1 650-253-00000",
        "+1 123-253-0000",
        "+999 30 303986300",
        "2026-11-22 03:38:04",
        "1764000000",
        "0.6502530000",
        "6502530000.5",
        "a6502530000",
        "6502530000_",
        "192.168.100.200",
        "1234567",
        "$6502530000",
        ""
      })
  void leavesWhatIsNoNumber(String text) {
    assertEquals(List.of(), found(text, "US"));
  }

  @Test
  void findsNumbersOfFictionToo() {
    assertEquals(List.of("+1 202-555-0101"), found("+1 202-555-0101"));
    assertEquals(List.of("(650) 555-0199"), found("(650) 555-0199", "US"));
  }

  @Test
  void leavesEveryReplacementInEveryRegion() {
    for (String region : PhoneNumbers.regions()) {
      for (Kind kind : Kind.values()) {
        assertEquals(List.of(), found(kind.replacement(), region), region + " " + kind);
      }
    }
  }

  @Test
  void findsEveryNumberOfALongRow() {
    String row = "650-253-0000 ".repeat(200);
    List<String> found = found(row, "US");
    assertTrue(found.size() >= 200, "some are found in two windows: " + found.size());
    assertEquals(List.of("650-253-0000"), found.stream().distinct().toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "1 ",
        "1-",
        "+1",
        "(1",
        "((((1",
        "1x",
        "1....",
        "12/12/2012 ",
        "2012-01-02 08 ",
        "2012-01-02 08:15\n",
        "650-253-000 ",
        "6502530000",
        "+1650253000",
        "x",
        " ",
        "+",
        "1 ext. ",
        "12 34 56 78 90 12 34 56,",
        "650 253 000 650 253 000 650 253 000 ",
        "650 253 000 650 253 000 650 253 000,"
      })
  void readsAMegabyteInOneGo(String unit) {
    assertEquals(List.of(), found(Found.megabyteOf(unit) + "_", "US"));
  }
}
