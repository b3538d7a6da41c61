package dev.millrace.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The bytes behind a URL, through connections that break: what is missing is asked for by its range
 * (RFC 9110, section 14), if the server says by an entity tag or a date that it is still the same
 * version. Redirects are followed as far as Java's client does, five times, and never from https to
 * http.
 */
final class Download implements Resumed.Origin {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(1);
  private static final int OK = 200;
  private static final int PARTIAL = 206;

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(Redirect.NORMAL)
          .build();

  private final URI uri;
  private final Duration firstPause;
  private final OptionalLong size;
  private final Optional<String> version;
  private final InputStream body;

  /**
   * Connects.
   *
   * @param firstPause before the second attempt after a connection broke; doubles with each
   * @throws IOException where the server has nothing to give
   */
  Download(URI uri, Duration firstPause) throws IOException {
    this.uri = uri;
    this.firstPause = firstPause;
    HttpResponse<InputStream> response = send(request().build());
    if (response.statusCode() != OK) {
      response.body().close();
      throw new IOException("the server answers with status " + response.statusCode());
    }
    this.body = response.body();
    this.size = response.headers().firstValueAsLong("Content-Length");
    this.version = version(response);
  }

  /** Of all bytes; empty where the server does not say. */
  OptionalLong size() {
    return size;
  }

  /** What changes when the bytes do; empty where the server does not say. */
  Optional<String> version() {
    return version;
  }

  /** A weak tag does not promise the same bytes. */
  private static Optional<String> version(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("ETag")
        .filter(tag -> !tag.startsWith("W/"))
        .or(() -> response.headers().firstValue("Last-Modified"));
  }

  /** All bytes, once. */
  InputStream bytes() {
    return new Resumed(body, size, this, firstPause);
  }

  @Override
  public boolean isVersioned() {
    return version.isPresent();
  }

  @Override
  public InputStream openAt(long position) throws IOException {
    HttpResponse<InputStream> response;
    try {
      response =
          send(
              request()
                  .header("Range", "bytes=" + position + "-")
                  .header("If-Range", version.orElseThrow())
                  .build());
    } catch (IOException e) {
      return Resumed.failing(e);
    }
    InputStream rest = response.body();
    int status = response.statusCode();
    if (status >= 500) {
      rest.close();
      return Resumed.failing(new IOException("the server answers with status " + status));
    }
    if (!version(response).equals(version) || (status != OK && status != PARTIAL)) {
      rest.close();
      throw new IOException("it has changed on the server while it was read");
    }
    if (status == PARTIAL && !startsAt(response, position)) {
      rest.close();
      throw new IOException("the server answers with another range than it was asked for");
    }
    return status == OK ? skipping(rest, position) : rest;
  }

  /** A server that knows no ranges gives all of it again. */
  private static InputStream skipping(InputStream all, long position) {
    try {
      all.skipNBytes(position);
      return all;
    } catch (IOException e) {
      return Resumed.failing(e);
    }
  }

  private static boolean startsAt(HttpResponse<?> response, long position) {
    return response
        .headers()
        .firstValue("Content-Range")
        .filter(range -> range.startsWith("bytes " + position + "-"))
        .isPresent();
  }

  private HttpRequest.Builder request() {
    return HttpRequest.newBuilder(uri).timeout(ANSWER_TIMEOUT);
  }

  private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    try {
      return client.send(request, BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IOException("interrupted", e);
  }
}
