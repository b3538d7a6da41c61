package dev.millrace.refinery.extraction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pages as they are met, made for this test. Each ends with a comment that has, line by line, what
 * must be in its text (+) and what must not (-); and what is known to go wrong (?) is of either.
 */
final class PagesTest {
  private static String page(String name) {
    try (InputStream page = PagesTest.class.getResourceAsStream(name + ".html")) {
      return new String(Objects.requireNonNull(page, name).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "blog",
        "brs",
        "broken",
        "chinese",
        "code",
        "comments",
        "faq",
        "forum",
        "layout",
        "lists",
        "quotes",
        "shop",
        "steps",
        "table",
        "xhtml"
      })
  void takesWhatIsContentAndLeavesTheRest(String name) {
    String page = page(name);
    String text = MainContent.of(page, false, Duration.ofMinutes(1));
    List<String> marks = page.substring(page.lastIndexOf("<!--")).lines().toList();
    assertFalse(marks.stream().noneMatch(mark -> mark.startsWith("+ ")), "nothing to find");
    for (String mark : marks) {
      String words = mark.substring(Math.min(2, mark.length())).translateEscapes();
      if (mark.startsWith("+ ")) assertEquals(words, found(words, text), text);
      if (mark.startsWith("- ")) assertEquals("", found(words, text), text);
    }
  }

  private static String found(String words, String text) {
    return text.contains(words) ? words : "";
  }
}
