package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.cli.Millrace;
import dev.millrace.cli.RunContext;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.testkit.Browser;
import dev.millrace.testkit.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The demo as a user runs it, and then its page in a browser: what it shows is what the topics hold
 * and the report says. The pictures of the README are those that this leaves in {@code
 * target/pictures}.
 */
@Tag("long")
class DemoPageTest {
  private static final Duration DEMO_MAX = Duration.ofMinutes(15);
  private static final Pattern PAGE = Pattern.compile("dashboard of run \\S+: (http\\S+)");

  @Test
  void thePageOfTheDemoSaysWhatItsReportSays(@TempDir Path directory) throws Exception {
    try (Browser browser = Browser.startOrSkip()) {
      try (ChildJvm demo = start(directory, "demo", "--no-browser")) {
        assertEquals(0, demo.awaitExit(DEMO_MAX), demo.output());
      }
      JsonNode report = new ObjectMapper().readTree(directory.resolve("report.json").toFile());
      Path demo = directory.resolve("demo");
      try (ChildJvm up = start(demo, "up", "--run", demo.resolve("run.yaml").toString())) {
        up.awaitLine("dashboard of run", Duration.ofMinutes(1));
        Matcher page = PAGE.matcher(up.output());
        assertTrue(page.find(), up.output());
        RunContext run = RunContext.of(Optional.of(demo.resolve("run.yaml")), demo);
        String broker = EmbeddedBroker.running(demo.resolve("broker")).orElseThrow();
        PageOfRun topics = PageOfRun.atRest(KafkaConnection.to(broker), run);
        look(browser, page.group(1), report, topics);
        up.terminate();
        up.awaitExit(Duration.ofMinutes(2));
      }
    }
  }

  private static ChildJvm start(Path directory, String command, String... more) {
    List<String> line = new ArrayList<>(List.of(command, "--dir", directory.toString()));
    line.addAll(List.of(more));
    return ChildJvm.of(Millrace.class)
        .jvmOptions("-Xmx2g", "-Dai.djl.offline=true")
        .property("millrace.home", Path.of("../..").toAbsolutePath().normalize().toString())
        .environment("OPT_OUT_TRACKING", "true")
        .arguments(line.toArray(String[]::new))
        .start(directory.resolve(command + ".log"));
  }

  private static void look(Browser browser, String uri, JsonNode report, PageOfRun topics)
      throws Exception {
    Path pictures = Files.createDirectories(Path.of("target", "pictures"));
    Page light = open(browser, uri, 1280, ColorScheme.LIGHT);
    topics.assertIs(light);
    assertSame(light, report);
    shoot(light, pictures.resolve("dashboard-light.png"));
    Page dark = open(browser, uri, 1280, ColorScheme.DARK);
    topics.assertIs(dark);
    assertSame(dark, report);
    shoot(dark, pictures.resolve("dashboard-dark.png"));
    Page phone = open(browser, uri, 390, ColorScheme.LIGHT);
    topics.assertIs(phone);
    assertSame(phone, report);
    shoot(phone, pictures.resolve("dashboard-phone.png"));
    System.out.println("pictures are in " + pictures.toAbsolutePath());
  }

  private static Page open(Browser browser, String uri, int width, ColorScheme scheme) {
    Page page = browser.page(width, 1400, scheme);
    page.navigate(uri);
    return page;
  }

  private static void shoot(Page page, Path picture) {
    page.screenshot(new Page.ScreenshotOptions().setPath(picture).setFullPage(true));
  }

  private static void assertSame(Page page, JsonNode report) {
    JsonNode checkpoints = report.get("checkpoints");
    awaitCount(page, "evaluations", checkpoints.size());
    JsonNode last = checkpoints.get(checkpoints.size() - 1);
    awaitCount(page, "steps trained", last.get("step").asLong());
    long raw = 0;
    for (JsonNode domain : report.get("domains")) raw += domain.get("raw").asLong();
    awaitCount(page, "documents judged", raw);
    for (Locator row : page.locator("#evaluation tbody tr").all()) {
      List<String> cells = row.locator("th, td").allTextContents();
      JsonNode evaluation = last.get("evaluations").get(cells.get(0));
      assertEquals(digits(evaluation, "tokenPerplexity", "%.2f"), cells.get(1));
      assertEquals(digits(evaluation, "bitsPerByte", "%.4f"), cells.get(4));
    }
    for (Locator row : page.locator("#funnel tbody tr").all()) {
      List<String> cells = row.locator("th, td").allTextContents();
      if (cells.get(0).equals("all")) continue;
      JsonNode domain = report.get("domains").get(cells.get(0));
      assertEquals("%,d".formatted(domain.get("raw").asLong()), cells.get(1));
      assertEquals("%,d".formatted(domain.get("refined").asLong()), cells.get(2));
    }
  }

  private static String digits(JsonNode evaluation, String key, String format) {
    return String.format(Locale.ROOT, format, evaluation.get(key).asDouble());
  }

  private static void awaitCount(Page page, String box, long count) {
    PlaywrightAssertions.assertThat(page.locator("#flow li[data-name='" + box + "']"))
        .hasAttribute(
            "data-count",
            Long.toString(count),
            new LocatorAssertions.HasAttributeOptions().setTimeout(60_000));
  }
}
