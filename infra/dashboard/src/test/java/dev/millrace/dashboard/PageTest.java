package dev.millrace.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.AxeResults;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Clock;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.Commands;
import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.ControlCommand;
import dev.millrace.schemas.ControlKind;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.RawDocument;
import dev.millrace.schemas.SchedulerState;
import dev.millrace.testkit.Browser;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody sees who looks at the page in a browser. */
@WithKafka
class PageTest {
  private static Browser browser;

  private final RunLog log;

  PageTest(TestKafka kafka) throws Exception {
    log = new RunLog(kafka);
  }

  @BeforeAll
  static void startBrowser() {
    browser = Browser.startOrSkip();
  }

  @AfterAll
  static void closeBrowser() {
    if (browser != null) browser.close();
  }

  private void writeSteps(long first, long last) {
    log.write(
        log.topics().run(Records.RUN).progress(),
        Records.RUN,
        LongStream.rangeClosed(first, last).mapToObj(s -> Records.step(s, 6.0 / s)).toList());
  }

  private void writeEvaluation(long step, double perplexity, String sample) {
    log.write(log.topics().checkpoints(), Records.RUN, Records.checkpoint(step));
    log.write(
        log.topics().evaluations(), Records.RUN, Records.evaluation(step, perplexity, sample));
  }

  private void writeDropped(String id) {
    log.write(log.topics().dropped(), id, Records.dropped(id));
  }

  private void writeState(int phase, Map<String, Double> mixture) {
    log.write(
        log.topics().run(Records.RUN).curriculumState(),
        "scheduler",
        new SchedulerState(0L, phase, 0L, 0L, 0L, mixture, Map.of()));
  }

  private static Page open(Serving serving, int width, int height, ColorScheme scheme) {
    Page page = browser.page(width, height, scheme);
    page.navigate(serving.uri().toString());
    return page;
  }

  private static void assertText(String expected, Page page, String selector) {
    PlaywrightAssertions.assertThat(page.locator(selector)).hasText(expected);
  }

  private static void assertCount(String expected, Page page, String box) {
    PlaywrightAssertions.assertThat(page.locator("#flow li[data-name='" + box + "']"))
        .hasAttribute("data-count", expected);
  }

  @Test
  void showsWhatIsInTheTopicsAndWhatComes() throws Exception {
    writeSteps(1, 40);
    writeEvaluation(20, 50, "first words");
    try (Serving serving = new Serving(log)) {
      Page page = open(serving, 1400, 1000, ColorScheme.LIGHT);
      assertCount("40", page, "steps trained");
      assertCount("1", page, "checkpoints");
      assertText("step 40: 0.1500 nats a token", page, "#c-loss");
      assertText("step 40: norm 1.000, learning rate 6.00e-4", page, "#c-norm");
      assertText("left 75.0 %, right 25.0 % of the tokens shown", page, "#c-mix");
      Locator row = page.locator("#evaluation tbody tr").first();
      assertEquals(
          List.of("left", "50.00", "3.9120", "0.0100"),
          row.locator("th, td").allTextContents().subList(0, 4));
      assertText("The" + "first words", page, "#samples blockquote");

      writeSteps(41, 41);
      writeEvaluation(40, 40, "better words");
      assertCount("41", page, "steps trained");
      assertCount("2", page, "evaluations");
      PlaywrightAssertions.assertThat(page.locator("#c-ppl")).containsText("step 40: left 40.00");
      assertText("The" + "better words", page, "#samples blockquote");
      page.selectOption("#checkpoint", "step 20");
      assertText("The" + "first words", page, "#samples blockquote");

      page.reload();
      assertCount("41", page, "steps trained");
    }
  }

  /** The page alone, of a picture that the test draws. */
  private static Web drawn(Picture picture) throws Exception {
    return Web.start(
        new DashboardConfig("127.0.0.1", 0, Optional.empty()),
        picture,
        Dashboard.about(Records.RUN, RunLog.DOMAINS, RunLog.PHASES),
        new LineageDesk(
            () -> {
              throw new IOException("nobody asks here");
            }));
  }

