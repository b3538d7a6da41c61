package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlatformLogsTest {
  private static final Logger LIBRARY = Logger.getLogger("org.mill.Wheel");
  private static final Logger PHONES = Logger.getLogger("com.google.i18n.phonenumbers.Source");

  private final PrintStream err = System.err;

  @AfterEach
  void giveStderrBack() {
    System.setErr(err);
  }

  private static List<String> logged(Logs.Format format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, UTF_8));
    Logs.configure(false, format);
    LIBRARY.log(Level.WARNING, "no water for {0} of {1}", new Object[] {2, 3});
    LIBRARY.info("turns");
    PHONES.warning("no such file");
    PHONES.severe("no file at all");
    return bytes.toString(UTF_8).lines().toList();
  }

  @Test
  void whatALibraryLogsIsALogLineLikeAnyOther() throws Exception {
    List<String> lines = logged(Logs.Format.JSON);
    assertEquals(2, lines.size(), lines::toString);
    JsonNode line = new ObjectMapper().readTree(lines.get(0));
    assertEquals("no water for 2 of 3", line.get("formattedMessage").asText());
    assertEquals("WARN", line.get("level").asText());
    assertEquals("org.mill.Wheel", line.get("loggerName").asText());
    assertEquals("ERROR", new ObjectMapper().readTree(lines.get(1)).get("level").asText());
  }

  @Test
  void forPeopleItIsOneLineToo() {
    List<String> lines = logged(Logs.Format.TEXT);
    assertEquals(2, lines.size(), lines::toString);
    assertTrue(lines.get(0).endsWith("WARN  Wheel: no water for 2 of 3"), lines.get(0));
  }
}
