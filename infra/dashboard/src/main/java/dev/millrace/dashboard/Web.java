package dev.millrace.dashboard;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.dashboard.lineage.Question;
import dev.millrace.runtime.metrics.AccessToken;
import dev.millrace.runtime.metrics.Listener;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The page and, under {@code /events}, the picture as server-sent events (WHATWG HTML, 9.2): all of
 * it first, then what is new. Nothing of a run can be changed from here; a question of lineage
 * makes work and lets its index catch up, so that only our own page may ask.
 */
final class Web implements AutoCloseable {
  private static final int LOOKERS_MAX = 32;
  private static final int THREADS_MAX = LOOKERS_MAX + 16;
  private static final long PAUSE_MILLIS = 250;
  private static final long HEARTBEAT_MILLIS = 10_000;

  private static final String CHARTS = "/META-INF/resources/webjars/chart.js/4.5.1/dist/";

  /** What a browser says of a request that no other website makes: W3C Fetch Metadata, 2.4. */
  private static final Set<String> OWN = Set.of("same-origin", "none");

  /** What is work for us, and not only a file. */
  private static final Set<String> WORK = Set.of("/events", "/lineage");

  private static final Pattern LOCAL =
      Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?", Pattern.CASE_INSENSITIVE);

  /** What is served: path, resource and media type. */
  private static final Map<String, Page> PAGES =
      Map.of(
          "/", new Page("index.html", "text/html; charset=utf-8"),
          "/dashboard.css", new Page("dashboard.css", "text/css; charset=utf-8"),
          "/dashboard.js", new Page("dashboard.js", "text/javascript; charset=utf-8"),
          "/icon.svg", new Page("icon.svg", "image/svg+xml"),
          "/chart.js", new Page(CHARTS + "chart.umd.min.js", "text/javascript; charset=utf-8"));

  private record Page(String resource, String type) {}

  private final HttpServer server;
  private final ExecutorService threads;
  private final Picture picture;
  private final ObjectNode about;
  private final LineageDesk lineage;
  private final Semaphore places = new Semaphore(LOOKERS_MAX);
  private final boolean loopback;
  private final Optional<AccessToken> token;

  private Web(
      HttpServer server,
      ExecutorService threads,
      Picture picture,
      ObjectNode about,
      LineageDesk lineage,
      Optional<AccessToken> token) {
    this.token = token;
    loopback = server.getAddress().getAddress().isLoopbackAddress();
    this.server = server;
    this.threads = threads;
    this.picture = picture;
    this.about = about;
    this.lineage = lineage;
  }

  /**
   * Serves from now on.
   *
   * @param about the run: sent to each looker first
   * @throws IOException if the address cannot be had; the message names it
   */
  static Web start(DashboardConfig config, Picture picture, ObjectNode about, LineageDesk lineage)
      throws IOException {
    Optional<AccessToken> token = AccessToken.read(config.tokenFile());
    HttpServer server =
        Listener.bind("the dashboard (dashboard.port)", config.host(), config.port());
    ExecutorService threads = threads();
    Web web = new Web(server, threads, picture, about, lineage, token);
    server.setExecutor(threads);
    server.createContext("/", web::answer);
    server.start();
    return web;
  }

  /** A thread for each looker and some for pages; who comes beyond them is turned away. */
  private static ExecutorService threads() {
    return new ThreadPoolExecutor(
        2,
        THREADS_MAX,
        30,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        Listener.threads("dashboard"));
  }

  URI uri() {
    return Listener.uri(server);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      secure(exchange.getResponseHeaders());
      String path = exchange.getRequestURI().getPath();
      boolean get = exchange.getRequestMethod().equals("GET");
      if (loopback && !isLocal(exchange)) refuse(exchange, 403, "only under a local name");
      else if (token.isPresent() && !token.get().admits(exchange)) {
        refuse(exchange, 401, "only with the token");
      } else if (!get) refuse(exchange, 405, "only GET");
      else if (WORK.contains(path) && !isOwn(exchange)) refuse(exchange, 403, "only from the page");
      else if (path.equals("/events")) look(exchange);
      else if (path.equals("/lineage")) lineage(exchange);
      else if (PAGES.containsKey(path)) page(exchange, PAGES.get(path));
      else refuse(exchange, 404, "nothing here");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A website that gives its own name this machine's address must not read what is here. */
  private static boolean isLocal(HttpExchange exchange) {
    String host = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
    return LOCAL.matcher(host).matches();
  }

  /** Any website may ask in its visitor's name; tools that are no browsers do not say who asks. */
  private static boolean isOwn(HttpExchange exchange) {
    String site = exchange.getRequestHeaders().getFirst("Sec-Fetch-Site");
    return site == null || OWN.contains(site);
  }

  /** Document text is hostile until proven otherwise: no script but ours, no host but this one. */
  private static void secure(Headers headers) {
    headers.set(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cache-Control", "no-cache");
  }

  /** {@code step=S}, {@code document=ID} or {@code evaluation=OFFSET}. */
  private void lineage(HttpExchange exchange) throws IOException, InterruptedException {
    ObjectNode answer;
    try {
      answer = lineage.ask(question(exchange.getRequestURI().getRawQuery()));
    } catch (IllegalArgumentException e) {
      answer = LineageDesk.problem(String.valueOf(e.getMessage()));
    }
    send(
        exchange,
        200,
        "application/json; charset=utf-8",
        answer.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static Question question(@Nullable String query) {
    String[] pair = String.valueOf(query).split("=", 2);
    String value = pair.length < 2 ? "" : URLDecoder.decode(pair[1], StandardCharsets.UTF_8);
    return switch (pair[0]) {
      case "step" -> new Question.OfStep(whole("step", value));
      case "evaluation" -> new Question.OfEvaluation(whole("evaluation's offset", value));
      case "document" -> new Question.OfDocument(value);
      default -> throw new IllegalArgumentException("ask for a step, a document or an evaluation");
    };
  }

  private static long whole(String what, String number) {
    try {
      return Long.parseLong(number.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("a " + what + " is a whole number", e);
    }
  }

  private static void page(HttpExchange exchange, Page page) throws IOException {
    try (InputStream in = Web.class.getResourceAsStream(page.resource())) {
      if (in == null) throw new IOException("no resource " + page.resource());
      send(exchange, 200, page.type(), in.readAllBytes());
    }
  }

  private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
    send(exchange, status, "text/plain", (why + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private void look(HttpExchange exchange) throws IOException, InterruptedException {
    if (!places.tryAcquire()) {
      refuse(exchange, 503, LOOKERS_MAX + " look already");
      return;
    }
    picture.lookers(1);
    try {
      events(exchange);
    } finally {
      picture.lookers(-1);
      places.release();
    }
  }

  private void events(HttpExchange exchange) throws IOException, InterruptedException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    event(out, "about", about);
    Picture.Cursor cursor = Picture.Cursor.NOTHING;
    while (true) {
      Picture.News news = picture.since(cursor);
      cursor = news.cursor();
      event(out, "news", news.json());
      Thread.sleep(PAUSE_MILLIS); // Many records, one event.
      while (!picture.await(cursor, HEARTBEAT_MILLIS)) {
        out.write(":\n\n".getBytes(StandardCharsets.UTF_8)); // Finds out who has left.
        out.flush();
      }
    }
  }

  private static void event(OutputStream out, String name, ObjectNode data) throws IOException {
    out.write(("event: " + name + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
