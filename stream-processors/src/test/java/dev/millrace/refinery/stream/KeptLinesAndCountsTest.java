package dev.millrace.refinery.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.refinery.lines.LineWindows;
import dev.millrace.tokenization.StoreLog;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

/** What the refinery keeps outlives versions of the program: these bytes are version 0.1.0's. */
class KeptLinesAndCountsTest {
  private static final int WINDOW = 256; // One page.
  private static final String NEWS = "6e6577732f30"; // Page 0 of news.

  /** Three lines in all, the hashes 5, -1 and 5, and places that are free. */
  private static final String PAGE =
      "0000000000000003"
          + "0000000000000005"
          + "ffffffffffffffff"
          + "0000000000000005"
          + "0000000000000000".repeat(253);

  /** raw of "two words", 1; dropped:a.b of code, 1; candidates of code, -1. */
  private static final Map<String, String> COUNTS =
      Map.of(
          "7261772074776f20776f726473", "0000000000000001",
          "64726f707065643a612e6220636f6465", "0000000000000001",
          "63616e6469646174657320636f6465", "ffffffffffffffff");

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static String text(String hex) {
    return new String(bytes(hex), StandardCharsets.UTF_8);
  }

  @Test
  void linesAreLoggedAsBefore() {
    assertEquals(
        Map.of(NEWS, PAGE),
        StoreLog.of(
            SeenLineStore.builder(),
            context -> {
              LineWindows windows = windows(context.getStateStore(SeenLineStore.NAME));
              windows.add("news", new long[] {5, -1});
              windows.add("news", new long[] {5});
            }));
  }

  @Test
  void linesAreMadeAgainOfTheirLog() {
    StoreLog.of(
        SeenLineStore.builder(),
        context -> {
          KeyValueStore<String, byte[]> store = context.getStateStore(SeenLineStore.NAME);
          store.put(text(NEWS), bytes(PAGE));
          LineWindows windows = windows(store);
          assertEquals(2, windows.count("news", 5));
          assertEquals(1, windows.count("news", -1));
          assertEquals(0, windows.count("news", 0));
        });
  }

  private static LineWindows windows(KeyValueStore<String, byte[]> store) {
    return SeenLineStore.windows(store, domain -> WINDOW);
  }

  @Test
  void countsAreLoggedAsBefore() {
    assertEquals(
        COUNTS,
        StoreLog.of(
            Counts.builder(Counts.RULES),
            context -> {
              Counts counts = Counts.of(context, Counts.RULES);
              counts.add(Counts.RAW, "two words");
              counts.move(Counts.CANDIDATES, Counts.dropped("a.b"), "code");
            }));
  }

  @Test
  void countsAreReadOutOfTheirLog() {
    Map<Counts.Key, Long> read = new HashMap<>();
    COUNTS.forEach(
        (key, count) -> read.put(Counts.Key.parse(text(key)), Long.parseUnsignedLong(count, 16)));
    RefineryCounts counts = RefineryCounts.of(read);
    assertEquals(1, counts.domains().get("two words").raw());
    assertEquals(-1, counts.domains().get("code").candidates());
    assertEquals(Map.of("a.b", 1L), counts.domains().get("code").dropped());
  }
}
