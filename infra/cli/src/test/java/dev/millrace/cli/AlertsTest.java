package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AlertsTest {
  @Test
  void everyMetricOfTheBoardAndTheRulesIsDocumented() throws Exception {
    Set<String> documented =
        MetricNames.documented().stream()
            .map(MetricNames.Documented::name)
            .collect(Collectors.toSet());
    Set<String> unknown = new TreeSet<>(MetricNames.used());
    unknown.removeAll(documented);
    assertEquals(Set.of(), unknown);
  }

  private static Set<String> found(String file, String pattern) throws Exception {
    return Pattern.compile(pattern)
        .matcher(Files.readString(MetricNames.FOLDER.resolve(file)))
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyAlertIsDocumentedWithItsSeverityAndEveryOneThatIsDocumentedIsThere() throws Exception {
    Set<String> rules = found("alerts.yaml", "- alert: (\\w+)");
    assertEquals(rules, found("README.md", "(?m)^\\| `(Millrace\\w+)` \\|"));
    Set<String> named = found("README.md", "`(Millrace\\w+)`");
    assertEquals(rules, named);
    for (String severity : List.of("critical", "warning")) {
      assertEquals(
          found("alerts.yaml", "alert: (\\w+)(?:\\n.+)+?severity: " + severity),
          found("README.md", "(?m)^\\| `(\\w+)` \\| " + severity + " \\|"));
    }
  }

  @Test
  void everyAlertIsTried() throws Exception {
    Set<String> rules = found("alerts.yaml", "- alert: (\\w+)");
    assertEquals(rules, found("alerts-test.yaml", "alertname: (\\w+)\\n +exp_alerts:"));
  }

  @Test
  void theServicesThatMayBeDownAreTheJobsOfPrometheus() throws Exception {
    String watched = found("alerts.yaml", "up\\{job=~\"([^\"]+)\"\\}").iterator().next();
    Set<String> jobs = new TreeSet<>(found("../compose/prometheus.yaml", "job_name: ([\\w-]+)"));
    jobs.add("ingest"); // Whoever follows a folder starts it, and a job for it.
    assertEquals(jobs, new TreeSet<>(List.of(watched.split("\\|"))));
  }

  @Test
  void theRulesAreAsPrometheusWantsThemAndSpeakWhenTheyShould() throws Exception {
    Optional<Path> promtool =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .map(folder -> Path.of(folder, "promtool"))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(promtool.isPresent(), "no promtool on the PATH: Debian's package prometheus has it");
    for (List<String> arguments :
        List.of(
            List.of("check", "rules", "alerts.yaml"),
            List.of("test", "rules", "alerts-test.yaml"))) {
      ProcessBuilder builder = new ProcessBuilder(promtool.get().toString());
      builder.command().addAll(arguments);
      Process process =
          builder.directory(MetricNames.FOLDER.toFile()).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor(), said);
    }
  }
}
