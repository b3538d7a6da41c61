package dev.millrace.runtime.config;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How one kind of value is written in a run file. The wanted type decides how text is read, not the
 * text: {@code no} is a language where a name is wanted.
 *
 * @param wanted completes "is ..." for a person who wrote something else
 * @param parse throws {@link IllegalArgumentException} for anything else
 * @param words whether YAML might take the text for something else, so that it may need quotes
 */
record ScalarType<T>(String wanted, Function<String, T> parse, boolean words) {
  private static final Pattern NUMBER =
      Pattern.compile("([+-]?(?:\\d[\\d_]*)?(?:\\.\\d+)?(?:[eE][+-]?\\d{1,3})?)([kMG]?)");
  private static final Map<String, Integer> POWERS_OF_TEN = Map.of("", 0, "k", 3, "M", 6, "G", 9);
  private static final Pattern DURATION = Pattern.compile("(\\d+)\\s?(ms|s|m|h|d)");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./][A-Za-z0-9_./+@%=-]*");
  private static final List<String> NULLS = List.of("null", "~", "");

  private static final ScalarType<String> STRING = new ScalarType<>("text", s -> s, true);
  private static final ScalarType<Path> PATH = new ScalarType<>("a path", ScalarType::path, true);
  private static final ScalarType<Boolean> BOOLEAN =
      new ScalarType<>("true or false", ScalarType::truth, false);
  private static final ScalarType<Integer> INT =
      new ScalarType<>("a whole number, as 512, 2_000 or 64k", ScalarType::wholeInt, false);
  private static final ScalarType<Long> LONG =
      new ScalarType<>("a whole number, as 512, 2_000_000 or 2M", ScalarType::wholeLong, false);
  private static final ScalarType<Double> DOUBLE =
      new ScalarType<>("a number, as 0.1 or 3e-4", ScalarType::number, false);
  private static final ScalarType<Duration> DURATION_TYPE =
      new ScalarType<>(
          "a duration with its unit, as 250ms, 30s, 5m, 2h, 7d or PT1M",
          ScalarType::duration,
          false);

  private static final Map<Class<?>, ScalarType<?>> BY_CLASS =
      Map.ofEntries(
          Map.entry(String.class, STRING),
          Map.entry(Path.class, PATH),
          Map.entry(boolean.class, BOOLEAN),
          Map.entry(Boolean.class, BOOLEAN),
          Map.entry(int.class, INT),
          Map.entry(Integer.class, INT),
          Map.entry(long.class, LONG),
          Map.entry(Long.class, LONG),
          Map.entry(double.class, DOUBLE),
          Map.entry(Double.class, DOUBLE),
          Map.entry(Duration.class, DURATION_TYPE));

  static Optional<ScalarType<?>> of(Class<?> type) {
    return type.isEnum()
        ? Optional.of(oneOf(type.getEnumConstants()))
        : Optional.ofNullable(BY_CLASS.get(type));
  }

  /** Throws {@link IllegalArgumentException} where the text says something else. */
  T read(String text) {
    return parse.apply(words ? text : text.strip());
  }

  /** YAML text for what {@link #read} took. */
  String write(String text) {
    if (!words) return text.strip();
    return PLAIN.matcher(text).matches() && !NULLS.contains(text.toLowerCase(Locale.ROOT))
        ? text
        : quoted(text);
  }

  /** In double quotes, as YAML and JSON have them. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.chars().forEach(c -> quoted.append(escaped((char) c)));
    return quoted.append('"').toString();
  }

  private static String escaped(char c) {
    boolean invisible = c < ' ' || c == 0x7f || c == 0x85 || c == 0x2028 || c == 0x2029;
    if (invisible) return String.format(Locale.ROOT, "\\u%04x", (int) c);
    return c == '"' || c == '\\' ? "\\" + c : String.valueOf(c);
  }

  /** {@code EASY_TO_HARD} is written {@code easy-to-hard}, or {@code easy_to_hard}. */
  private static ScalarType<Object> oneOf(Object[] constants) {
    List<String> names = Arrays.stream(constants).map(ScalarType::kebabCase).toList();
    return new ScalarType<>(
        "one of " + names.stream().collect(Collectors.joining(", ")),
        text -> {
          int index = names.indexOf(text.replace('_', '-'));
          if (index < 0) throw new IllegalArgumentException(text);
          return constants[index];
        },
        false);
  }

  private static String kebabCase(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Path path(String text) {
    if (text.isBlank()) throw new IllegalArgumentException(text);
    return Path.of(text);
  }

  private static boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static BigDecimal decimal(String text) {
    Matcher number = NUMBER.matcher(text);
    if (!number.matches()) throw new NumberFormatException(text);
    return new BigDecimal(number.group(1).replace("_", ""))
        .scaleByPowerOfTen(POWERS_OF_TEN.get(number.group(2)));
  }

  private static int wholeInt(String text) {
    return whole(text, BigDecimal::intValueExact);
  }

  private static long wholeLong(String text) {
    return whole(text, BigDecimal::longValueExact);
  }

  private static <N> N whole(String text, Function<BigDecimal, N> exactly) {
    try {
      return exactly.apply(decimal(text));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static double number(String text) {
    double number = decimal(text).doubleValue();
    if (!Double.isFinite(number)) throw new IllegalArgumentException(text);
    return number;
  }

  private static Duration duration(String text) {
    Matcher simple = DURATION.matcher(text);
    try {
      if (!simple.matches()) return Duration.parse(text);
      long amount = Long.parseLong(simple.group(1));
      return switch (simple.group(2)) {
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        default -> Duration.ofDays(amount);
      };
    } catch (java.time.DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
