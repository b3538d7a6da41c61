package dev.millrace.runtime.metrics;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;

/**
 * What whoever asks over HTTP must know: as {@code Authorization: Bearer TOKEN}, or as the password
 * of any user (RFC 7617), which is what browsers ask people for. It comes from a file and is never
 * printed.
 */
public final class AccessToken {
  private static final int LENGTH_MIN = 16;
  private static final String BEARER = "Bearer ";
  private static final String BASIC = "Basic ";

  private final byte[] token;

  private AccessToken(byte[] token) {
    this.token = token;
  }

  /**
   * The one in a file, white space around it aside; nothing where no file is named.
   *
   * @throws IOException if it cannot be read, or is shorter than {@value #LENGTH_MIN} characters
   */
  public static Optional<AccessToken> read(Optional<Path> file) throws IOException {
    if (file.isEmpty()) return Optional.empty();
    String text = Files.readString(file.get()).strip();
    if (text.length() < LENGTH_MIN) {
      throw new IOException(
          file.get() + " must hold a token of at least " + LENGTH_MIN + " characters");
    }
    return Optional.of(new AccessToken(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Whether it is there; if not, the answer says how to bring it and needs a 401 yet. */
  public boolean admits(HttpExchange exchange) {
    String said = exchange.getRequestHeaders().getFirst("Authorization");
    if (said != null && MessageDigest.isEqual(token, claimed(said))) return true;
    exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"millrace\"");
    return false;
  }

  private static byte[] claimed(String authorization) {
    if (authorization.startsWith(BEARER)) {
      return authorization.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8);
    }
    if (!authorization.startsWith(BASIC)) return new byte[0];
    try {
      byte[] pair = Base64.getDecoder().decode(authorization.substring(BASIC.length()));
      String text = new String(pair, StandardCharsets.UTF_8);
      return text.substring(text.indexOf(':') + 1).getBytes(StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return new byte[0]; // No base64.
    }
  }
}
