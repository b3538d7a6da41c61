package dev.millrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.ingest.source.ReadOptions;
import dev.millrace.testkit.ChildJvm;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory is bounded by the largest document, whatever an input holds. */
@WithKafka
class IngestMemoryTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @TempDir Path folder;
  private final TestKafka kafka;
  private final Log log;

  IngestMemoryTest(TestKafka kafka) {
    this.kafka = kafka;
    this.log = Log.fresh(kafka);
  }

  @Test
  void skipsALineOfAHundredMegabytesInASmallHeap() throws IOException {
    Path file = folder.resolve("a.jsonl");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write("{\"id\":\"1\",\"text\":\"one\"}\n{\"text\":\"".getBytes(UTF_8));
      writeLetters(out, 100_000_000);
      out.write("\"}\n{\"id\":\"2\",\"text\":\"two\"}\n".getBytes(UTF_8));
    }
    assertEquals("pushed 2 already there 0 damaged 1 failed 0", push(file, "-Xmx256m"));
    assertEquals(List.of("1", "2"), log.ids());
  }

  @Test
  void skipsALineThatABombOfGzipUnpacksTo() throws IOException {
    Path file = folder.resolve("a.jsonl.gz");
    try (OutputStream out =
        new GZIPOutputStream(new BufferedOutputStream(Files.newOutputStream(file)), 1 << 16)) {
      out.write("{\"id\":\"1\",\"text\":\"one\"}\n".getBytes(UTF_8));
      writeLetters(out, 1_000_000_000);
      out.write("\n{\"id\":\"2\",\"text\":\"two\"}\n".getBytes(UTF_8));
    }
    assertTrue(Files.size(file) < 2_000_000, () -> "a bomb of " + file.toFile().length());
    assertEquals("pushed 2 already there 0 damaged 1 failed 0", push(file, "-Xmx256m"));
    assertEquals(List.of("1", "2"), log.ids());
  }

  @Test
  void streamsAFileThatIsLargerThanTheHeap() throws IOException {
    Path file = folder.resolve("a.jsonl");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < 90; i++) {
        out.write("{\"text\":\"".getBytes(UTF_8));
        writeLetters(out, 1_000_000);
        out.write("\"}\n".getBytes(UTF_8));
      }
    }
    assertEquals("pushed 90 already there 0 damaged 0 failed 0", push(file, "-Xmx72m"));
  }

  @Test
  void pushesADocumentOfTheLargestSize() throws IOException {
    Path file = folder.resolve("a.txt");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      writeLetters(out, ReadOptions.DOCUMENT_BYTES_MAX);
    }
    assertEquals("pushed 1 already there 0 damaged 0 failed 0", push(file, "-Xmx640m"));
    assertEquals(ReadOptions.DOCUMENT_BYTES_MAX, log.documents().get(0).getContent().remaining());
  }

  private String push(Path file, String heap) {
    try (ChildJvm child =
        ChildJvm.of(IngestChild.class)
            .jvmOptions(heap)
            .arguments(kafka.bootstrap(), log.topics().prefix(), "1000", file.toString())
            .start(folder.resolve("child.log"))) {
      assertEquals(0, child.awaitExit(PATIENCE), child.output());
      return child.output().lines().filter(l -> l.startsWith("pushed")).findFirst().orElseThrow();
    }
  }

  private static void writeLetters(OutputStream out, int count) throws IOException {
    byte[] letters = new byte[1 << 16];
    Arrays.fill(letters, (byte) 'x');
    for (int left = count; left > 0; left -= letters.length) {
      out.write(letters, 0, Math.min(left, letters.length));
    }
  }
}
