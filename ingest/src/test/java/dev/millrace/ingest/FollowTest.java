package dev.millrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class FollowTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final IngestOptions WEB = IngestOptions.of("web");

  @TempDir Path folder;
  private final Log log;

  FollowTest(TestKafka kafka) {
    log = Log.fresh(kafka);
  }

  @Test
  void handsOutAFileOnceItHasComeToRest() throws IOException {
    Follow follow = new Follow(List.of(Input.of(folder)), Duration.ofSeconds(3));
    Path file = Files.writeString(folder.resolve("a.txt"), "a");
    Instant written = Files.getLastModifiedTime(file).toInstant();
    Instant later = written.plusSeconds(3);
    assertEquals(List.of(), names(follow.settled(later)), "seen for the first time");
    assertEquals(List.of(), names(follow.settled(later.minusMillis(1))), "still fresh");
    assertEquals(List.of("a.txt"), names(follow.settled(later)));
    assertEquals(List.of(), names(follow.settled(later)), "a second time");

    Files.writeString(file, "b", StandardOpenOption.APPEND);
    Instant muchLater = Files.getLastModifiedTime(file).toInstant().plusSeconds(9);
    assertEquals(List.of(), names(follow.settled(muchLater)), "changed since the last look");
    assertEquals(List.of("a.txt"), names(follow.settled(muchLater)));
  }

  private static List<String> names(List<Corpus> settled) throws IOException {
    List<String> names = new ArrayList<>();
    for (Corpus corpus : settled) {
      for (Iterator<? extends Found> found = corpus.opener().open(); found.hasNext(); ) {
        names.add(Path.of(found.next().shown()).getFileName().toString());
      }
    }
    return names;
  }

  @Test
  void followsFoldersOnly() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "a");
    for (String location : List.of(file.toString(), "-", "http://127.0.0.1/")) {
      List<Input> inputs = List.of(Input.of(location));
      assertThrows(IngestException.class, () -> new Follow(inputs, Duration.ZERO), location);
    }
  }

  @Test
  void pushesFilesAsTheyComeAndNoneTwice() throws Exception {
    Files.writeString(folder.resolve("a.jsonl"), line("1"));
    Ingest first = ingest();
    assertFalse(first.isFollowing());
    CompletableFuture<IngestReport> running = follow(first);
    await(List.of("1"));
    assertTrue(first.isFollowing());
    Files.createDirectory(folder.resolve("sub"));
    Files.write(folder.resolve("sub/b.jsonl"), line("2").getBytes(UTF_8));
    await(List.of("1", "2"));
    assertTrue(first.stop(PATIENCE));
    assertEquals(2, running.get(1, TimeUnit.MINUTES).documents());

    Files.writeString(folder.resolve("c.jsonl"), line("3"));
    Ingest second = ingest();
    CompletableFuture<IngestReport> again = follow(second);
    await(List.of("1", "2", "3"));
    second.stop();
    IngestReport report = again.get(1, TimeUnit.MINUTES);
    assertEquals(1, report.documents());
    assertEquals(2, report.alreadyThere());
    assertEquals(List.of("1", "2", "3"), log.ids());
    assertEquals(3, log.push(WEB, Input.of(folder)).alreadyThere());
  }

  private Ingest ingest() {
    return new Ingest(log.kafka(), log.topics(), WEB);
  }

  private CompletableFuture<IngestReport> follow(Ingest ingest) {
    List<Input> inputs = List.of(Input.of(folder));
    return CompletableFuture.supplyAsync(
        () -> ingest.follow(inputs, Duration.ofMillis(500), IngestListener.SILENT));
  }

  private void await(List<String> ids) {
    Await.until("documents " + ids, PATIENCE, () -> log.ids().equals(ids));
  }

  private static String line(String id) {
    return "{\"id\":\"%s\",\"text\":\"t\"}\n".formatted(id);
  }
}
