package dev.millrace.runtime.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.ChildJvm;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private String drawn() {
    String text = bytes.toString(StandardCharsets.UTF_8).replace("\033", "^");
    bytes.reset();
    return text;
  }

  @Test
  void drawsLinesInPlaceOfTheOnesBefore() {
    try (Screen screen = new Screen(out, true, 80)) {
      screen.show(List.of("a", "b"));
      assertEquals("\r^[2Ka\n^[2Kb\n^[J", drawn());
      screen.show(List.of("c"));
      assertEquals("\r^[2A^[2Kc\n^[J", drawn());
      screen.show(List.of("c"));
      assertEquals("", drawn());
    }
    assertEquals("\r^[1A^[J", drawn());
  }

  @Test
  void printsLinesThatStayAboveTheDrawnOnes() {
    Screen screen = new Screen(out, true, 80);
    screen.show(List.of("below"));
    drawn();
    screen.println("stays");
    assertEquals("\r^[1A^[Jstays\nbelow\n", drawn());
  }

  @Test
  void cutsWhatIsTooLongAndDrawsNoControlCharacters() {
    Screen screen = new Screen(out, true, 5);
    screen.show(List.of("a\033[2J\nb"));
    assertEquals("\r^[2Ka [2\n^[J", drawn());
  }

  @Test
  void withoutATerminalOnlyTheLinesThatStayArePrinted() {
    try (Screen screen = new Screen(out, false, 80)) {
      screen.show(List.of("a"));
      screen.println("stays");
      assertFalse(screen.isTerminal());
    }
    assertEquals("stays\n", drawn());
  }

  @ParameterizedTest
  @CsvSource({
    "/dev/pts/3, true",
    "/dev/tty1, true",
    "/dev/console, true",
    "pipe:[12], false",
    "/dev/null, false"
  })
  void knowsATerminalByItsDevice(String device, boolean expected) {
    assertEquals(expected, Terminal.isTerminal(device));
  }

  @ParameterizedTest
  @CsvSource({"24 132, 132", "0 0, 80", "'', 80", "x, 80", "24 10, 80"})
  void readsTheWidthOrTakesTheUsualOne(String answer, int expected) {
    assertEquals(expected, Terminal.columns(answer));
  }

  @Test
  void aBarShowsShareCountRateAndTimeLeft() {
    assertEquals(
        "read [#####...............] 25 %  1.0 MB of 4.0 MB  500.0 kB/s  0:06 left",
        ProgressLine.of("read", Unit.bytes(), 1_000_000, OptionalLong.of(4_000_000), 500_000, 2));
    assertEquals(
        "read [....................] 0 %  0 B of 4.0 MB  0 B/s  -:-- left",
        ProgressLine.of("read", Unit.bytes(), 0, OptionalLong.of(4_000_000), 0, 9));
    assertEquals(
        "read [####################] 100 %  5.0 MB of 4.0 MB  1 B/s  0:00 left",
        ProgressLine.of("read", Unit.bytes(), 5_000_000, OptionalLong.of(4_000_000), 1, 2));
  }

  @Test
  void withoutATotalItShowsTheTimePassed() {
    assertEquals(
        "index  12,345 lines  2.5 lines/s  1:02:03",
        ProgressLine.of("index", Unit.of("lines"), 12_345, OptionalLong.empty(), 2.5, 3723));
    assertEquals(
        "index  1 lines  0 lines/s  0:59",
        ProgressLine.of("index", Unit.of("lines"), 1, OptionalLong.of(0), 0, 59));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "999949, 999.9 kB",
    "999950, 1.0 MB",
    "2500000000000000, 2500.0 TB"
  })
  void writesBytesInPowersOfAThousand(double amount, String expected) {
    assertEquals(expected, Unit.bytes().format(amount));
  }

  @Test
  void theRateIsThatOfTheLastSeconds() {
    Rate rate = new Rate();
    assertEquals(0, rate.at(0, 0));
    assertEquals(100, rate.at(1, 100));
    for (int second = 2; second <= 30; second++) rate.at(second, 100);
    assertEquals(0, rate.at(31, 100));
  }

  @Test
  void aRealTerminalSeesTheBarAndItIsGoneInTheEnd(@TempDir Path directory) throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/script")), "no script(1) to make a terminal with");
    Path goOn = directory.resolve("go-on");
    Path end = directory.resolve("end");
    try (ChildJvm child =
        ChildJvm.of(CountingMain.class)
            .launcher(List.of("sh", "-c", "exec script -qec \"$*\" /dev/null", "sh"))
            .environment("TERM", "xterm")
            .arguments(goOn.toString(), end.toString())
            .start(directory.resolve("output"))) {
      Await.until("the bar", LONG, child::output, text -> text.contains("50 %  50 steps of 100"));
      Files.createFile(goOn);
      Await.until("its total", LONG, child::output, text -> text.contains("75 %  3 pieces of 4"));
      Files.createFile(end);
      assertEquals(0, child.awaitExit(LONG), child.output());
      String output = child.output().replace("\033", "^").replace("\r\n", "\n");
      assertTrue(output.contains("^[1A^[Jhalf way\ncounting ["), output);
      assertTrue(output.endsWith("\r^[1A^[Jdone\n"), output);
    }
  }

  /** Of those that print: where their lines are seen on the terminal they would be drawn over. */
  @Test
  void whatIsPrintedElsewhereLeavesTheTerminalToABar(@TempDir Path directory) throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/script")), "no script(1) to make a terminal with");
    String goOn = Files.createFile(directory.resolve("go-on")).toString();
    Path printed = directory.resolve("printed");
    try (ChildJvm child =
        ChildJvm.of(CountingMain.class)
            .launcher(
                List.of("sh", "-c", "exec script -qec \"$* > " + printed + "\" /dev/null", "sh"))
            .environment("TERM", "xterm")
            .arguments(goOn, goOn)
            .start(directory.resolve("output"))) {
      assertEquals(0, child.awaitExit(LONG), child.output());
      assertEquals("done, unseen\n", Files.readString(printed));
    }
  }

  @Test
  void aPipeSeesNoBar(@TempDir Path directory) throws Exception {
    Path goOn = Files.createFile(directory.resolve("go-on"));
    try (ChildJvm child =
        ChildJvm.of(CountingMain.class)
            .arguments(goOn.toString(), goOn.toString())
            .start(directory.resolve("output"))) {
      assertEquals(0, child.awaitExit(LONG));
      assertEquals(List.of("half way", "done"), child.output().lines().toList());
    }
  }
}
