package dev.millrace.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real browser: the Chromium that is on the machine, as Debian's package has it. */
public final class Browser implements AutoCloseable {
  private static final List<Path> PLACES =
      List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/google-chrome"));

  private final Playwright playwright;
  private final com.microsoft.playwright.Browser chromium;

  private Browser(Playwright playwright, Path executable) {
    this.playwright = playwright;
    chromium =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(executable)
                    .setArgs(List.of("--no-sandbox"))); // Who runs as root has no other way.
  }

  /** Starts it, or skips the test where there is none. */
  public static Browser startOrSkip() {
    Optional<Browser> browser = startIfThere();
    assumeTrue(browser.isPresent(), "no browser at any of " + PLACES);
    return browser.get();
  }

  /** Starts it, for a test that has more to show than a page. */
  public static Optional<Browser> startIfThere() {
    return PLACES.stream().filter(Files::isExecutable).findFirst().map(Browser::start);
  }

  private static Browser start(Path executable) {
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    return new Browser(playwright, executable);
  }

  /** An empty page in a profile of its own. */
  public Page page(int width, int height, ColorScheme scheme) {
    BrowserContext profile =
        chromium.newContext(
            new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setColorScheme(scheme));
    return profile.newPage();
  }

  @Override
  public void close() {
    chromium.close();
    playwright.close();
  }
}
