package dev.millrace.tokenization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

/** What tokenization keeps outlives versions of the program: these bytes are version 0.1.0's. */
class KeptStateTest {
  private static final int VOCABULARY = 300; // Two chunks of 256.

  /** Of the tokens 0, 255, 255 and 256: counts of 32 bits. */
  private static final Map<String, String> UNIGRAMS =
      Map.of(
          "00000000", "00000001" + "00000000".repeat(254) + "00000002",
          "00000001", "00000001" + "00000000".repeat(255));

  /** tokenizer, 0123456789abcdef; context-length, 2048. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "746f6b656e697a6572", "30313233343536373839616263646566",
          "636f6e746578742d6c656e677468", "32303438");

  /** documents of news, 3; packed-tokens of code, 2 to the 33rd. */
  private static final Map<String, String> COUNTS =
      Map.of(
          "646f63756d656e7473206e657773", "0000000000000003",
          "7061636b65642d746f6b656e7320636f6465", "0000000200000000");

  private static final PackSettings MADE_WITH = new PackSettings("0123456789abcdef", 2048);

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static String text(String hex) {
    return new String(bytes(hex), StandardCharsets.UTF_8);
  }

  @Test
  void whatIsLoggedIsStillWritten() {
    assertEquals(
        UNIGRAMS,
        StoreLog.of(
            UnigramStore.builder(),
            context ->
                new UnigramStore(
                        context.getStateStore(UnigramStore.STORE), new Unigrams(VOCABULARY, 100))
                    .learn(new int[] {0, 255, 255, 256})));
    assertEquals(
        SETTINGS,
        StoreLog.of(
            PackSettings.builder(),
            context -> MADE_WITH.record(context.getStateStore(PackSettings.STORE))));
    assertEquals(
        COUNTS,
        StoreLog.of(
            Counts.builder(),
            context -> {
              Counts counts = new Counts(context.getStateStore(Counts.STORE));
              counts.add(Counts.DOCUMENTS, "news", 3);
              counts.add(Counts.PACKED_TOKENS, "code", 1L << 33);
            }));
  }

  @Test
  void theUnigramsAreMadeAgainOfTheirLog() {
    Unigrams unigrams = new Unigrams(VOCABULARY, 100);
    StoreLog.of(
        UnigramStore.builder(),
        context -> {
          KeyValueStore<Integer, byte[]> store = context.getStateStore(UnigramStore.STORE);
          UNIGRAMS.forEach(
              (chunk, counts) -> store.put(Integer.parseInt(chunk, 16), bytes(counts)));
          new UnigramStore(store, unigrams).learn(new int[] {255});
        });
    assertEquals(4.0 / (5 + VOCABULARY), unigrams.probability(255));
    assertEquals(2.0 / (5 + VOCABULARY), unigrams.probability(256));
    assertEquals(1.0 / (5 + VOCABULARY), unigrams.probability(1));
  }

  @Test
  void theSettingsAreHeldAgainstTheirLog() {
    StoreLog.of(
        PackSettings.builder(),
        context -> {
          KeyValueStore<String, String> store = context.getStateStore(PackSettings.STORE);
          assertFalse(MADE_WITH.check(store));
          SETTINGS.forEach((key, value) -> store.put(text(key), text(value)));
          assertTrue(MADE_WITH.check(store));
          PackSettings other = new PackSettings("0123456789abcdef", 1024);
          assertThrows(IllegalStateException.class, () -> other.check(store));
        });
  }

  @Test
  void theCountsGoOnFromTheirLog() {
    StoreLog.of(
        Counts.builder(),
        context -> {
          KeyValueStore<String, Long> store = context.getStateStore(Counts.STORE);
          COUNTS.forEach((key, value) -> store.put(text(key), Long.parseLong(value, 16)));
          Counts counts = new Counts(store);
          assertEquals(3, counts.get(Counts.DOCUMENTS, "news"));
          assertEquals(1L << 33, counts.get(Counts.PACKED_TOKENS, "code"));
        });
  }
}
