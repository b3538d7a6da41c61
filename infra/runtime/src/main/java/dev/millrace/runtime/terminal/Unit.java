package dev.millrace.runtime.terminal;

import java.util.Locale;

/** What progress is counted in, and how so many of it are written. */
@FunctionalInterface
public interface Unit {
  String format(double amount);

  /** As {@code 12.3 MB}, powers of 1000. */
  static Unit bytes() {
    return amount -> {
      String[] names = {"B", "kB", "MB", "GB", "TB"};
      double scaled = amount;
      int power = 0;
      while (scaled >= 999.95 && power < names.length - 1) {
        scaled /= 1000;
        power++;
      }
      return String.format(Locale.ROOT, power == 0 ? "%.0f %s" : "%.1f %s", scaled, names[power]);
    };
  }

  /** As {@code 1,234 documents}; few of them with a decimal, as {@code 0.3 documents}. */
  static Unit of(String plural) {
    return amount -> {
      boolean whole = amount >= 10 || amount == Math.rint(amount);
      return String.format(Locale.ROOT, whole ? "%,.0f %s" : "%.1f %s", amount, plural);
    };
  }
}
