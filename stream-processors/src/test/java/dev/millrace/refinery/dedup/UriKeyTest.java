package dev.millrace.refinery.dedup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    assertEquals(UriKey.of(one), UriKey.of(other));
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.org/a, https://example.org/A",
    "https://example.org/a?x=1, https://example.org/a?x=2",
    "https://example.org/a, https://www.example.org/a",
    "'', https://example.org/a",
  })
  void anotherUriHasAnotherKey(String one, String other) {
    assertNotEquals(UriKey.of(one), UriKey.of(other));
  }
}
