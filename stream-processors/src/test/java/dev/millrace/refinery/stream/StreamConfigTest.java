package dev.millrace.refinery.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.runtime.config.InvalidRunFileException;
import dev.millrace.runtime.config.RunFile;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StreamConfigTest {
  private static StreamConfig parse(String yaml) {
    return RunFile.parse(yaml, "run.yaml", StreamConfig.class).value();
  }

  @Test
  void whatIsNotSaidIsTheDefault() {
    assertEquals(new StreamConfig(2, Duration.ofMillis(300), 1, Duration.ofSeconds(5)), parse(""));
  }

  @Test
  void aThreadIsNeeded() {
    assertRefused("threads must be at least 1: 0", "threads: 0");
  }

  @Test
  void standbysAreNotNegative() {
    assertEquals(0, parse("standbyReplicas: 0").standbyReplicas());
    assertRefused("standbyReplicas must be at least 0: -1", "standbyReplicas: -1");
  }

  @Test
  void aDocumentMayNotOutlastATransaction() {
    assertEquals(Duration.ofSeconds(10), parse("documentTimeLimit: 10s").documentTimeLimit());
    assertRefused(
        "documentTimeLimit must be from 10 ms to 10000 ms: 10001 ms", "documentTimeLimit: 10001ms");
    assertRefused(
        "documentTimeLimit must be from 10 ms to 10000 ms: 9 ms", "documentTimeLimit: 9ms");
  }

  @Test
  void aCommitComesInTime() {
    assertRefused("commitInterval must be from 10 ms to 10000 ms: 9 ms", "commitInterval: 9ms");
    assertRefused("commitInterval must be from 10 ms to 10000 ms: 11000 ms", "commitInterval: 11s");
  }

  private static void assertRefused(String message, String yaml) {
    InvalidRunFileException refused =
        assertThrows(InvalidRunFileException.class, () -> parse(yaml));
    assertEquals(true, refused.getMessage().contains(message), refused.getMessage());
  }
}
