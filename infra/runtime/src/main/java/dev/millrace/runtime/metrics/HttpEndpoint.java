package dev.millrace.runtime.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * {@code /metrics} for Prometheus, {@code /health/live} and {@code /health/ready} for whoever
 * restarts or routes: 200 if all is well, else 503 and a line that says what is not. Who asks for
 * health brings no {@link AccessToken}: orchestrators cannot.
 */
public final class HttpEndpoint implements AutoCloseable {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final int THREADS = 2;

  private final HttpServer server;
  private final ExecutorService threads;

  private HttpEndpoint(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  private record Answer(int status, String type, String body) {}

  /**
   * Serves from now on.
   *
   * @throws IOException if the address cannot be had, or the token; the message names it
   */
  public static HttpEndpoint start(
      EndpointConfig config, PrometheusMeterRegistry registry, Health live, Health ready)
      throws IOException {
    Map<String, Supplier<Answer>> pages =
        Map.of(
            "/metrics", () -> new Answer(200, PROMETHEUS, registry.scrape()),
            "/health/live", () -> health(live),
            "/health/ready", () -> health(ready));
    Optional<AccessToken> token = AccessToken.read(config.tokenFile());
    HttpServer server = Listener.bind("Metrics and health", config.host(), config.port());
    ExecutorService threads = Executors.newFixedThreadPool(THREADS, Listener.threads("http"));
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, pages, token));
    server.start();
    return new HttpEndpoint(server, threads);
  }

  /** As {@code http://127.0.0.1:8080/}. */
  public URI uri() {
    return Listener.uri(server);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static Answer health(Health health) {
    Optional<String> problem;
    try {
      problem = health.problem();
    } catch (RuntimeException e) {
      problem = Optional.of("the check itself failed: " + e);
    }
    return problem
        .map(what -> new Answer(503, TEXT, what + "\n"))
        .orElseGet(() -> new Answer(200, TEXT, "ok\n"));
  }

  private static void answer(
      HttpExchange exchange, Map<String, Supplier<Answer>> pages, Optional<AccessToken> token)
      throws IOException {
    try (exchange) {
      Answer answer = choose(exchange, pages, token);
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      boolean withoutBody = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(answer.status(), withoutBody ? -1 : body.length);
      if (!withoutBody) exchange.getResponseBody().write(body);
    }
  }

  private static Answer choose(
      HttpExchange exchange, Map<String, Supplier<Answer>> pages, Optional<AccessToken> token) {
    boolean health = exchange.getRequestURI().getPath().startsWith("/health/");
    if (!health && token.isPresent() && !token.get().admits(exchange)) {
      return new Answer(401, TEXT, "only with the token\n");
    }
    Supplier<Answer> page = pages.get(exchange.getRequestURI().getPath());
    if (page == null) return new Answer(404, TEXT, "there is nothing here\n");
    return switch (exchange.getRequestMethod()) {
      case "GET", "HEAD" -> page.get();
      default -> new Answer(405, TEXT, "only GET and HEAD\n");
    };
  }
}
