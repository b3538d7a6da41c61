package dev.millrace.cli.plan;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Large numbers as people write them: {@code 1e24}, {@code 70B}, {@code 1.4T}. */
final class Quantity {
  private static final Pattern NUMBER =
      Pattern.compile("(\\d+(?:\\.\\d+)?(?:[eE]\\+?\\d{1,2})?)\\s?([kMGBT]?)");
  private static final Map<String, Double> FACTORS =
      Map.of("", 1.0, "k", 1e3, "M", 1e6, "G", 1e9, "B", 1e9, "T", 1e12);

  private Quantity() {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException where it is none, or not positive
   */
  static double of(String text) {
    Matcher number = NUMBER.matcher(text.strip());
    if (number.matches()) {
      double value = Double.parseDouble(number.group(1)) * FACTORS.get(number.group(2));
      if (value > 0) return value;
    }
    throw new IllegalArgumentException(
        "not a positive number, as 1e24, 70B or 1.4T: '" + text + "'");
  }
}
