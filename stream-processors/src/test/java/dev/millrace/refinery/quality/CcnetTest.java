package dev.millrace.refinery.quality;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.refinery.Judged;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.SourceDocument;
import dev.millrace.runtime.config.Defaults;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CcnetTest {
  private static final Ccnet STAGE = Defaults.of(Ccnet.class);

  private static Judged scored(double score) {
    String text = "a".repeat(300);
    return Judged.by(
        STAGE,
        RefinedText.of(SourceDocument.ofText("id", "d", text), text)
            .withSignals(Map.of("language.score-min", score)));
  }

  @Test
  void keeps300Characters() {
    Judged.by(STAGE, "a".repeat(299)).dropped("ccnet.characters-min", 299, 300);
    Judged.by(STAGE, "a".repeat(300)).kept("ccnet.characters-min", 300);
    Judged.by(STAGE, "a".repeat(301)).kept("ccnet.characters-min", 301);
  }

  @Test
  void countsCodePoints() {
    Judged.by(STAGE, "😀".repeat(299)).dropped("ccnet.characters-min", 299, 300);
    Judged.by(STAGE, "😀".repeat(300)).kept("ccnet.characters-min", 300);
  }

  @Test
  void keepsALanguageScoreOfAHalf() {
    scored(0.49).dropped("ccnet.language-score-min", 0.49, 0.5);
    scored(0.5).kept("ccnet.language-score-min", 0.5);
    scored(0.51).kept("ccnet.language-score-min", 0.51);
  }

  @Test
  void judgesNoScoreWhereNoneWasMeasured() {
    Judged judged = Judged.by(STAGE, "a".repeat(300));
    assertFalse(judged.verdict().signals().containsKey("ccnet.language-score-min"));
  }

  @Test
  void refusesThresholdsThatMakeNoSense() {
    assertThrows(IllegalArgumentException.class, () -> new Ccnet(-1, 0.5));
    assertThrows(IllegalArgumentException.class, () -> new Ccnet(300, 1.1));
    assertThrows(IllegalArgumentException.class, () -> new Ccnet(300, Double.NaN));
  }
}
