package dev.millrace.e2e;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The same for ten minutes in all. */
@Tag("long")
class HostileFilesLongTest extends HostileFilesTest {
  private static final String SECONDS = "millrace.fuzz.seconds";

  @BeforeAll
  static void goOn() {
    System.setProperty(SECONDS, "100");
  }

  @AfterAll
  static void noLonger() {
    System.clearProperty(SECONDS);
  }
}
