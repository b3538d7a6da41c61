package dev.millrace.ingest.source;

import static dev.millrace.ingest.source.Reads.bytes;
import static dev.millrace.ingest.source.Reads.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.millrace.schemas.RawDocument;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GutenbergBookTest {
  private static final String BOOK =
      """
      \ufeffThe Project Gutenberg eBook of The Mill

      You may use it under the terms of the licence.

      Title: The Mill

      Author: A. Miller

      Release date: June 1, 2005 [eBook #12345]
                      Most recently updated: May 2, 2024

      Language: English

      Credits: Somebody

      *** START OF THE PROJECT GUTENBERG EBOOK THE MILL ***


      CHAPTER I

      Title: no field of the header.

      *** END OF THE PROJECT GUTENBERG EBOOK THE MILL ***

      Section 1. General Terms of Use
      """;

  @Test
  void leavesTheLicenceOutAndKeepsWhatTheHeaderSays() {
    Reads reads = text("12345-0.txt", BOOK);
    assertEquals(Optional.of(Format.GUTENBERG), reads.format());
    RawDocument book = reads.document();
    assertEquals("CHAPTER I\n\nTitle: no field of the header.", Reads.text(book));
    assertEquals(
        Map.of(
            "title", "The Mill",
            "author", "A. Miller",
            "language", "English",
            "ebook", "12345",
            "released", "June 1, 2005"),
        book.getMetadata());
    assertEquals("name", book.getId());
    assertEquals("text/plain", book.getMediaType());
    assertNull(book.getCharset());
  }

  @Test
  void knowsTheMarksOfEarlierYears() {
    String book =
        BOOK.replace("\n", "\r\n")
            .replace("*** START OF THE", "***START OF THIS")
            .replace("MILL ***", "MILL***")
            .replace("\ufeff", "")
            .replace("Credits: Somebody", "Character set encoding: ISO-8859-1");
    byte[] latin = book.replace("CHAPTER I", "Caf\u00e9").getBytes(ISO_8859_1);
    RawDocument document = bytes("a.txt", latin).document();
    assertEquals("ISO-8859-1", document.getCharset());
    String text = Charset.forName("ISO-8859-1").decode(document.getContent()).toString();
    assertEquals("Caf\u00e9\r\n\r\nTitle: no field of the header.", text);
  }

  @Test
  void followsAMarkOntoItsSecondLine() {
    String book = BOOK.replace("EBOOK THE MILL ***\n\n\nCH", "EBOOK THE MILL,\nA NOVEL ***\n\nCH");
    assertEquals(
        "CHAPTER I\n\nTitle: no field of the header.", Reads.text(text("a", book).document()));
  }

  @Test
  void leavesOutTheCreditsAndTheLastLineOfWords() {
    String book =
        BOOK.replace("\n\n\nCH", "\n\nProduced by Somebody and\nan Other (file 1).\n\n\nCH")
            .replace("*** END", "End of Project Gutenberg's The Mill, by A. Miller\n\n*** END");
    for (String each : List.of(book, book.replace("\n", "\r\n"))) {
      String text = Reads.text(text("a.txt", each).document()).replace("\r", "");
      assertEquals("CHAPTER I\n\nTitle: no field of the header.", text);
    }
  }

  @Test
  void knowsTheSmallPrintOfTheNineties() {
    String etext =
        """
        **The Project Gutenberg Etext of The Mill, by A. Miller**
        #1 in our series

        January, 1991  [Etext #11]

        %s
        *END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*


        CHAPTER I

        The end of the wheel.


        End of the Project Gutenberg Etext of The Mill
        """
            .formatted("Small print, and a lot of it.\n".repeat(300));
    Reads reads = text("mill10.txt", etext);
    assertEquals(Optional.of(Format.GUTENBERG), reads.format());
    assertEquals(List.of("CHAPTER I\n\nThe end of the wheel."), reads.texts());
    assertEquals(Map.of("ebook", "11"), reads.document().getMetadata());
  }

  @Test
  void takesABookWithoutMarksAsItIs() {
    byte[] etext = "An etext of 1992, with a title but no marks.".getBytes(UTF_8);
    Reads reads = bytes("a.txt", etext, Reads.WEB.as(Format.GUTENBERG));
    assertEquals(List.of("An etext of 1992, with a title but no marks."), reads.texts());
    assertEquals(Optional.of(Format.TEXT), text("a.txt", "plain").format());
  }

  @Test
  void takesTheRestOfABookThatDoesNotEnd() {
    String cut = BOOK.substring(0, BOOK.indexOf("*** END"));
    assertEquals(
        "CHAPTER I\n\nTitle: no field of the header.", Reads.text(text("a.txt", cut).document()));
  }

  @Test
  void refusesABookThatIsTooLarge() {
    ReadOptions options = new ReadOptions("web", Optional.empty(), Optional.empty(), 100);
    Reads reads = bytes("a.txt", BOOK.getBytes(UTF_8), options);
    assertEquals("the book is larger than 100 bytes", reads.damage().get(0).reason());
  }
}