  private static void flow(Picture picture, long more) {
    ObjectNode funnel = Json.object();
    funnel.putObject("left").put("raw", 100 + more).put("refined", 60 + more).put("inFlight", 5);
    funnel.withObject("left").putObject("dropped").put("a.b", 35);
    funnel.putObject("of another run").put("raw", 10).put("refined", 9).put("inFlight", 1);
    funnel.withObject("of another run").putObject("dropped");
    ObjectNode packing = Json.object();
    packing
        .putObject("left")
        .put("documents", 48 + more)
        .put("waiting", 2)
        .put("sequences", 90 + more);
    ObjectNode state = Json.object().put("ordinal", 80 + more).put("phase", 0);
    state.putObject("mixture");
    picture.put("funnel", funnel);
    picture.put("packing", packing);
    picture.put("curriculum", state);
    picture.put("replayed", BooleanNode.TRUE);
  }

  private static void assertArrows(Page page, String selector, String... expected) {
    PlaywrightAssertions.assertThat(page.locator("#flow " + selector)).hasText(expected);
  }

  @Test
  void saysAtEveryArrowHowFastItIsAndWhatWaits() throws Exception {
    Instant noon = Instant.parse("2026-11-22T12:00:00Z");
    Picture picture = new Picture();
    picture.put("unread", LongNode.valueOf(7));
    flow(picture, 0);
    picture.add(Records.step(8, 4));
    for (int i = 1; i <= 3; i++) {
      CheckpointPublished checkpoint = Records.checkpoint(2L * i);
      checkpoint.setPublishedAt(noon.minus(Duration.ofMinutes(100 - 30L * i)));
      picture.add(checkpoint);
    }
    EvaluationResult evaluation = Records.evaluation(2, 50, "words");
    evaluation.setEvaluatedAt(noon.minus(Duration.ofMinutes(40)));
    picture.add(evaluation, 0);
    try (Web web = drawn(picture)) {
      Page page = browser.page(1400, 1000, ColorScheme.LIGHT);
      page.clock().install(new Clock.InstallOptions().setTime(Date.from(noon)));
      page.navigate(web.uri().toString());
      assertCount("3", page, "checkpoints");
      page.clock().pauseAt(Date.from(noon.plusSeconds(60)));
      page.clock().runFor(60_000);
      assertArrows(
          page,
          ".lag",
          "7 records wait for the rules",
          "6 documents wait for dedup",
          "14 documents wait",
          "10 sequences wait",
          "16 sequences wait",
          "2 steps wait to be saved",
          "2 checkpoints wait");
      assertArrows(
          page,
          ".rate",
          "0/s",
          "0/s",
          "0/s",
          "0/s",
          "0/s, 800 tokens",
          "2 in the last hour",
          "1 in the last hour");
      flow(picture, 75);
      picture.put("unread", LongNode.valueOf(1));
      picture.add(Records.step(11, 4));
      assertText("1 record waits for the rules", page, "#flow li:first-child .lag");
      assertCount("11", page, "steps trained");
      assertCount("155", page, "released by the curriculum");
      page.clock().runFor(10_000);
      assertArrows(
          page,
          ".rate",
          "2.5/s",
          "2.5/s",
          "2.5/s",
          "2.5/s",
          "0.1/s, 1,100 tokens",
          "2 in the last hour",
          "1 in the last hour");
      page.clock().runFor(40_000);
      assertText("0/s", page, "#flow li:first-child .rate");
    }
  }

