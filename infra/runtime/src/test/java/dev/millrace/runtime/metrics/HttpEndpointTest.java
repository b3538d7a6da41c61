package dev.millrace.runtime.metrics;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.runtime.config.Defaults;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpEndpointTest {
  private final Metrics metrics = new Metrics();
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile Optional<String> problem = Optional.empty();
  private HttpEndpoint endpoint;

  @BeforeEach
  void start() throws IOException {
    endpoint =
        HttpEndpoint.start(
            Defaults.of(EndpointConfig.class),
            metrics.registry(),
            Optional::empty,
            () -> {
              if (problem.equals(Optional.of("throw"))) throw new IllegalStateException("oops");
              return problem;
            });
  }

  @AfterEach
  void stop() {
    endpoint.close();
    metrics.close();
  }

  private HttpResponse<String> ask(String method, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(endpoint.uri().resolve(path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private String get(String path) throws Exception {
    HttpResponse<String> response = ask("GET", path);
    return response.statusCode() + " " + response.body();
  }

  @Test
  void isForThisMachineAloneUnlessSaidOtherwise() {
    assertEquals("127.0.0.1", endpoint.uri().getHost());
    assertTrue(endpoint.uri().getPort() > 0);
  }

  @Test
  void servesOwnMetricsAndTheJvms() throws Exception {
    metrics.registry().counter("things.done").increment(3);
    HttpResponse<String> response = ask("GET", "/metrics");
    assertEquals(200, response.statusCode());
    assertEquals(
        "text/plain; version=0.0.4; charset=utf-8",
        response.headers().firstValue("Content-Type").orElseThrow());
    assertTrue(response.body().contains("things_done_total 3.0"), response.body());
    for (String own : new String[] {"jvm_memory_used_bytes", "jvm_gc_", "process_uptime_seconds"}) {
      assertTrue(response.body().contains(own), own);
    }
  }

  @Test
  void saysWhatIsNotReady() throws Exception {
    assertEquals("200 ok\n", get("/health/ready"));
    problem = Optional.of("waits for the broker");
    assertEquals("503 waits for the broker\n", get("/health/ready"));
    assertEquals("200 ok\n", get("/health/live"));
    problem = Optional.of("throw");
    assertEquals(
        "503 the check itself failed: java.lang.IllegalStateException: oops\n",
        get("/health/ready"));
  }

  @Test
  void hasNothingElseAndOnlyReads() throws Exception {
    assertEquals("404 there is nothing here\n", get("/"));
    assertEquals("404 there is nothing here\n", get("/metrics/more"));
    assertEquals(405, ask("POST", "/metrics").statusCode());
    HttpResponse<String> head = ask("HEAD", "/health/live");
    assertEquals("200 ", head.statusCode() + " " + head.body());
  }

  @Test
  void saysWhichAddressCannotBeHad() {
    int taken = endpoint.uri().getPort();
    IOException failure =
        assertThrows(
            IOException.class,
            () ->
                HttpEndpoint.start(
                    new EndpointConfig("127.0.0.1", taken, Optional.empty()),
                    metrics.registry(),
                    Optional::empty,
                    Optional::empty));
    assertEquals(
        "Metrics and health cannot be served at 127.0.0.1:%d: Address already in use"
            .formatted(taken),
        failure.getMessage());
  }

  @Test
  void isGoneOnceClosed() {
    endpoint.close();
    assertThrows(ConnectException.class, () -> get("/health/live"));
  }

  @Test
  void refusesAnImpossiblePort() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new EndpointConfig("localhost", 65_536, Optional.empty()));
  }

  @Test
  void metricsAreForThoseWhoKnowTheTokenAndHealthIsForAll(@TempDir Path directory)
      throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "a-token-of-the-test\n");
    EndpointConfig config = new EndpointConfig("127.0.0.1", 0, Optional.of(file));
    Health well = Optional::empty;
    try (HttpEndpoint guarded = HttpEndpoint.start(config, metrics.registry(), well, well)) {
      assertEquals(401, status(guarded, "metrics", Optional.empty()));
      assertEquals(401, status(guarded, "metrics", Optional.of("Bearer a-token-of-the-tesT")));
      assertEquals(401, status(guarded, "metrics", Optional.of("Basic ???")));
      assertEquals(401, status(guarded, "nothing", Optional.empty()));
      assertEquals(200, status(guarded, "metrics", Optional.of("Bearer a-token-of-the-test")));
      String basic =
          Base64.getEncoder().encodeToString("me:a-token-of-the-test".getBytes(US_ASCII));
      assertEquals(200, status(guarded, "metrics", Optional.of("Basic " + basic)));
      assertEquals(200, status(guarded, "health/ready", Optional.empty()));
    }
  }

  private int status(HttpEndpoint guarded, String path, Optional<String> authorization)
      throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(guarded.uri().resolve(path));
    authorization.ifPresent(value -> request.header("Authorization", value));
    return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  @Test
  void aTokenThatCouldBeGuessedIsRefused(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "  short \n");
    String message =
        assertThrows(IOException.class, () -> AccessToken.read(Optional.of(file))).getMessage();
    assertEquals(file + " must hold a token of at least 16 characters", message);
  }
}
