package dev.millrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.ingest.IngestOptions.BatchLimit;
import dev.millrace.ingest.IngestReport.Count;
import dev.millrace.ingest.source.Columns;
import dev.millrace.ingest.source.Format;
import dev.millrace.ingest.source.Glob;
import dev.millrace.ingest.source.ReadOptions;
import dev.millrace.schemas.IngestProgress;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.RawDocument;
import dev.millrace.schemas.Topics;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class IngestTest {
  /** More than any machine needs. */
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private static final IngestOptions WEB = IngestOptions.of("web");

  private static final IngestOptions SMALL =
      new IngestOptions(
          ReadOptions.of("web"),
          new BatchLimit(7, 1 << 20, Duration.ofSeconds(10)),
          false,
          Duration.ofMinutes(1));

  @TempDir Path folder;
  private final Log log;

  IngestTest(TestKafka kafka) {
    log = Log.fresh(kafka);
  }

  @Test
  void pushesEachLineAsADocumentWithItsFields() throws IOException {
    Path file =
        write(
            "a.jsonl",
            """
            {"id": "one", "text": "Grüße", "url": "http://e.org/1", "lang": "de", "n": 3}
            {"text": "two", "uri": "http://e.org/2", "domain": "news"}
            """);
    IngestReport report = log.push(WEB, Input.of(file));

    Map<String, RawDocument> documents = byId(log.documents());
    RawDocument one = documents.get("one");
    assertEquals("Grüße", UTF_8.decode(one.getContent()).toString());
    assertEquals("web", one.getDomain());
    assertEquals("http://e.org/1", one.getUri());
    assertEquals("UTF-8", one.getCharset());
    assertEquals(Map.of("lang", "de", "n", "3"), one.getMetadata());
    assertNull(one.getFetchedAt());
    assertEquals("news", documents.get("http://e.org/2").getDomain());
    assertEquals(Map.of("web", new Count(1, 7), "news", new Count(1, 3)), report.domains());
    assertEquals(2, report.documents());
    assertEquals(10, report.bytes());
  }

  @Test
  void addsNothingTheSecondTime() throws IOException {
    Path file = write("a.jsonl", lines(0, 2500));
    assertEquals(2500, log.push(WEB, Input.of(file)).documents());
    IngestReport second = log.push(WEB, Input.of(file));

    assertEquals(0, second.documents());
    assertEquals(2500, second.alreadyThere());
    assertEquals(ids(0, 2500), log.ids());
  }

  @Test
  void goesOnWhereAFileHasGrown() throws IOException {
    Path file = write("a.jsonl", lines(0, 100));
    log.push(WEB, Input.of(file));
    Files.writeString(file, lines(100, 150), StandardOpenOption.APPEND);
    IngestReport second = log.push(WEB, Input.of(file));

    assertEquals(50, second.documents());
    assertEquals(100, second.alreadyThere());
    assertEquals(ids(0, 150), log.ids());
    assertEquals(150, log.mark(file.toRealPath().toUri().toString()).orElseThrow().getDocuments());
  }

  @Test
  void refusesToGoOnWithAnotherContentUnlessToldTo() throws IOException {
    Path file = write("a.jsonl", lines(0, 10));
    log.push(WEB, Input.of(file));
    write("a.jsonl", lines(50, 60));
    Heard heard = new Heard();
    IngestReport second = log.push(WEB, heard, Input.of(file));
    assertEquals(1, second.failed());
    assertTrue(heard.failures.get(0).contains("has changed since it was pushed"));
    assertEquals(ids(0, 10), log.ids());

    assertEquals(10, log.push(WEB.fromTheStart(), Input.of(file)).documents());
    assertEquals(20, log.ids().size());
    assertEquals(10, log.push(WEB, Input.of(file)).alreadyThere());
  }

  @Test
  void refusesToGoOnWithOtherOptions() throws IOException {
    Path file = write("a.jsonl", lines(0, 10));
    log.push(WEB, Input.of(file));
    Heard heard = new Heard();
    assertEquals(1, log.push(IngestOptions.of("news"), heard, Input.of(file)).failed());
    assertTrue(heard.failures.get(0).contains("domain=web"), heard.failures.get(0));
  }

  @Test
  void doesNotTakeAWholeFileThatHasGrownForPushed() throws IOException {
    Path file = write("a.txt", "some text");
    log.push(WEB, Input.of(file));
    Files.writeString(file, " and more", StandardOpenOption.APPEND);
    assertEquals(1, log.push(WEB, Input.of(file)).failed());
  }

  @Test
  void pushesATreeInOrderAndLaterOnlyWhatIsNew() throws IOException {
    write("b.txt", "bee");
    write("a.jsonl", lines(0, 3));
    Files.createDirectories(folder.resolve("sub/deep"));
    write("sub/deep/page.html", "<html>page</html>");
    write(".hidden.txt", "hidden");
    Files.write(folder.resolve("image.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 0});
    Heard heard = new Heard();
    IngestReport report = log.push(WEB, heard, Input.of(folder));
    assertEquals(5, report.documents());
    assertEquals(1, report.unsupported());
    assertEquals(List.of(folder.resolve("image.png").toString()), heard.unsupported);
    String root = folder.toRealPath().toUri().toString();
    assertEquals(
        List.of("d000000", "d000001", "d000002", root + "b.txt", root + "sub/deep/page.html"),
        log.ids());
    RawDocument page = byId(log.documents()).get(root + "sub/deep/page.html");
    assertEquals("sub/deep/page.html", page.getMetadata().get("path"));

    write("aa.txt", "between");
    IngestReport second = log.push(WEB, Input.of(folder));
    assertEquals(1, second.documents());
    assertEquals(5, second.alreadyThere());
    assertEquals(
        5, log.push(WEB, Input.of(folder.resolve("a.jsonl")), Input.of(folder)).alreadyThere() - 4);
  }

  @Test
  void choosesFilesOfATree() throws IOException {
    write("a.txt", "a");
    write("b.md", "b");
    IngestReport report = log.push(WEB, Input.of(folder).only(Glob.of("*.md")));
    assertEquals(1, report.documents());
  }

  @Test
  void goesAroundNoCircleOfLinks() throws IOException {
    write("a.txt", "a");
    Files.createSymbolicLink(folder.resolve("self"), folder);
    Files.createSymbolicLink(folder.resolve("nowhere"), folder.resolve("missing"));
    Heard heard = new Heard();
    IngestReport report = log.push(WEB, heard, Input.of(folder));
    assertEquals(1, report.documents());
    assertEquals(1, report.failed());
    assertTrue(heard.failures.get(0).endsWith("nowhere: the link leads nowhere"));
  }

  @Test
  void readsAnEntryOfAnArchiveAsColumns() throws IOException {
    Path jar = folder.resolve("framework.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("org/Other.txt"));
      zip.write("other\tcolumn\n".getBytes(UTF_8));
      zip.putNextEntry(new ZipEntry("org/util/lines.txt.gz"));
      GZIPOutputStream gzip = new GZIPOutputStream(zip);
      gzip.write("T1\t2004\tfirst speech\nT2\t2005\tsecond speech\n".getBytes(UTF_8));
      gzip.finish();
    }
    ReadOptions columns =
        new ReadOptions("speeches", Optional.empty(), Optional.of(new Columns(3, "\t")), 1 << 20);
    Input input = Input.parse(jar + "!/org/util/lines.txt.gz");
    IngestReport report = log.push(IngestOptions.of(columns), input);
    assertEquals(new Count(2, 25), report.domains().get("speeches"));
    String uri = jar.toRealPath().toUri().toString();
    assertEquals(
        List.of(uri + "!/org/util/lines.txt.gz#L1", uri + "!/org/util/lines.txt.gz#L2"), log.ids());
    assertEquals(2, log.push(IngestOptions.of(columns), input).alreadyThere());
  }

  @Test
  void reportsDamageWithFileAndOffsetAndPushesTheRest() throws IOException {
    Path file = write("a.jsonl", lines(0, 2) + "broken\n" + lines(2, 3));
    Heard heard = new Heard();
    IngestReport report = log.push(WEB, heard, Input.of(file));
    assertEquals(3, report.documents());
    assertEquals(1, report.damaged());
    assertEquals(file.toString(), heard.damage.get(0).where());
    assertEquals(lines(0, 2).length(), heard.damage.get(0).offset());
    Heard second = new Heard();
    assertEquals(0, log.push(WEB, second, Input.of(file)).damaged());
    assertEquals(List.of(), second.damage);
  }

  @Test
  void pushesTheReadablePartOfATruncatedFile() throws IOException {
    Path file = gzipped("a.jsonl.gz", lines(0, 20_000));
    byte[] packed = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(packed, packed.length / 2));
    IngestReport report = log.push(WEB, Input.of(file));
    assertTrue(report.documents() > 5000, "only " + report.documents());
    assertEquals(1, report.damaged());
    assertEquals(ids(0, (int) report.documents()), log.ids());
    IngestReport second = log.push(WEB, Input.of(file));
    assertEquals(0, second.documents() + second.damaged());

    Files.write(file, packed); // The download is complete now.
    IngestReport third = log.push(WEB, Input.of(file));
    assertEquals(ids(0, 20_000), log.ids());
    assertEquals(20_000, third.documents() + third.alreadyThere());
  }

  @Test
  void findsNothingInAnEmptyFileAndSaysSo() throws IOException {
    Heard heard = new Heard();
    IngestReport report = log.push(WEB, heard, Input.of(write("a.jsonl", "")));
    assertEquals(0, report.documents() + report.damaged() + report.failed());
    assertEquals(List.of(folder.resolve("a.jsonl") + " is empty"), heard.notes);
  }

  @Test
  void knowsStandardInputByItsContent() {
    byte[] stream = lines(0, 30_000).getBytes(UTF_8);
    assertTrue(stream.length > 1 << 20);
    assertEquals(30_000, pushStream(WEB, Input.of("-"), stream).documents());
    IngestReport second = pushStream(WEB, Input.of("-"), stream);
    assertEquals(0, second.documents());
    assertEquals(30_000, second.alreadyThere());
    byte[] longer = lines(0, 30_010).getBytes(UTF_8);
    assertEquals(10, pushStream(WEB, Input.of("-"), longer).documents());
    assertEquals(ids(0, 30_010), log.ids());
    byte[] shorter = lines(0, 29_000).getBytes(UTF_8);
    assertEquals(1, pushStream(WEB, Input.of("-"), shorter).failed());
  }

  @Test
  void knowsStandardInputByItsName() {
    Input feed = Input.of("-").named("feed");
    assertEquals(2, pushStream(WEB, feed, "{\"text\":\"a\"}\n{\"text\":\"b\"}\n").documents());
    assertEquals(List.of("feed#L1", "feed#L2"), log.ids());
    assertEquals(1, pushStream(WEB, feed, "{\"text\":\"c\"}\n").failed());
  }

  @Test
  void commitsWhatASlowStreamHasSaidSoFar() throws Exception {
    try (PipedOutputStream out = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(out, 1 << 20)) {
      IngestOptions quick =
          new IngestOptions(
              ReadOptions.of("web").as(Format.JSON_LINES),
              new BatchLimit(1000, 1 << 20, Duration.ofMillis(50)),
              false,
              Duration.ofMinutes(1));
      Ingest ingest = new Ingest(log.kafka(), log.topics(), quick);
      out.write(lines(0, 5000).getBytes(UTF_8)); // More than identifies it.
      var report =
          CompletableFuture.supplyAsync(
              () -> ingest.push(List.of(Input.of("-")), in, IngestListener.SILENT));
      Await.until(
          "the lines are there while the stream is open", PATIENCE, () -> log.ids().size() == 5000);
      assertFalse(report.isDone());
      ingest.stop();
      assertTrue(report.get().stopped());
      assertEquals(5000, report.get().documents());
    }
  }

  @Test
  void waitsForACommitWhenItIsStoppedWithPatience() throws Exception {
    try (PipedOutputStream out = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(out, 1 << 20)) {
      IngestOptions slow =
          new IngestOptions(
              ReadOptions.of("web").as(Format.JSON_LINES),
              new BatchLimit(10_000, 16 << 20, PATIENCE),
              false,
              Duration.ofMinutes(1));
      Ingest ingest = new Ingest(log.kafka(), log.topics(), slow);
      out.write(lines(0, 5000).getBytes(UTF_8));
      var report =
          CompletableFuture.supplyAsync(
              () -> ingest.push(List.of(Input.of("-")), in, IngestListener.SILENT));
      Await.until("something is pushed", PATIENCE, () -> log.written() > 0);
      assertEquals(List.of(), log.ids());
      assertTrue(ingest.stop(PATIENCE));
      long committed = report.get().documents();
      assertTrue(committed > 0);
      Await.until( // Committed is what is decided; its markers reach the partitions soon after.
          "readers see all of it", PATIENCE, () -> log.ids().size() == committed);
    }
  }

  /** Somebody at a terminal has changed their mind. */
  @Test
  void waitsForNothingWhenItIsStoppedBeforeItHasReadAnything() throws Exception {
    PipedOutputStream out = new PipedOutputStream();
    try (PipedInputStream in = new PipedInputStream(out)) {
      Ingest ingest = new Ingest(log.kafka(), log.topics(), WEB);
      var report =
          CompletableFuture.supplyAsync(
              () -> ingest.push(List.of(Input.of("-")), in, IngestListener.SILENT));
      assertTrue(ingest.stop(Duration.ZERO));
      assertFalse(report.isDone());
      out.close();
      assertEquals(0, report.get().documents());
    }
  }

  private IngestReport pushStream(IngestOptions options, Input input, String text) {
    return pushStream(options, input, text.getBytes(UTF_8));
  }

  private IngestReport pushStream(IngestOptions options, Input input, byte[] stream) {
    return new Ingest(log.kafka(), log.topics(), options)
        .push(List.of(input), new ByteArrayInputStream(stream), IngestListener.SILENT);
  }

  @Test
  void pushesWhatAServerHolds() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] packed = Files.readAllBytes(gzipped("served.jsonl.gz", lines(0, 100)));
    server.createContext(
        "/served.jsonl.gz",
        exchange -> {
          exchange.sendResponseHeaders(200, packed.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(packed);
          }
        });
    server.start();
    try {
      String base = "http://127.0.0.1:" + server.getAddress().getPort();
      assertEquals(100, log.push(WEB, Input.of(base + "/served.jsonl.gz")).documents());
      assertEquals(100, log.push(WEB, Input.of(base + "/served.jsonl.gz")).alreadyThere());
      Heard heard = new Heard();
      assertEquals(1, log.push(WEB, heard, Input.of(base + "/missing")).failed());
      assertTrue(heard.failures.get(0).contains("status 404"), heard.failures.get(0));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void keepsAndShowsNoSecretOfAUrl() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          boolean there = exchange.getRequestURI().getPath().equals("/a.jsonl");
          byte[] line = "{\"text\": \"One.\"}\n{]\n".getBytes(UTF_8);
          exchange.sendResponseHeaders(there ? 200 : 404, there ? line.length : -1);
          if (there) exchange.getResponseBody().write(line);
          exchange.close();
        });
    server.start();
    try {
      Heard heard = new Heard();
      String host = "127.0.0.1:" + server.getAddress().getPort();
      for (String rest : List.of("/a.jsonl?X-Signature=geheim-1", "/a.jsonl?sig=geheim-2", "/b")) {
        log.push(WEB, heard, Input.of("http://who:geheim-0@" + host + rest));
      }
      log.push(WEB, heard, Input.of("http://who:geheim-0@" + host + "/a.jsonl?sig=geheim-2"));
      log.push(WEB, heard, Input.of("http://who:geheim-0@:0?sig=geheim-3"));
      assertEquals(2, log.documents().size(), "of two queries, one of them twice");
      assertEquals(2, log.marks().size());
      String all = log.documents() + " " + log.marks() + heard + heard.damage + heard.snapshots;
      assertTrue(all.contains("http://" + host + "/a.jsonl?"), all);
      assertTrue(all.contains("http://" + host + "/b: the server answers with status 404"), all);
      assertFalse(all.contains("geheim") || all.contains("who"), all);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void continuesAcrossManySmallTransactions() throws IOException {
    Path file = write("a.jsonl", lines(0, 100));
    IngestReport first = pushAndStop(SMALL, file, 40);
    assertTrue(first.stopped());
    assertEquals(42, first.documents());
    assertEquals(58, log.push(SMALL, Input.of(file)).documents());
    assertEquals(ids(0, 100), log.ids());
  }

  @Test
  void goesOnWhereThePushOfAGrownFileWasStopped() throws IOException {
    Path file = write("a.jsonl", lines(0, 10));
    log.push(SMALL, Input.of(file));
    Files.writeString(file, lines(10, 100), StandardOpenOption.APPEND);
    assertTrue(pushAndStop(SMALL, file, 14).stopped());
    log.push(SMALL, Input.of(file));
    assertEquals(ids(0, 100), log.ids());
  }

  private IngestReport pushAndStop(IngestOptions options, Path file, long documents) {
    Ingest ingest = new Ingest(log.kafka(), log.topics(), options);
    return ingest.push(
        List.of(Input.of(file)),
        new IngestListener() {
          @Override
          public void progress(Snapshot snapshot) {
            if (snapshot.documents() >= documents) ingest.stop();
          }
        });
  }

  @Test
  void tellsHowFarItIs() throws IOException {
    Path file = write("a.jsonl", lines(0, 5000));
    Heard heard = new Heard();
    log.push(WEB, heard, Input.of(file));
    IngestListener.Snapshot last = heard.snapshots.get(heard.snapshots.size() - 1);
    assertEquals(5000, last.documents());
    assertEquals(Files.size(file), last.bytesRead());
    assertEquals(Files.size(file), last.bytesTotal().orElseThrow());
    assertEquals(file.toString(), last.input());
  }

  @Test
  void shutsOutAnotherPushOfTheSameInput() throws Exception {
    Path file = write("a.jsonl", lines(0, 10));
    String name = file.toRealPath().toUri().toString();
    try (Publisher older = new Publisher(log.kafka(), log.topics(), name)) {
      older.send(new Draft("lost").document());
      assertEquals(10, log.push(WEB, Input.of(file)).documents());
      KafkaException fenced = assertThrows(KafkaException.class, older::commit);
      assertTrue(
          fenced instanceof ProducerFencedException
              || fenced instanceof InvalidProducerEpochException,
          fenced.toString());
    }
    assertEquals(ids(0, 10), log.ids());
  }

  /** A document for tests that write without reading. */
  private record Draft(String id) {
    RawDocument document() {
      return new RawDocument(
          id, "web", null, "text/plain", null, ByteBuffer.wrap(new byte[1]), null, Map.of());
    }
  }

  /**
   * A transaction that is open in front of a mark hides the mark from readers of committed records.
   */
  @Test
  void doesNotTakeAMarkBehindAnOpenTransactionForMissing() throws Exception {
    Path file = write("a.jsonl", lines(0, 10));
    try (Publisher other = new Publisher(log.kafka(), log.topics(), "other")) {
      other.send(new IngestProgress("other", "", 0L, 0L, 0L, false));
      other.flush();
      Heard heard = new Heard();
      CompletableFuture<IngestReport> both =
          CompletableFuture.supplyAsync(() -> log.push(WEB, heard, Input.of(file), Input.of(file)));
      Await.until("it waits", PATIENCE, () -> !heard.notes.isEmpty());
      other.commit();
      assertEquals(10, both.get().documents());
      assertEquals(10, both.get().alreadyThere());
    }
  }

  @Test
  void namesAnInputThatIsNotThere() {
    IngestException e =
        assertThrows(IngestException.class, () -> log.push(WEB, Input.of("/no/such/file")));
    assertEquals("/no/such/file does not exist", e.getMessage());
  }

  @Test
  void pushesNothingWhereOneInputIsNotThere() throws IOException {
    Input good = Input.of(write("a.jsonl", lines(0, 5)));
    assertThrows(IngestException.class, () -> log.push(WEB, good, Input.of("/no/such/file")));
    assertEquals(List.of(), log.ids());
  }

  @Test
  void namesABrokerThatDoesNotAnswer() throws IOException {
    Path file = write("a.jsonl", lines(0, 5));
    Ingest ingest = new Ingest(KafkaConnection.to("127.0.0.1:1"), log.topics(), WEB);
    IngestException e =
        assertThrows(
            IngestException.class,
            () -> ingest.push(List.of(Input.of(file)), IngestListener.SILENT));
    assertEquals("no Kafka broker answers at 127.0.0.1:1 within 10 s", e.getMessage());
  }

  @Test
  void namesAHostThatIsNotThere() throws IOException {
    Path file = write("a.jsonl", lines(0, 5));
    Ingest ingest = new Ingest(KafkaConnection.to("no.such.host.invalid:9092"), log.topics(), WEB);
    IngestException e =
        assertThrows(
            IngestException.class,
            () -> ingest.push(List.of(Input.of(file)), IngestListener.SILENT));
    assertTrue(e.getMessage().startsWith("no Kafka at no.such.host.invalid:9092"), e.getMessage());
  }

  @Test
  void namesATopicThatDoesNotExist() throws IOException {
    Path file = write("a.jsonl", lines(0, 5));
    Ingest ingest = new Ingest(log.kafka(), new Topics("absent."), WEB);
    IngestException e =
        assertThrows(
            IngestException.class,
            () -> ingest.push(List.of(Input.of(file)), IngestListener.SILENT));
    assertTrue(e.getMessage().startsWith("topic absent.documents.raw does not exist"));
  }

  @Test
  void reportsAFileThatMayNotBeRead() throws IOException {
    write("a.jsonl", lines(0, 5));
    Path secret = write("secret.txt", "secret");
    Files.setPosixFilePermissions(secret, Set.of());
    assumeFalse(Files.isReadable(secret), "root may read everything");
    Heard heard = new Heard();
    IngestReport report = log.push(WEB, heard, Input.of(folder));
    assertEquals(5, report.documents());
    assertEquals(List.of(secret + ": no permission to read it"), heard.failures);
    assertEquals(
        "no permission to read " + secret,
        assertThrows(IngestException.class, () -> log.push(WEB, Input.of(secret))).getMessage());
  }

  /** Reading the memory of a process at address 0 fails as a bad disk does. */
  @Test
  void goesOnAfterADeviceThatFails() throws IOException {
    Path memory = Path.of("/proc/self/mem");
    assumeTrue(Files.exists(memory), "no /proc here");
    write("a.jsonl", lines(0, 5));
    Files.createSymbolicLink(folder.resolve("b.jsonl"), memory);
    write("c.txt", "c");
    Heard heard = new Heard();
    IngestReport report = log.push(WEB, heard, Input.of(folder));
    assertEquals(6, report.documents());
    assertEquals(1, report.failed());
    assertTrue(heard.failures.get(0).contains("Input/output error"), heard.failures.get(0));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Path gzipped(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(UTF_8));
    }
    return file;
  }

  private static String lines(int from, int to) {
    StringBuilder lines = new StringBuilder();
    for (int i = from; i < to; i++) {
      lines.append("{\"id\": \"d%06d\", \"text\": \"text %d\"}\n".formatted(i, i));
    }
    return lines.toString();
  }

  private static List<String> ids(int from, int to) {
    return IntStream.range(from, to).mapToObj("d%06d"::formatted).toList();
  }

  private static Map<String, RawDocument> byId(List<RawDocument> documents) {
    return documents.stream().collect(Collectors.toMap(RawDocument::getId, d -> d));
  }
}
