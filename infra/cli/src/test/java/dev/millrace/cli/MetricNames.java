package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The names that infra/grafana documents and uses. */
final class MetricNames {
  static final Path FOLDER = Path.of("..", "grafana");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z]\\w+)` \\| ([^|]+) \\|");
  private static final Pattern NAME =
      Pattern.compile("\\b(?:millrace|kafka|jvm|disk|process|system)_\\w+");
  private static final Pattern SELECTOR = Pattern.compile(NAME.pattern() + "\\{([^}]*)\\}");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~|=)\"([^\"]*)\"");

  private MetricNames() {}

  /** A row of the tables; {@code every} stands for every service. */
  record Documented(String name, List<String> services) {
    boolean isOf(String service) {
      return services.contains(service) || services.contains("every");
    }
  }

  static List<Documented> documented() throws IOException {
    return ROW.matcher(Files.readString(FOLDER.resolve("README.md")))
        .results()
        .map(row -> new Documented(row.group(1), List.of(row.group(2).split(", "))))
        .toList();
  }

  /** The board and the rules. */
  private static String files() throws IOException {
    return Files.readString(FOLDER.resolve("board.json")).replace("\\\"", "\"")
        + Files.readString(FOLDER.resolve("alerts.yaml"));
  }

  /** In the expressions of the board and the rules. */
  static Set<String> used() throws IOException {
    return NAME.matcher(files())
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Series that the board and the rules choose by labels, as {@code name{label="value"}}. */
  static Set<String> selectors() throws IOException {
    return SELECTOR
        .matcher(files())
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether there is a series that such a selector chooses. */
  static boolean isServed(String selector, Collection<String> scrapes) {
    String name = selector.substring(0, selector.indexOf('{'));
    List<MatchResult> matchers = MATCHER.matcher(selector).results().toList();
    return scrapes.stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith(name + "{"))
        .anyMatch(line -> matchers.stream().allMatch(matcher -> isServed(matcher, line)));
  }

  private static boolean isServed(MatchResult matcher, String line) {
    boolean pattern = matcher.group(2).equals("=~");
    String value = pattern ? matcher.group(3) : Pattern.quote(matcher.group(3));
    return MATCHER
        .matcher(line)
        .results()
        .filter(label -> label.group(1).equals(matcher.group(1)))
        .anyMatch(label -> label.group(3).matches(value));
  }

  /** That Prometheus gets. */
  static Set<String> served(String scrape) {
    return scrape
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("[{ ]", 2)[0])
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