  @Test
  void saysThatItReadsUntilItKnowsThatThereIsNothing() throws Exception {
    List<String> captions = List.of("loss", "ppl", "norm", "bpb", "rate", "mix", "order");
    Picture picture = new Picture();
    try (Web web = drawn(picture)) {
      Page page = browser.page(1400, 1000, ColorScheme.LIGHT);
      page.navigate(web.uri().toString());
      assertText("live", page, "#state");
      for (String caption : captions) assertText("reading…", page, "#c-" + caption);
      assertText("reading…", page, "#samples");
      picture.put("released", new Released(List.of(), 2).json());
      picture.put("replayed", BooleanNode.TRUE);
      for (String caption : List.of("loss", "norm", "rate", "mix")) {
        assertText("no step yet", page, "#c-" + caption);
      }
      for (String caption : List.of("ppl", "bpb")) {
        assertText("no evaluation yet", page, "#c-" + caption);
      }
      assertText("nothing released yet", page, "#c-order");
      assertText("no sample yet", page, "#samples");
    }
  }

  @Test
  void saysHowManyRecordsTheRulesHaveNotRead() throws Exception {
    try (Serving serving = new Serving(log)) {
      Page page = open(serving, 1400, 1000, ColorScheme.LIGHT);
      assertText("0 records wait for the rules", page, "#flow li:first-child .lag");
      RawDocument document =
          RawDocument.newBuilder()
              .setId("d")
              .setDomain("left")
              .setMediaType("text/plain")
              .setContent(ByteBuffer.allocate(1))
              .build();
      log.write(log.topics().raw(), "d", List.of(document, document));
      assertText(
          "3 records wait for the rules", page, "#flow li:first-child .lag"); // The commit's mark.
    }
  }

  private void write(EvaluationResult evaluation) {
    log.write(log.topics().checkpoints(), Records.RUN, Records.checkpoint(evaluation.getStep()));
    log.write(log.topics().evaluations(), Records.RUN, evaluation);
  }

  @Test
  void saysWhichEvaluationIsARegressionAndGivesEachWithItsInterval() throws Exception {
    write(Records.evaluation(10, 50, "words"));
    write(Records.regression(20, 52.5636, 10, 0.05));
    try (Serving serving = new Serving(log)) {
      Page page = open(serving, 1400, 1000, ColorScheme.LIGHT);
      PlaywrightAssertions.assertThat(page.locator("#c-ppl"))
          .containsText("step 20: left 52.56, a regression");
      PlaywrightAssertions.assertThat(page.locator("#c-bpb")).containsText("a regression");
      Locator row = page.locator("#evaluation tbody tr").first();
      assertEquals(
          List.of("+0.05000.0400 to 0.0600", "+0.05000.0400 to 0.0600regression"),
          row.locator("td").allTextContents().subList(5, 7));
      PlaywrightAssertions.assertThat(page.locator("#checkpoints thead th"))
          .hasText(
              new String[] {
                "checkpoint",
                "tokens",
                "loss",
                "left, perplexity",
                "left, bits per byte",
                "saved",
                "evaluation"
              });
      Locator rows = page.locator("#checkpoints tbody tr");
      assertEquals(
          List.of(
              "step 20",
              "2,000",
              "2.000",
              "52.5651.54 to 53.60regression",
              "1.42901.4219 to 1.4361"),
          rows.first().locator("th, td").allTextContents().subList(0, 5));
      assertEquals(
          List.of("step 10", "1,000", "2.000", "50.0049.03 to 50.99", "1.41101.4039 to 1.4180"),
          rows.last().locator("th, td").allTextContents().subList(0, 5));
      PlaywrightAssertions.assertThat(rows.last().locator("td").last()).hasText("lineage");
    }
  }

  @Test
  void aLineBreaksWhereTheHeldOutSetIsAnother() throws Exception {
    write(Records.evaluation(10, 50, "words"));
    write(Records.evaluation(20, 40, "words"));
    try (Serving serving = new Serving(log)) {
      Page page = open(serving, 1400, 1000, ColorScheme.LIGHT);
      PlaywrightAssertions.assertThat(page.locator("#c-ppl")).containsText("step 20");
      assertEquals(List.of(1, 1), lineParts(page));
      for (long step : List.of(30L, 40L)) {
        EvaluationResult other = Records.evaluation(step, 90, "words");
        other.setSetId("other");
        write(other);
      }
      PlaywrightAssertions.assertThat(page.locator("#c-ppl"))
          .containsText("another held-out set from step 30 on");
      PlaywrightAssertions.assertThat(page.locator("#checkpoints tbody tr").first())
          .containsText("step 40");
      assertEquals(List.of(2, 2), lineParts(page));
      PlaywrightAssertions.assertThat(page.locator("#checkpoints tbody tr", hasText("step 30")))
          .containsText("another held-out set");
      PlaywrightAssertions.assertThat(page.locator("#checkpoints tbody tr", hasText("step 40")))
          .not()
          .containsText("another held-out set");
    }
  }

