package dev.millrace.refinery.normalisation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ibm.icu.text.Normalizer2;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is taken for normal at a look is what the closer look makes of it. */
final class CleanTest {
  private static final String[] PIECES = {
    " ",
    "  ",
    "\t",
    "\n",
    "\n\n",
    "\n\n\n",
    "\r\n",
    "\u00a0",
    "a",
    "Straße",
    "é",
    "e\u0301",
    "Ã©",
    "Ã",
    "©",
    "â€™",
    "’",
    "ÿ’",
    "\u0301",
    "\u200b",
    "\u200d",
    "\u00ad",
    "😀",
    "\ud83d",
    "\u212b",
    "한국",
    "\u1100\u1161",
    "ﷺ",
    "\ufdd0",
    "\uffff",
    "\u0085",
    "\u2029",
    "क़",
    "\u0958"
  };

  private static void assertAgrees(String text) {
    String closer = Cleaning.clean(Normalizer2.getNFCInstance().normalize(Mojibake.repair(text)));
    Clean.of(text).ifPresent(normal -> assertEquals(closer, normal, text));
  }

  @Test
  void everyUnitBetweenAnyTwoOthersBecomesTheSame() {
    for (int unit = 0; unit <= Character.MAX_VALUE; unit++) {
      for (String piece : PIECES) assertAgrees("x" + piece + (char) unit + "\n" + piece + "y");
    }
  }

  @Test
  void randomTextsBecomeTheSame() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int left = random.nextInt(8); left > 0; left--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      assertAgrees(text.toString());
    }
  }

  @Test
  void takesProseInAlphabetsForNormalButForItsEnd() {
    assertEquals(
        Optional.of("Straße, café.\n\n\t– Ωμέγα’"), Clean.of("Straße, café.\n\n\t– Ωμέγα’ \n"));
    assertEquals(Optional.of(""), Clean.of(" \n"));
    assertEquals(Optional.of("10 % – «oui»"), Clean.of("10\u00a0% –\u00a0«oui»\u00a0"));
    assertTrue(Clean.of("10 Â\u00a0%").isEmpty());
    assertTrue(Clean.of("a \nb").isEmpty());
    assertTrue(Clean.of("\na").isEmpty());
    assertTrue(Clean.of("a\n\n\nb").isEmpty());
  }
}
