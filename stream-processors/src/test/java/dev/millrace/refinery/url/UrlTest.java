package dev.millrace.refinery.url;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.refinery.Judged;
import dev.millrace.refinery.stage.Stage;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.SourceDocument;
import dev.millrace.runtime.ErrorLine;
import dev.millrace.runtime.config.Defaults;
import dev.millrace.runtime.config.RunFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UrlTest {
  @TempDir Path folder;
  private Stage stage;

  @BeforeEach
  void writeLists() throws IOException {
    Files.writeString(folder.resolve("domains"), "# comment\n\nbad.example\nsub.half.example\n");
    Files.writeString(folder.resolve("words"), "Millstone\n");
    Files.writeString(folder.resolve("adult"), "wheel\nrace\nsluice\n");
    Files.writeString(folder.resolve("substrings"), "waterm\n");
    String yaml = "{domains: domains, words: words, adultWords: adult, substrings: substrings}";
    stage = RunFile.parse(yaml, "run.yaml", Url.class).value().in(folder).stage();
  }

  private static Judged by(Stage stage, Optional<String> uri) {
    SourceDocument document =
        new SourceDocument(
            "id", "d", uri, "text/plain", Optional.empty(), "text".getBytes(UTF_8), Map.of());
    return Judged.by(stage, RefinedText.of(document, "text"));
  }

  private Judged judge(String uri) {
    return by(stage, Optional.of(uri));
  }

  @Test
  void dropsAListedDomainAndItsSubdomains() {
    judge("https://bad.example/page").dropped("url.blocked-domain", 1, 0);
    judge("http://user:pw@WWW.Bad.Example.:8080?q").dropped("url.blocked-domain", 1, 0);
    judge("bad.example/page").dropped("url.blocked-domain", 1, 0);
    judge("https://sub.half.example/").dropped("url.blocked-domain", 1, 0);
  }

  @Test
  void keepsWhatOnlyLooksLikeAListedDomain() {
    judge("https://half.example/").kept("url.blocked-domain", 0);
    judge("https://notbad.example/").kept("url.blocked-domain", 0);
    judge("https://bad.example.org/bad.example").kept("url.blocked-domain", 0);
    judge("https://mill.example/@bad.example").kept("url.blocked-domain", 0);
  }

  @Test
  void findsTheHostOfAUriWithoutSchemeBeforeItsPath() {
    judge("bad.example//page").dropped("url.blocked-domain", 1, 0);
    judge("bad.example/a//b").dropped("url.blocked-domain", 1, 0);
    judge("//bad.example/page").dropped("url.blocked-domain", 1, 0);
    judge("mill.example/go?to=https://bad.example/").kept("url.blocked-domain", 0);
    judge("mill.example//bad.example").kept("url.blocked-domain", 0);
  }

  @Test
  void dropsABlockedWordInWhateverCase() {
    judge("https://mill.example/the-millSTONE.html").dropped("url.blocked-word", 1, 0);
    judge("https://mill.example/millstones").kept("url.blocked-word", 0);
  }

  @Test
  void keepsOneAdultWord() {
    judge("https://mill.example/").kept("url.adult-score-max", 0);
    judge("https://mill.example/wheel/Wheel").kept("url.adult-score-max", 1);
    judge("https://mill.example/wheel?race").dropped("url.adult-score-max", 2, 1);
  }

  @Test
  void dropsABlockedSubstringEvenOverMarks() {
    judge("https://mill.example/water").kept("url.blocked-substring", 0);
    judge("https://mill.example/watermills").dropped("url.blocked-substring", 1, 0);
    judge("https://mill.example/water-mills").dropped("url.blocked-substring", 1, 0);
  }

  @Test
  void judgesInOrder() {
    judge("https://bad.example/millstone/wheel/race/watermill").dropped("url.blocked-domain", 1, 0);
    judge("https://mill.example/millstone/wheel/race/watermill").dropped("url.blocked-word", 1, 0);
    judge("https://mill.example/wheel/race/watermill").dropped("url.adult-score-max", 2, 1);
  }

  @Test
  void keepsADocumentWithoutUri() {
    assertEquals(Map.of(), by(stage, Optional.empty()).verdict().signals());
  }

  @Test
  void keepsPlacesThatAreNoWebAddress() {
    for (String uri : new String[] {"", "//", "file:/x", "a.warc#12", "http://[::1]:80/", "."}) {
      judge(uri).kept("url.blocked-substring", 0);
    }
    judge("http://" + "a.".repeat(500_000)).kept("url.blocked-domain", 0);
  }

  @Test
  void hasShortBuiltInLists() {
    Stage builtIn = Defaults.of(Url.class).stage();
    by(builtIn, Optional.of("https://www.pornhub.com/")).dropped("url.blocked-domain", 1, 0);
    by(builtIn, Optional.of("https://a.example/porn/1")).dropped("url.blocked-word", 1, 0);
    by(builtIn, Optional.of("https://a.example/hot-babes")).dropped("url.adult-score-max", 2, 1);
    by(builtIn, Optional.of("https://a.example/bestpornstar"))
        .dropped("url.blocked-substring", 1, 0);
    for (String uri :
        new String[] {
          "https://essex.example/sussex",
          "https://a.example/breast-cancer",
          "https://a.example/sex-ed"
        }) {
      by(builtIn, Optional.of(uri)).kept("url.blocked-substring", 0);
    }
  }

  @Test
  void namesTheListThatCannotBeRead() {
    Url url = RunFile.parse("words: absent.txt", "run.yaml", Url.class).value().in(folder);
    UncheckedIOException e = assertThrows(UncheckedIOException.class, url::stage);
    assertEquals(
        "cannot read the list %s: it does not exist".formatted(folder.resolve("absent.txt")),
        e.getMessage());
    Url directory = RunFile.parse("words: .", "run.yaml", Url.class).value().in(folder);
    e = assertThrows(UncheckedIOException.class, directory::stage);
    assertTrue(ErrorLine.of(e).contains(folder.toString()), ErrorLine.of(e));
  }

  @Test
  void refusesANegativeScore() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Url(Optional.empty(), Optional.empty(), Optional.empty(), -1, Optional.empty()));
  }
}