  private static Page.LocatorOptions hasText(String text) {
    return new Page.LocatorOptions().setHasText(text);
  }

  /** Of the first line of the charts of perplexity and bits per byte. */
  private static Object lineParts(Page page) {
    return page.evaluate(
        "['ppl', 'bpb'].map(c => Chart.getChart(c).getDatasetMeta(0).dataset.segments.length)");
  }

  @Test
  void checkpointsBeforeTheNewestAreShownWhereTheyAreAskedFor() throws Exception {
    for (int step = 1; step <= 12; step++) {
      log.write(log.topics().checkpoints(), Records.RUN, Records.checkpoint(step));
    }
    try (Serving serving = new Serving(log)) {
      Page page = open(serving, 1400, 1000, ColorScheme.LIGHT);
      PlaywrightAssertions.assertThat(page.locator("#checkpoints tbody tr")).hasCount(10);
      page.locator("#earlier-part summary").click();
      PlaywrightAssertions.assertThat(page.locator("#earlier tbody th"))
          .hasText(new String[] {"step 2", "step 1"});
    }
  }

  @Test
  void showsWhichMixtureIsAskedFor() throws Exception {
    writeState(0, Map.of());
    try (Serving serving = new Serving(log)) {
      Page page = open(serving, 1400, 1000, ColorScheme.LIGHT);
      assertText("Asked for by phase 1: left 75.0 %, right 25.0 %", page, "#asked");
      writeState(1, Map.of());
      assertText("Asked for by phase 2: left 50.0 %, right 50.0 %", page, "#asked");
      writeState(1, Map.of("right", 2.0));
      assertText("Asked for by a command: right 100.0 %", page, "#asked");
    }
  }

  private void writeReleased(long first, long last, int phase) {
    log.write(
        LongStream.rangeClosed(first, last)
            .mapToObj(
                i -> {
                  Map<String, Double> signals =
                      Map.of("unigram-surprisal", 4 + i / 100.0, "quality", 0.5 + i % 10 / 50.0);
                  return log.topics()
                      .run(Records.RUN)
                      .curriculum()
                      .record(i, Records.released(i, phase, signals));
                })
            .toList());
  }

  @Test
  void showsWhatTheCurriculumReleasesAndWherePhasesBegin() throws Exception {
    writeReleased(0, 99, 0);
    try (Serving serving = new Serving(log)) {
      Page page = open(serving, 1400, 1000, ColorScheme.LIGHT);
      assertText("from ordinal 99 on: unigram-surprisal 4.990, quality 0.680", page, "#c-order");
      writeReleased(100, 139, 1);
      PlaywrightAssertions.assertThat(page.locator("#phases li"))
          .hasText(
              new String[] {
                "Phase 1 from ordinal 0 on: easy-to-hard by unigram-surprisal",
                "Phase 2 from ordinal 100 on: arrival"
              });
      assertText("from ordinal 139 on: unigram-surprisal 5.390, quality 0.680", page, "#c-order");
    }
  }

  private static ControlCommand command(String id, ControlKind kind) {
    return ControlCommand.newBuilder().setId(id).setKind(kind).setIssuedAt(Instant.EPOCH).build();
  }

  private void answer(ControlAcknowledged answer) {
    log.write(
        log.topics().run(Records.RUN).controlAcknowledged(), answer.getCommand().getId(), answer);
  }

