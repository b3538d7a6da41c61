package dev.millrace.refinery.language;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.carrotsearch.labs.langid.DetectedLanguage;
import com.carrotsearch.labs.langid.LangIdV3;
import dev.millrace.refinery.language.LanguageIdentifier.Identified;
import dev.millrace.tokenization.Europarl;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The same model weighed by the library itself: the same language, and the score to the bit. */
final class LangIdAgainstLibraryTest {
  /** First code points of what random texts are made of, 100 to each. */
  private static final int[] BLOCKS = {
    0x20, 0x41, 0x61, 0xc0, 0x370, 0x410, 0x5d0, 0x621, 0x905, 0xe01, 0x10a0, 0x3041, 0x30a1,
    0x4e00, 0xac00, 0xd7f0, 0xdbf0, 0x1f600, 0x20000
  };

  private final LangIdV3 library = new LangIdV3();
  private final LangId identifier = new LangId();
  private final SplittableRandom random = new SplittableRandom(20261122);

  private void assertEqual(String text) {
    Identified ours = identifier.identify(text);
    if (text.chars().noneMatch(Character::isLetter)) {
      assertEquals(new Identified("und", 0), ours);
      return;
    }
    DetectedLanguage theirs = library.classify(text, true);
    assertEquals(
        new Identified(theirs.getLangCode(), theirs.getConfidence()), ours, () -> beginning(text));
  }

  private static String beginning(String text) {
    return text.length() + " units: " + text.substring(0, Math.min(text.length(), 80));
  }

  @Test
  void equalsTheLibraryOnBeginningsOfSpeeches() throws IOException {
    for (String speech : Europarl.speeches(3_000)) {
      assertEqual(speech);
      assertEqual(speech.substring(0, random.nextInt(speech.length() + 1)));
      assertEqual(speech.substring(0, Math.min(speech.length(), random.nextInt(1, 40))));
    }
  }

  @Test
  void equalsTheLibraryOnSpeechesLongerThanAPiece() throws IOException {
    List<String> speeches = Europarl.speeches(3_000);
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder();
      int speechesTogether = random.nextInt(1, 20);
      for (int s = 0; s < speechesTogether; s++) {
        text.append(speeches.get(random.nextInt(speeches.size())));
      }
      assertEqual(text.toString());
    }
  }

  @Test
  void equalsTheLibraryOnRandomTextsOfAllScriptsAndHalvesOfSurrogatePairs() {
    for (int i = 0; i < 5_000; i++) {
      StringBuilder text = new StringBuilder();
      int units = random.nextInt(i % 10 == 0 ? 10_000 : 300);
      int block = BLOCKS[random.nextInt(BLOCKS.length)];
      while (text.length() < units) {
        if (random.nextInt(20) == 0) block = BLOCKS[random.nextInt(BLOCKS.length)];
        text.appendCodePoint(block + random.nextInt(100));
      }
      assertEqual(text.toString());
    }
  }
}
