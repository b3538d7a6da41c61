package dev.millrace.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.schemas.Commands;
import dev.millrace.schemas.ControlCommand;
import dev.millrace.schemas.ControlKind;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.LogCapture;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page and its events, over HTTP, from topics of a real broker. */
@WithKafka
class DashboardTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String OK = "HTTP/1.1 200 OK";
  private static final String FORBIDDEN = "HTTP/1.1 403 Forbidden";

  private final RunLog log;
  private final HttpClient client = HttpClient.newHttpClient();

  DashboardTest(TestKafka kafka) throws Exception {
    log = new RunLog(kafka);
  }

  @Test
  void whatIsInTheTopicsIsOnThePageAndWhatComesFollows() throws Exception {
    log.write(log.topics().run(Records.RUN).progress(), Records.RUN, Records.step(1, 5));
    log.write(log.topics().checkpoints(), "another", Records.checkpoint(9));
    try (Serving serving = new Serving(log)) {
      try (Events events = new Events(serving.uri())) {
        assertEquals(Records.RUN, events.next("about").get("run").asText());
        JsonNode steps = events.until(n -> n.has("steps")).get("steps");
        assertEquals("[1]", steps.get("step").toString());
        log.write(log.topics().checkpoints(), Records.RUN, Records.checkpoint(1));
        JsonNode checkpoint = events.until(n -> n.has("checkpoints")).at("/checkpoints/0");
        assertEquals(1, checkpoint.get("step").asLong(), "those of another run are not shown");
        log.write(log.topics().evaluations(), Records.RUN, Records.evaluation(1, 50, "<script>"));
        JsonNode evaluation = events.until(n -> n.has("evaluations")).at("/evaluations/0");
        assertEquals("<script>", evaluation.at("/samples/0/text").asText());
      }
    }
  }

  @Test
  void aBrokerThatIsNotThereYetIsWaitedForAndThatIsSaidOnce() throws Exception {
    int port = freePort();
    Map<String, Object> properties = new HashMap<>(log.kafka().properties());
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:" + port);
    properties.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, 1_000);
    properties.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, 1_000);
    try (LogCapture said = LogCapture.start();
        Serving serving = new Serving(log, new KafkaConnection(properties))) {
      Await.until("the wait is said", SOON, () -> !waits(said).isEmpty());
      Thread.sleep(3_000); // Some tries.
      assertEquals(1, waits(said).size(), waits(said).toString());
      assertTrue(serving.isAtWork());
      assertFalse(serving.isReady());
      try (Relay relay = Relay.at(port, log.kafka())) {
        relay.start();
        Await.until("it has read all", SOON, serving::isReady);
      }
    }
  }

  private static List<String> waits(LogCapture said) {
    return said.lines().stream().filter(line -> line.contains("Kafka does not answer")).toList();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void whatWasReleasedBeforeIsThereAsSoonAsAnyIs() throws Exception {
    Topic<Long, CurriculumSequence> curriculum = log.topics().run(Records.RUN).curriculum();
    log.write(
        LongStream.range(0, 300)
            .mapToObj(i -> curriculum.record(i, Records.released(i, 0, Map.of("quality", 0.5))))
            .toList());
    try (Serving serving = new Serving(log);
        Events events = new Events(serving.uri())) {
      JsonNode news = events.until(n -> n.has("released") || n.has("replayed"));
      JsonNode ordinals = news.at("/released/ordinal");
      assertEquals(299, ordinals.path(ordinals.size() - 1).asLong());
    }
  }

  @Test
  void whoeverLacksTheTokenSeesNothing(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "a-token-of-the-test");
    DashboardConfig config = new DashboardConfig("127.0.0.1", 0, Optional.of(file));
    try (Dashboard guarded =
        new Dashboard(
            config,
            log.kafka(),
            log.topics(),
            Records.RUN,
            RunLog.DOMAINS,
            RunLog.PHASES,
            new LineageDesk(() -> log.lineage(directory)))) {
      for (String path : List.of("", "events", "dashboard.js", "lineage?step=1")) {
        assertEquals(401, get(guarded.uri().resolve(path)).statusCode(), path);
      }
      HttpRequest request =
          HttpRequest.newBuilder(guarded.uri())
              .header("Authorization", "Bearer a-token-of-the-test")
              .build();
      assertEquals(200, client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
    }
  }

  @Test
  void thePageSaysWhatTheRunWasToldAndWhetherItIsPaused() throws Exception {
    log.write(
        log.topics().run(Records.RUN).controlAcknowledged().withValues(Serdes.ByteArray()),
        "by another tool",
        new byte[] {1, 2, 3});
    try (Serving serving = new Serving(log);
        Events events = new Events(serving.uri())) {
      tell("<b>hold</b>", ControlKind.PAUSE);
      JsonNode told = events.until(n -> n.at("/controls/last").size() == 1).get("controls");
      assertTrue(told.get("paused").asBoolean());
      assertEquals("<b>hold</b>", told.at("/last/0/id").asText());
      tell("go", ControlKind.RESUME);
      told = events.until(n -> n.at("/controls/last").size() == 2).get("controls");
      assertFalse(told.get("paused").asBoolean());
      assertEquals("go", told.at("/last/0/id").asText());
      for (int i = 0; i < 12; i++) tell("c" + i, ControlKind.CHECKPOINT);
      told = events.until(n -> n.at("/controls/last/0/id").asText().equals("c11")).get("controls");
      assertEquals(10, told.get("last").size());
    }
  }

  private void tell(String id, ControlKind kind) {
    ControlCommand command =
        ControlCommand.newBuilder().setId(id).setKind(kind).setIssuedAt(Instant.EPOCH).build();
    log.write(
        log.topics().run(Records.RUN).controlAcknowledged(), id, Commands.applied(command, 3, 24));
  }

  @Test
  void thePageLoadsNothingFromElsewhereAndNothingCanBeChanged() throws Exception {
    try (Serving serving = new Serving(log)) {
      URI uri = serving.uri();
      for (String path : List.of("", "dashboard.js", "dashboard.css", "icon.svg", "chart.js")) {
        HttpResponse<String> page = get(uri.resolve(path));
        assertEquals(200, page.statusCode(), path);
        String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
        assertTrue(policy.startsWith("default-src 'none'; script-src 'self';"), policy);
      }
      String html = get(uri).body();
      assertTrue(Stream.of("http:", "https:", "//").noneMatch(html::contains), html);
      assertEquals(404, get(uri.resolve("../../etc/passwd")).statusCode());
      HttpRequest post =
          HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString("x")).build();
      assertEquals(405, client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode());
    }
  }

  /** A website may give its own name this machine's address and ask in its visitor's name. */
  @Test
  void anotherNameForThisMachineIsRefused() throws Exception {
    try (Serving serving = new Serving(log)) {
      URI uri = serving.uri();
      assertEquals(FORBIDDEN, statusLine(uri, "/", "Host: evil.example:" + uri.getPort()));
      assertEquals(OK, statusLine(uri, "/", "Host: localhost:" + uri.getPort()));
    }
  }

  @Test
  void whatIsWorkIsRefusedToOtherWebsites() throws Exception {
    try (Serving serving = new Serving(log)) {
      URI uri = serving.uri();
      String host = "Host: localhost:" + uri.getPort();
      for (String path : List.of("/events", "/lineage?step=1")) {
        for (String other : List.of("cross-site", "same-site")) {
          assertEquals(FORBIDDEN, statusLine(uri, path, host, "Sec-Fetch-Site: " + other), path);
        }
        for (String own : List.of("same-origin", "none")) {
          assertEquals(OK, statusLine(uri, path, host, "Sec-Fetch-Site: " + own), path);
        }
        assertEquals(OK, statusLine(uri, path, host), path);
      }
      String link = statusLine(uri, "/", host, "Sec-Fetch-Site: cross-site");
      assertEquals(OK, link, "another website may link to the page");
    }
  }

  private static String statusLine(URI uri, String path, String... headers) throws IOException {
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      String request =
          "GET %s HTTP/1.1\r\n%s\r\nConnection: close\r\n\r\n"
              .formatted(path, String.join("\r\n", headers));
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
          .readLine();
    }
  }

  private HttpResponse<String> get(URI uri) throws Exception {
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Server-sent events, read as they come. */
  private final class Events implements AutoCloseable {
    private final BufferedReader reader;

    Events(URI page) throws Exception {
      HttpResponse<InputStream> answer =
          client.send(
              HttpRequest.newBuilder(page.resolve("events")).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      assertEquals(
          Map.of("type", "text/event-stream; charset=utf-8"),
          Map.of("type", answer.headers().firstValue("Content-Type").orElseThrow()));
      reader = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    JsonNode next(String name) throws IOException {
      String line = reader.readLine();
      while (!line.equals("event: " + name)) line = reader.readLine();
      return JSON.readTree(reader.readLine().substring("data: ".length()));
    }

    JsonNode until(Predicate<JsonNode> wanted) throws IOException {
      JsonNode news = next("news");
      while (!wanted.test(news)) news = next("news");
      return news;
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
