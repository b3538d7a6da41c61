package dev.millrace.refinery.normalisation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.SourceDocument;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class NormalisationTest {
  private static String normalise(String text) {
    RefinedText refined = RefinedText.of(SourceDocument.ofText("id", "d", text), text);
    return ((Verdict.KeepChanged) new Normalisation(true).judge(refined)).text().text();
  }

  @Test
  void composesCharacters() {
    assertEquals("é Å 각", normalise("e\u0301 \u212B \u1100\u1161\u11A8"));
  }

  @Test
  void letsThirtyMarksFollowEachOtherAndNoMore() {
    assertEquals(
        "a" + "\u0323".repeat(30), normalise("a" + "\u0323".repeat(30)).replace("ạ", "a\u0323"));
    String many = normalise("x" + "\u0301".repeat(61) + "y");
    assertEquals(
        "x" + "\u0301".repeat(30) + "\u034F" + "\u0301".repeat(30) + "\u034F\u0301y", many);
    assertEquals(many, normalise(many));
  }

  @Test
  void ordersAMillionMarksInNoTime() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> normalise("a" + "\u0301\u0323".repeat(500_000)));
  }

  @Test
  void endsLinesWithLineFeedsOnly() {
    assertEquals("a\nb\nc\nd\ne\n\nf", normalise("a\r\nb\rc\u0085d\u2028e\u2029f"));
  }

  @Test
  void allowsOneBlankLineInARowAndNoneAtTheEnds() {
    assertEquals("a\n\nb", normalise("\n \n\na \n\t\n \n\nb\n\n"));
  }

  @Test
  void keepsIndentationAndSpacesWithinALine() {
    assertEquals("\tif (a)\n    b  =  c", normalise("\tif (a)  \n    b  =  c\t"));
    assertEquals("a\n\n    b", normalise("a\n\n\n    b"));
  }

  @Test
  void makesEverySpaceAPlainOne() {
    assertEquals("a b c d", normalise("a\u00A0b\u2009c\u3000d"));
  }

  @Test
  void removesWhatNobodySees() {
    assertEquals("abcdefg", normalise("a\0b\u200Bc\u00ADd\uFEFFe\u202Ef\u0007\u0080g\uFFFF"));
  }

  @Test
  void keepsJoinersThatChangeWhatIsSeen() {
    String family = "👨\u200D👩\u200D👧";
    assertEquals(family, normalise(family));
    assertEquals("می\u200Cخواهم", normalise("می\u200Cخواهم"));
  }

  @Test
  void replacesHalvesOfCharacters() {
    assertEquals("a\uFFFDb\uFFFD", normalise("a\uD83Db\uDE00"));
  }

  @Test
  void leavesAGoodTextAsItIs() {
    String good = "Fine.\n\n  Ünchanged “text”, 😀.";
    RefinedText refined = RefinedText.of(SourceDocument.ofText("id", "d", good), good);
    assertSame(refined, ((Verdict.KeepChanged) new Normalisation(true).judge(refined)).text());
  }

  @Test
  void hasNothingToDoTwice() {
    String once = normalise("\r\n a\u0301 \r b\u00A0\u2029\u2029c Ã© \uD83D");
    assertEquals(once, normalise(once));
  }

  @Test
  void makesNothingOfBlanks() {
    assertEquals("", normalise(" \t\n\u00A0 "));
  }
}
