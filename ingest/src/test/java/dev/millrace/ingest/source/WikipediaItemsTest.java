package dev.millrace.ingest.source;

import static dev.millrace.ingest.source.Reads.bytes;
import static dev.millrace.ingest.source.Reads.gzip;
import static dev.millrace.ingest.source.Reads.join;
import static dev.millrace.ingest.source.Reads.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.RawDocument;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;

class WikipediaItemsTest {
  private static final String HEAD =
      """
      <mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="de">
        <siteinfo>
          <sitename>Wikipedia</sitename>
          <base>https://de.wikipedia.org/wiki/Wikipedia:Hauptseite</base>
          <namespaces>
            <namespace key="0" case="first-letter" />
            <namespace key="6" case="first-letter">Datei</namespace>
            <namespace key="14" case="first-letter">Kategorie</namespace>
          </namespaces>
        </siteinfo>
      """;

  @Test
  void takesArticlesAndNamesThemByTheirAddress() {
    Reads reads =
        text(
            "dump.xml",
            HEAD
                + page("Mühle & Bach", 0, "'''Eine Mühle''' &amp;amp; ein [[Bach|Bächlein]].")
                + page("Diskussion:Mühle", 1, "talk")
                + page("Umleitung", 0, "#REDIRECT [[Mühle]]")
                    .replace("<ns>", "<redirect title=\"M\" /><ns>")
                + page("Kleinholz", 0, " #redirect[[Mühle]]")
                + page("Rad", 0, "Ein Rad.")
                + "</mediawiki>");
    assertEquals(Optional.of(Format.WIKIPEDIA), reads.format());
    assertEquals(List.of("Eine Mühle & ein Bächlein.", "Ein Rad."), reads.texts());
    RawDocument first = reads.documents().get(0);
    assertEquals("https://de.wikipedia.org/wiki/M%C3%BChle_&_Bach", first.getUri());
    assertEquals(first.getUri(), first.getId());
    assertEquals("text/plain", first.getMediaType());
    assertEquals(
        Map.of(
            "title", "Mühle & Bach",
            "revised", "2026-10-01T00:00:00Z",
            "licence", "CC-BY-SA-4.0"),
        first.getMetadata());
    assertEquals(2, reads.items().size());
  }

  @Test
  void leavesOutWhatIsNoProse() {
    String wikitext =
        """
        {{Infobox|name={{nested}}}}
        [[Datei:x.jpg|thumb|Ein [[Bild]]]]
        '''Mill''' ({{IPA|x}}) is a ''thing''.<ref>Smith</ref> See [http://e.org the site].<!-- no -->

        == History ==
        * one
        * [[two]]s
        {| class="wikitable"
        ! a
        |-
        | cell
        |}
        <nowiki>[[kept]]</nowiki>
        [[Kategorie:Mühlen]] __NOTOC__
        [[fr:Moulin]]
        [[:fr:Meule]] and [[Mill: a story]]
        """;
    Reads reads = text("dump.xml", HEAD + page("Mill", 0, escaped(wikitext)) + "</mediawiki>");
    assertEquals(
        """
        Mill is a thing. See the site.

        History

        - one
        - twos

        [[kept]]

        fr:Meule and Mill: a story""",
        reads.texts().get(0));
  }

  @Test
  void takesTheLastRevisionThatIsThere() {
    String two =
        page("A", 0, "old")
            .replace("</page>", "<revision><id>3</id><text>new</text></revision></page>");
    assertEquals(List.of("new"), text("dump.xml", HEAD + two + "</mediawiki>").texts());
  }

  @Test
  void readsEveryStreamOfADump() throws IOException {
    byte[] dump =
        join(
            bzip2(HEAD.getBytes(UTF_8)),
            bzip2(page("A", 0, "a").getBytes(UTF_8)),
            bzip2((page("B", 0, "b") + "</mediawiki>").getBytes(UTF_8)));
    assertEquals(List.of("a", "b"), bytes("pages-articles-multistream.xml.bz2", dump).texts());
  }

  @Test
  void claimsNoLicenceForOtherWikis() {
    String head = HEAD.replace("de.wikipedia.org", "mills.example.org");
    RawDocument page = text("dump.xml", head + page("A", 0, "a") + "</mediawiki>").document();
    assertNull(page.getMetadata().get("licence"));
    assertEquals("https://mills.example.org/wiki/A", page.getUri());
  }

  /** One item whatever its markup is, so that a position among the items stays what it was. */
  @Test
  void keepsAPageThatCannotBeParsedAsWikitext() {
    for (String hostile : List.of("[[".repeat(20_000), "''a ".repeat(200_000))) {
      RawDocument page =
          text("dump.xml", HEAD + page("A", 0, hostile) + page("B", 1, "") + "</mediawiki>")
              .document();
      assertEquals("wikitext", page.getMetadata().get("markup"));
      assertEquals(hostile.strip(), Reads.text(page).strip());
    }
  }

  @Test
  void skipsAPageThatIsTooLarge() {
    ReadOptions options = new ReadOptions("web", Optional.empty(), Optional.empty(), 100);
    String dump = HEAD + page("A", 0, "x".repeat(101)) + page("B", 0, "b") + "</mediawiki>";
    Reads reads = bytes("dump.xml", dump.getBytes(UTF_8), options);
    assertEquals(List.of("b"), reads.texts());
    assertEquals("page \"A\" is larger than 100 bytes", reads.damage().get(0).reason());
  }

  @Test
  void expandsNoEntities() {
    String bomb =
        "<?xml version=\"1.0\"?><!DOCTYPE mediawiki [<!ENTITY a \"aaaa\"><!ENTITY f SYSTEM"
            + " \"file:///etc/hostname\">]>\n";
    Reads reads =
        bytes(
            "a",
            (bomb + HEAD + page("A", 0, "&a;&f;") + "</mediawiki>").getBytes(UTF_8),
            Reads.WEB.as(Format.WIKIPEDIA));
    assertTrue(reads.texts().stream().noneMatch(t -> t.contains("aaaa")), reads.texts().toString());
    assertTrue(reads.items().size() <= 1);
  }

  @Test
  void givesTheArticlesBeforeDamageTheSameEachTime() {
    String pages =
        IntStream.range(0, 200)
            .mapToObj(i -> page("Page " + i, 0, "Text of [[page]] " + i))
            .collect(Collectors.joining());
    byte[] dump = gzip(HEAD + pages);
    Reads once = bytes("dump.xml.gz", dump);
    assertEquals(200, once.documents().size());
    assertTrue(once.damage().get(0).reason().startsWith("the dump is damaged or ends early"));
    assertEquals(201, once.items().size());
    assertEquals(once.items(), bytes("dump.xml.gz", dump).items());
  }

  private static String page(String title, int namespace, String text) {
    return """
          <page>
            <title>%s</title>
            <ns>%d</ns>
            <id>7</id>
            <revision>
              <id>99</id>
              <timestamp>2026-10-01T00:00:00Z</timestamp>
              <contributor><username>U</username><id>5</id></contributor>
              <model>wikitext</model>
              <text bytes="1" xml:space="preserve">%s</text>
            </revision>
          </page>
        """
        .formatted(escaped(title), namespace, text);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  private static byte[] bzip2(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BZip2CompressorOutputStream bzip2 = new BZip2CompressorOutputStream(out)) {
      bzip2.write(bytes);
    }
    return out.toByteArray();
  }
}
