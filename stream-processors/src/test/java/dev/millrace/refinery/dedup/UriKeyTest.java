package dev.millrace.refinery.dedup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.millrace.refinery.text.ContentHash;
import dev.millrace.refinery.text.Words;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UriKeyTest {
  @ParameterizedTest
  @CsvSource({
    "http://example.org/a, https://example.org/a",
    "https://Example.ORG/a, https://example.org/a",
    "https://example.org/a#part, https://example.org/a",
    "https://example.org/, https://example.org",
    "https://example.org?q=1, https://EXAMPLE.org?q=1",
    "urn:isbn:1#x, urn:isbn:1",
  })
  void aUriInAnotherSpellingHasTheSameKey(String one, String other) {
    assertEquals(key(one), key(other));
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.org/a, https://example.org/A",
    "https://example.org/a?x=1, https://example.org/a?x=2",
    "https://example.org/a, https://www.example.org/a",
    "a.org/out?u=http://x.org/p, b.org/out?u=http://x.org/p",
    "a.org/out?u=http://x.org/p, http://x.org/p",
  })
  void anotherUriHasAnotherKey(String one, String other) {
    assertNotEquals(key(one), key(other));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "http://", "#x", "https:///#y"})
  void aUriThatNamesNothingIsNone(String blank) {
    assertEquals("", UriKey.folded(blank));
    DedupConfig uris = new DedupConfig(2, 2, 2, 0, true, 1);
    Words one = Words.of("some words of a text");
    Words other = Words.of("and those of another one");
    assertNotEquals(
        new Signer(uris).keys(one, ContentHash.of(one), Optional.of(blank))[3],
        new Signer(uris).keys(other, ContentHash.of(other), Optional.of(blank))[3]);
  }

  private static long key(String uri) {
    return UriKey.of(UriKey.folded(uri));
  }
}
