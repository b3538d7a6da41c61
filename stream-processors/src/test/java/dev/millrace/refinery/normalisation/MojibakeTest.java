package dev.millrace.refinery.normalisation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MojibakeTest {
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Café du Moulin, à côté",
        "It’s “quoted” – and priced at 3 €",
        "Grüße 😀",
        "Привет, мельница",
        "a lone é",
        "5 °C"
      })
  void repairsUtf8ThatWasReadAsWestern(String text) {
    assertEquals(text, Mojibake.repair(new String(text.getBytes(UTF_8), ISO_8859_1)));
    if (!text.contains("П") && !text.contains("”")) {
      assertEquals(text, Mojibake.repair(new String(text.getBytes(UTF_8), WINDOWS_1252)));
    }
  }

  @Test
  void repairsWhatWasReadWrongTwice() {
    String once = new String("Café à côté".getBytes(UTF_8), WINDOWS_1252);
    String twice = new String(once.getBytes(UTF_8), WINDOWS_1252);
    assertEquals("Café à côté", Mojibake.repair(twice));
  }

  @Test
  void repairsTheBrokenLinesOnly() {
    assertEquals("“good”\ncafé\nnaïve", Mojibake.repair("“good”\ncafÃ©\nnaïve"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Café du Moulin, à côté de l’école – déjà vu",
        "CAFÉ™ is a mark",
        "“IRMÔ, disse ela",
        "NÃO É ASSIM, MAÇÃ",
        "Ελληνικά και кириллица",
        "ÃÂ",
        "mixed cafÃ© and café",
        "日本語の文章",
        "plain ASCII"
      })
  void leavesWhatSomebodyMayHaveMeant(String text) {
    assertEquals(text, Mojibake.repair(text));
  }
}
