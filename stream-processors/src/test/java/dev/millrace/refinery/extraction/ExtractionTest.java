package dev.millrace.refinery.extraction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.SourceDocument;
import dev.millrace.runtime.config.Defaults;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExtractionTest {
  private static final Extraction STAGE = Defaults.of(Extraction.class);
  private static final String PARAGRAPH =
      "The wheel of a mill is turned by the current of its race, which is why a mill without"
          + " water grinds nothing at all, however good its stones may be.";

  private static Verdict judge(Extraction stage, String mediaType, String content) {
    SourceDocument source =
        new SourceDocument(
            "id", "d", Optional.empty(), mediaType, Optional.empty(), new byte[0], Map.of());
    return stage.judge(RefinedText.of(source, content));
  }

  private static String html(String content) {
    return assertInstanceOf(Verdict.KeepChanged.class, judge(STAGE, "text/html", content))
        .text()
        .text();
  }

  private static Verdict.Drop drop(Verdict verdict) {
    return assertInstanceOf(Verdict.Drop.class, verdict, verdict::toString);
  }

  @Test
  void passesTextAndCodeAsTheyAre() {
    String code = "<p>\n\tif (a < b) {\n\n\n";
    for (String type : new String[] {"text/plain", "text/x-java-source", "application/json"}) {
      Verdict.KeepChanged kept =
          assertInstanceOf(Verdict.KeepChanged.class, judge(STAGE, type, code));
      assertEquals(code, kept.text().text());
    }
  }

  @Test
  void dropsWhatHasNothingVisible() {
    Verdict.Drop drop = drop(judge(STAGE, "text/plain", " \n\t\u00A0"));
    assertEquals("extraction.empty", drop.rule());
    assertEquals(0, drop.measured());
    assertEquals(1, drop.threshold());
    assertInstanceOf(Verdict.KeepChanged.class, judge(STAGE, "text/plain", "x"));
    String onlyLinks = "<nav><a href=/>Home</a> <a href=/a>About</a></nav><script>x()</script>";
    assertEquals("extraction.empty", drop(judge(STAGE, "text/html", onlyLinks)).rule());
  }

  @Test
  void dropsWhatIsLongerThanAllowedBeforeReadingIt() {
    Extraction stage = new Extraction(10, 0.1, Duration.ofSeconds(30));
    assertInstanceOf(Verdict.KeepChanged.class, judge(stage, "text/plain", "0123456789"));
    Verdict.Drop drop = drop(judge(stage, "text/plain", "0123456789a"));
    assertEquals("extraction.characters-max", drop.rule());
    assertEquals(11, drop.measured());
    assertEquals(10, drop.threshold());
  }

  @Test
  void dropsWhatIsNoText() {
    assertInstanceOf(Verdict.KeepChanged.class, judge(STAGE, "text/plain", "\0" + "x".repeat(49)));
    Verdict.Drop drop = drop(judge(STAGE, "text/plain", "\0\uFFFD" + "x".repeat(97)));
    assertEquals("extraction.undecodable-max", drop.rule());
    assertEquals(2 / 99.0, drop.measured(), 1e-12);
  }

  @Test
  void dropsAPageThatTakesTooLong() {
    Extraction stage = new Extraction(1 << 24, 0.1, Duration.ofNanos(1));
    Verdict.Drop drop = drop(judge(stage, "text/html", "<p>" + PARAGRAPH));
    assertEquals("extraction.time-limit", drop.rule());
    assertTrue(drop.measured() > drop.threshold());
    assertFalse(drop.signals().containsKey("extraction.time-limit"), "no two runs agree on time");
  }

  @Test
  void keepsTheArticleAndLeavesOutWhatSurroundsIt() {
    String page =
        """
        <html><head><title>Mills</title><style>p { color: red }</style></head><body>
        <header class="site-header"><a href="/">Home</a> | <a href="/about">About us</a></header>
        <div id="cookie-banner"><p>We use cookies to improve your experience on this site. By
        continuing to browse the site you are agreeing to our use of cookies.</p></div>
        <ul class="topNav"><li><a href="/a">Overview</a></li><li><a href="/b">Index</a></li></ul>
        <h1>Of mills</h1>
        <p>PARAGRAPH</p>
        <p>Short but in between.</p>
        <p>PARAGRAPH <a href="/x">See also.</a></p>
        <p><a href="/1">One thing you may like</a> <a href="/2">Another thing you may like</a></p>
        <div class="related-posts"><p>PARAGRAPH</p></div>
        <footer>Copyright 2020 by the miller. All rights reserved, and all wheels too.</footer>
        <script>track("everything")</script></body></html>
        """
            .replace("PARAGRAPH", PARAGRAPH);
    assertEquals(
        "Of mills\n\n" + PARAGRAPH + "\n\nShort but in between.\n\n" + PARAGRAPH + " See also.",
        html(page));
  }

  @Test
  void takesAPageAtItsWordWhereItNamesItsMain() {
    String page =
        "<p>"
            + PARAGRAPH
            + "</p><main><h2>Inside</h2><p>Brief, yet it stays.</p><p>"
            + PARAGRAPH
            + "</p><p>"
            + PARAGRAPH
            + "</p></main><p>"
            + PARAGRAPH
            + "</p>";
    assertEquals("Inside\n\nBrief, yet it stays.\n\n" + PARAGRAPH + "\n\n" + PARAGRAPH, html(page));
  }

  @Test
  void keepsListsCodeAndTablesReadable() {
    String page =
        """
        <article><p>PARAGRAPH</p><p>PARAGRAPH</p>
        <ul><li>the first   of two</li><li><p>the <b>second</b> of two</p></li></ul>
        <pre>
          if (wheel) {
            turn();
          }
        </pre>
        <table><tr><th>Mill<th>Wheels</tr><tr><td>Old<br>mill</td><td><div>2</div></td></tr></table>
        <dl><dt>Since:</dt><dd>1.0</dd></dl>
        a &lt;b&gt; c&nbsp;&amp;&nbsp;d, which ends it.</article>
        """
            .replace("PARAGRAPH", PARAGRAPH);
    assertEquals(
        PARAGRAPH
            + "\n\n"
            + PARAGRAPH
            + "\n\n- the first of two\n- the second of two\n\n  if (wheel) {\n    turn();\n  }\n\n"
            + "Mill | Wheels\nOld mill | 2\n\n- Since: 1.0\n\na <b> c & d, which ends it.",
        html(page));
  }

  @Test
  void readsThroughTablesThatOnlyArrangeThePage() {
    String page =
        "<table><tr><td><ul><li><a href=/>Home</a></ul></td><td><p>"
            + PARAGRAPH
            + "</p><p>"
            + PARAGRAPH
            + "</p></td></tr></table>";
    assertEquals(PARAGRAPH + "\n\n" + PARAGRAPH, html(page));
  }

  @Test
  void readsAPageOfJavadoc() {
    String page =
        """
        <body class="class-declaration-page"><div class="flex-box"><header class="flex-header">
        <nav><div class="top-nav"><div class="skip-nav"><a href="#skip">Skip links</a></div>
        <ul><li><a href="p.html">Package</a></li><li class="nav-bar-cell1-rev">Class</li></ul>
        </div></nav></header><div class="flex-content"><main role="main">
        <div class="header"><h1 title="Class Mill" class="title">Class Mill</h1></div>
        <section class="class-description"><div class="block">PARAGRAPH PARAGRAPH</div></section>
        <section class="method-summary"><h2>Method Summary</h2><div class="summary-table">
        <div class="table-header col-first">Modifier and Type</div>
        <div class="col-first"><code>void</code></div>
        <div class="col-second"><code><a href="#grind()">grind</a>(<a href="Corn.html">Corn</a> c)
        </code></div><div class="col-last"><div class="block">Grinds what it is given.</div></div>
        </div></section></main><footer role="contentinfo"><p>Copyright</p></footer></div></div>
        """
            .replace("PARAGRAPH", PARAGRAPH);
    assertEquals(
        "Class Mill\n\n"
            + PARAGRAPH
            + " "
            + PARAGRAPH
            + "\n\nMethod Summary\n\nGrinds what it is given.",
        html(page));
  }

  @Test
  void keepsAContainerThatOnlyLooksLikeBoilerplate() {
    assertEquals(
        PARAGRAPH, html("<body><div class='content has-sidebar'><p>" + PARAGRAPH + "</p></div>"));
  }

  @Test
  void dropsHeadingsWithNothingUnderThem() {
    assertEquals(
        "Part\n\nChapter\n\n" + PARAGRAPH,
        html(
            "<h1>Empty</h1><h1>Part</h1><h2>Void</h2><h2>Chapter</h2><p>"
                + PARAGRAPH
                + "</p><h2>Last</h2>"));
  }

  @Test
  void keepsAShortPageThatHasNothingBetter() {
    assertEquals("It works! Now go home.", html("<p>It works! Now go home.</p>"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"<div>", "<b><i>", "<table><tr><td>", "<a href=x>", "<ul><li>", "<p><a>"})
  void endsOnHopelesslyNestedPages(String tag) {
    Verdict verdict = judge(STAGE, "text/html", tag.repeat(100_000) + PARAGRAPH);
    boolean aLink = tag.equals("<a href=x>");
    assertEquals(aLink, verdict instanceof Verdict.Drop, verdict::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<div>", "<b>", "<blockquote>", "<dl><dd>", "<span/>"})
  void endsOnAMillionNestedTags(String tag) {
    for (String prolog : List.of("", "<?xml version='1.0'?>")) {
      Verdict verdict = judge(STAGE, "text/html", prolog + tag.repeat(1_000_000) + PARAGRAPH);
      assertInstanceOf(Verdict.KeepChanged.class, verdict, verdict::toString);
    }
  }

  @Test
  void readsThePageOfMostCharactersThatAreAllowed() {
    String page = ("<p>" + PARAGRAPH).repeat((1 << 24) / (PARAGRAPH.length() + 3));
    String text = html(page);
    assertTrue(text.length() > page.length() * 0.95, () -> text.length() + " characters");
    Verdict.Drop drop = drop(judge(STAGE, "text/html", page.repeat(3)));
    assertEquals("extraction.characters-max", drop.rule());
  }

  @Test
  void endsAnEmptyElementOfXhtmlWhereItBegins() {
    String page = "<script src='a.js'/><div id='sidebar'/><p>" + PARAGRAPH + "</p>";
    assertEquals(PARAGRAPH, html("<?xml version='1.0'?><html><body>" + page));
    assertEquals("extraction.empty", drop(judge(STAGE, "text/html", page)).rule());
  }

  @Test
  void keepsAListOfManyShortDescriptionsWithTheirTerms() {
    String entry = "<dt>--turn</dt><dd><p>Turns it</p><p>Turns the wheel once and stops.</p></dd>";
    String expected = "- --turn Turns it\n\nTurns the wheel once and stops.";
    assertEquals(
        PARAGRAPH + ("\n\n" + expected).repeat(12),
        html("<p>" + PARAGRAPH + "</p><dl>" + entry.repeat(12) + "</dl>"));
  }

  @Test
  void readsAPageWhoseProducerSendsTheWholeContentType() {
    for (String type : List.of("text/html; charset=UTF-8", "Text/HTML;a=b", " text/html ")) {
      Verdict verdict = judge(STAGE, type, "<p>" + PARAGRAPH + "</p>");
      assertEquals(
          PARAGRAPH, assertInstanceOf(Verdict.KeepChanged.class, verdict).text().text(), type);
    }
  }

  @Test
  void takesXhtmlAtItsMediaTypeAlso() {
    String page = "<html><body><script src='a.js'/><p>" + PARAGRAPH + "</p></body></html>";
    Verdict verdict = judge(STAGE, "application/xhtml+xml", page);
    assertEquals(PARAGRAPH, assertInstanceOf(Verdict.KeepChanged.class, verdict).text().text());
  }

  @Test
  void takesTwoBreaksForTheEndOfAParagraph() {
    String links = "<a href=/>Home</a> | <a href=/b>Guest book</a>";
    assertEquals(
        PARAGRAPH + "\n\n" + PARAGRAPH + "\nso it is.",
        html(PARAGRAPH + "<br>\n<br/>" + PARAGRAPH + "<br>so it is.<br><br>" + links));
  }

  @Test
  void keepsASentenceOfLinksAndNoListOfThem() {
    String sentence =
        "See <a href=/>the wheel</a>, <a href=/>the race</a> and <a href=/>stones</a>";
    String page = "<main><p>" + PARAGRAPH + "</p><p>" + PARAGRAPH + "</p><p>";
    String text = PARAGRAPH + "\n\n" + PARAGRAPH;
    assertEquals(text + "\n\nSee the wheel, the race and stones.", html(page + sentence + "."));
    assertEquals(text, html(page + sentence));
    assertEquals(text, html(page + "<a href=/>Read on about wheels and stones here.</a>"));
  }

  @Test
  void leavesOutLinksToTheirOwnPlaceAndWhoseThePageIs() {
    String page =
        "<h1>Mills<a href=#m>¶</a></h1><p>" + PARAGRAPH + " <a href=#n>#</a></p><p>Copyright";
    for (String holder : List.of(" © 2016 by the miller.", " (c) 2016.")) {
      assertEquals("Mills\n\n" + PARAGRAPH, html(page + holder));
    }
  }

  @Test
  void keepsTheCaptionOfATable() {
    String table = "<table><caption>By kind</caption><tr><td>Overshot<td>3</table>";
    String page = "<main><p>" + PARAGRAPH + "</p><p>" + PARAGRAPH + "</p>" + table;
    assertTrue(html(page).endsWith("\n\nBy kind\n\nOvershot | 3"), html(page));
  }

  @Test
  void refusesAnEmptyTimeLimit() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new Extraction(1, 0.1, Duration.ZERO));
    assertEquals("timeMax must be positive: PT0S", e.getMessage());
  }
}
