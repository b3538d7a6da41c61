package dev.millrace.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BrowserTest {
  private static final URI PAGE = URI.create("http://127.0.0.1:8321/");

  @Test
  void isAskedForOnADesktopOnly() {
    assertEquals(Optional.empty(), Browser.command("Linux", Map.of(), PAGE));
    assertEquals(
        Optional.of(List.of("xdg-open", PAGE.toString())),
        Browser.command("Linux", Map.of("DISPLAY", ":0"), PAGE));
    assertEquals(
        Optional.of(List.of("open", PAGE.toString())), Browser.command("Mac OS X", Map.of(), PAGE));
  }
}