  @Test
  void showsWhatTheRunWasToldAndWhetherItIsPaused() throws Exception {
    answer(Commands.applied(command("hold", ControlKind.PAUSE), 3, 24));
    try (Serving serving = new Serving(log)) {
      Page page = open(serving, 1400, 1000, ColorScheme.LIGHT);
      Locator newest = page.locator("#commands tbody tr").first().locator("th, td");
      PlaywrightAssertions.assertThat(newest)
          .hasText(new String[] {"PAUSE", "hold", "APPLIED", "3", "24", ""});
      PlaywrightAssertions.assertThat(page.locator("#paused")).isVisible();
      assertText("training is paused", page, "#paused");
      answer(Commands.applied(command("go", ControlKind.RESUME), 3, 24));
      PlaywrightAssertions.assertThat(page.locator("#paused")).isHidden();
      answer(Commands.refused(command("far", ControlKind.SKIP), 4, 32, "it is trained already"));
      PlaywrightAssertions.assertThat(newest)
          .hasText(new String[] {"SKIP", "far", "REFUSED", "4", "32", "it is trained already"});
      PlaywrightAssertions.assertThat(page.locator("#commands tbody tr")).hasCount(3);
    }
  }

  private void tellToCoolDown(long step, long steps) {
    ControlAcknowledged answer =
        Commands.applied(command("c", ControlKind.COOLDOWN), step, 8 * step);
    answer.setBranch("cooled");
    answer.setBranchSteps(steps);
    answer(answer);
  }

  @Test
  void showsHowFarABranchIs() throws Exception {
    tellToCoolDown(20, 5);
    try (Serving serving = new Serving(log)) {
      Page page = open(serving, 1400, 1000, ColorScheme.LIGHT);
      Locator cells = page.locator("#branches tbody tr").locator("th, td");
      PlaywrightAssertions.assertThat(cells)
          .hasText(new String[] {"cooled", "20", "25", "waits for a trainer"});
      log.write(log.topics().checkpoints(), "cooled", Records.checkpoint(20));
      PlaywrightAssertions.assertThat(cells.last()).hasText("step 20 is saved");
      log.write(log.topics().checkpoints(), "cooled", Records.checkpoint(25));
      PlaywrightAssertions.assertThat(cells.last()).hasText("done");
      assertCount("0", page, "checkpoints");
    }
  }

  private static void assertAnswer(String expected, Page page) {
    PlaywrightAssertions.assertThat(page.locator("#answer"))
        .hasText(expected, new LocatorAssertions.HasTextOptions().setTimeout(30_000));
  }

  @Test
  void leadsFromADocumentToItsStepAndBack(@TempDir Path directory) throws Exception {
    writeReleased(0, 23, 0);
    writeSteps(1, 2);
    log.write(log.topics().checkpoints(), Records.RUN, Records.checkpoint(2));
    EvaluationResult evaluation = Records.evaluation(2, 50, "words");
    evaluation.setCheckpointOffset(0L);
    log.write(log.topics().evaluations(), Records.RUN, evaluation);
    writeDropped("d9");
    try (Serving serving = new Serving(log, () -> log.lineage(directory))) {
      Page page = open(serving, 1400, 1000, ColorScheme.LIGHT);
      page.locator("#checkpoints a", hasText("step 2")).click();
      assertAnswer("8 lines about step 2", page);
      assertEquals("step", page.inputValue("#kind"));
      Locator rows = page.locator("#segments tbody tr");
      assertEquals(
          List.of("d8", "2", "8", "yes", "left", "0 to 1", "0:8"),
          rows.first().locator("th, td").allTextContents());
      rows.first().locator("a").first().click();
      assertAnswer("3 lines about document d8", page);
      PlaywrightAssertions.assertThat(page.locator("#seen li"))
          .hasText(
              new String[] {
                "checkpoint of step 2, file:/step-2", "evaluation of step 2, evaluated"
              });
      page.locator("#seen a").last().click();
      PlaywrightAssertions.assertThat(page.locator("#seen li").last())
          .containsText("trained on in steps 1 to 2 of run r: ordinals 0 to 15");
      page.goBack();
      assertAnswer("3 lines about document d8", page);
      page.locator("summary", hasText("each rule")).click();
      page.locator("#dropped a").click();
      assertAnswer("3 lines about document d9", page);
      page.selectOption("#kind", "step");
      page.fill("#which", "7");
      page.keyboard().press("Enter");
      assertAnswer("the run has no step 7", page);
      page.fill("#which", "seven");
      page.keyboard().press("Enter");
      assertAnswer("a step is a whole number", page);
      page.reload();
      assertAnswer("a step is a whole number", page);
    }
  }

