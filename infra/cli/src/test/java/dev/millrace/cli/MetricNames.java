package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** In the expressions of the board and the rules. */
  static Set<String> used() throws IOException {
    String files =
        Files.readString(FOLDER.resolve("board.json"))
            + Files.readString(FOLDER.resolve("alerts.yaml"));
    return NAME.matcher(files)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
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
