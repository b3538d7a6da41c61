package dev.millrace.refinery.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.RawDocument;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonDocumentTest {
  @Test
  void readsEveryField() {
    RawDocument document =
        read(
            """
            {"id": "a", "domain": "news", "content": "SMOkbw==", "uri": "https://a.example/x",
             "mediaType": "text/html", "charset": "UTF-8", "fetchedAt": "2026-11-22T10:15:30.5Z",
             "metadata": {"licence": "CC0", "year": 2026, "free": true, "none": null}}""");
    assertEquals("a", document.getId());
    assertEquals("news", document.getDomain());
    assertEquals("Häo", content(document));
    assertEquals("https://a.example/x", document.getUri());
    assertEquals("text/html", document.getMediaType());
    assertEquals("UTF-8", document.getCharset());
    assertEquals(Instant.parse("2026-11-22T10:15:30.5Z"), document.getFetchedAt());
    assertEquals(Map.of("licence", "CC0", "year", "2026", "free", "true"), document.getMetadata());
  }

  @Test
  void aTextIsUtf8WhateverTheCharset() {
    RawDocument document =
        read("{'domain': 'd', 'text': 'Gr\\u00fc\\u00dfe \\ud83d\\ude00', 'charset': 'latin1'}");
    assertEquals("Grüße 😀", content(document));
    assertEquals("UTF-8", document.getCharset());
    assertEquals("text/plain", document.getMediaType());
    assertNull(document.getUri());
    assertNull(document.getFetchedAt());
  }

  @Test
  void bytesWithoutACharsetHaveNone() {
    assertNull(read("{'domain': 'd', 'content': 'eA=='}").getCharset());
  }

  @Test
  void anEmptyTextIsADocument() {
    assertEquals("", content(read("{'domain': 'd', 'text': ''}")));
  }

  @Test
  void withoutAnIdTheUriIsItAndWithoutBothThePlace() {
    assertEquals("7", read("{'id': 7, 'domain': 'd', 'text': 't'}").getId());
    assertEquals("u", read("{'uri': 'u', 'domain': 'd', 'text': 't'}").getId());
    assertEquals("u", read("{'id': ' ', 'uri': 'u', 'domain': 'd', 'text': 't'}").getId());
    assertEquals("place", read("{'id': null, 'domain': 'd', 'text': 't'}").getId());
  }

  @Test
  void timesAreIso8601OrMilliseconds() {
    Instant time = Instant.ofEpochMilli(1_795_342_530_123L);
    assertEquals(time, fetchedAt("1795342530123"));
    assertEquals(time, fetchedAt("'2026-11-22T10:15:30.123Z'"));
    assertEquals(time, fetchedAt("'2026-11-22T11:15:30.123456+01:00'"));
  }

  private static Instant fetchedAt(String value) {
    return read("{'domain': 'd', 'text': 't', 'fetchedAt': " + value + "}").getFetchedAt();
  }

  @Test
  void whateverElseIsSaidBecomesMetadata() {
    assertEquals(
        Map.of("section", "sport", "page", "3", "licence", "CC0"),
        read("{'domain': 'd', 'text': 't', 'section': 'sport', 'page': 3, 'tags': ['a', {}],"
                + " 'metadata': {'licence': 'CC0'}, 'licence': 'of the row'}")
            .getMetadata());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                                                   | no JSON object
          nonsense                                             | no JSON object
          'text'                                               | no JSON object
          [{'domain': 'd', 'text': 't'}]                       | no JSON object
          {'domain': 'd', 'text': 't'                          | no JSON object
          {'domain': 'd', 'text': 't'} {}                      | more than one JSON value
          {'domain': 'd', 'text': 't'} x                       | no JSON object
          {'text': 't'}                                        | no domain
          {'domain': ' ', 'text': 't'}                         | no domain
          {'domain': 'd'}                                      | neither text nor content
          {'domain': 'd', 'text': null}                        | neither text nor content
          {'domain': 'd', 'text': 't', 'content': 'eA=='}      | both text and content
          {'domain': 'd', 'text': 7}                           | text is no string
          {'domain': ['d'], 'text': 't'}                       | domain is no string
          {'domain': 'd', 'text': 't', 'id': {}}               | id is neither
          {'domain': 'd', 'text': 't', 'id': 1.5}              | id is neither
          {'domain': 'd', 'content': 'e?=='}                   | content is no base64
          {'domain': 'd', 'content': 'eA='}                    | content is no base64
          {'domain': 'd', 'text': 't', 'fetchedAt': '2026-11-22T10:15:30'} | fetchedAt is no time
          {'domain': 'd', 'text': 't', 'fetchedAt': 1.5}       | fetchedAt is neither
          {'domain': 'd', 'text': 't', 'fetchedAt': 99999999999999999999} | no JSON object
          {'domain': 'd', 'text': 't', 'fetchedAt': '+999999999-01-01T00:00:00Z'} | fetchedAt is no
          {'domain': 'd', 'text': 't', 'metadata': 'm'}        | metadata is no object
          {'domain': 'd', 'text': 't', 'metadata': {'m': []}}  | metadata has more
          """)
  void saysWhyItIsNone(String json, String reason) {
    NoDocumentException e = assertThrows(NoDocumentException.class, () -> read(json));
    assertTrue(e.getMessage().startsWith(reason), e.getMessage());
  }

  @Test
  void saysTheDomainOfWhatIsNone() {
    assertEquals(Optional.of("d"), domainOf("{'domain': 'd', 'text': 1}"));
    assertEquals(Optional.of("d"), domainOf("{'domain': 'd'}"));
    assertEquals(Optional.empty(), domainOf("{'text': 't'}"));
  }

  private static Optional<String> domainOf(String json) {
    return assertThrows(NoDocumentException.class, () -> read(json)).domain();
  }

  @Test
  void depthIsRefusedAndNotFallenInto() {
    String deep = "{'domain': 'd', 'text': 't', 'x': " + "[".repeat(1_000_000);
    assertThrows(NoDocumentException.class, () -> read(deep));
  }

  @Test
  void halfACharacterIsRefusedWhereItIsBytesAndAMarkWhereItIsAnEscape() {
    byte[] latin1 = "{\"domain\": \"d\", \"text\": \"ä\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertThrows(NoDocumentException.class, () -> JsonDocument.read(latin1, "place"));
    assertEquals("a?", content(read("{'domain': 'd', 'text': 'a\\ud83d'}")));
  }

  private static RawDocument read(String json) {
    return JsonDocument.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "place");
  }

  private static String content(RawDocument document) {
    return StandardCharsets.UTF_8.decode(document.getContent().duplicate()).toString();
  }
}