  /** Text and ids come from whoever crawled them. */
  @Test
  void hostileTextIsShownAndRunsNothing(@TempDir Path directory) throws Exception {
    String hostile = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>";
    writeEvaluation(1, 50, hostile);
    writeDropped(hostile);
    try (Serving serving = new Serving(log, () -> log.lineage(directory))) {
      Page page = open(serving, 1400, 1000, ColorScheme.LIGHT);
      List<String> complaints = new ArrayList<>();
      page.onConsoleMessage(message -> complaints.add(message.text()));
      page.onPageError(complaints::add);
      assertText("The" + hostile, page, "#samples blockquote");
      page.locator("summary", hasText("each rule")).click();
      assertText(hostile, page, "#dropped tbody th");
      page.locator("#dropped a").click();
      assertAnswer("nothing of document " + hostile + " is in the curriculum", page);
      assertEquals(0, page.locator("main img, main script").count());
      assertEquals(true, page.evaluate("window.hacked === undefined"));
      assertEquals(List.of(), complaints);
    }
  }

  @Test
  void fitsAPhoneAndTheDarkAndCanBeUsedByKeyboardAndScreenReader(@TempDir Path directory)
      throws Exception {
    writeSteps(1, 40);
    writeEvaluation(20, 50, "words");
    writeDropped("left-1");
    writeReleased(0, 199, 0);
    writeReleased(200, 399, 1);
    tellToCoolDown(20, 5);
    try (Serving serving = new Serving(log, () -> log.lineage(directory))) {
      assertUsable(open(serving, 1400, 1000, ColorScheme.LIGHT), "light", "rgb(246, 247, 249)");
      assertUsable(open(serving, 1400, 1000, ColorScheme.DARK), "dark", "rgb(16, 21, 27)");
      Page phone = open(serving, 390, 844, ColorScheme.LIGHT);
      assertUsable(phone, "phone", "rgb(246, 247, 249)");
      assertEquals(390, phone.evaluate("document.documentElement.scrollWidth"));
    }
  }

  private static void assertUsable(Page page, String name, String background) {
    assertCount("40", page, "steps trained");
    page.locator("summary", hasText("each rule")).click();
    page.fill("#which", "d3");
    page.keyboard().press("Enter");
    assertAnswer("3 lines about document d3", page);
    assertEquals(background, page.evaluate("getComputedStyle(document.body).backgroundColor"));
    page.screenshot(
        new Page.ScreenshotOptions()
            .setPath(Path.of("target", "page-" + name + ".png"))
            .setFullPage(true));
    AxeResults found = new AxeBuilder(page).analyze();
    assertTrue(found.getPasses().size() > 10, "it looked: " + found.getPasses().size());
    assertEquals(
        List.of(),
        found.getViolations().stream().map(v -> v.getId() + ": " + v.getNodes()).toList());
    page.locator("#checkpoint").focus();
    for (String part : List.of("h-branches", "h-controls")) {
      page.keyboard().press("Shift+Tab");
      assertEquals(part, page.evaluate("document.activeElement.getAttribute('aria-labelledby')"));
    }
    page.keyboard().press("Shift+Tab");
    assertEquals("left-1", page.evaluate("document.activeElement.textContent"));
    page.keyboard().press("Shift+Tab");
    assertEquals("Documents dropped last", page.evaluate("document.activeElement.ariaLabel"));
  }
}
