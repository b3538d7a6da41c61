package dev.millrace.refinery.pii;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * Signed JSON Web Tokens (RFC 7519 in the compact form of RFC 7515): three parts in base64url with
 * points between them, a header that names its algorithm, claims, and a signature.
 */
final class JsonWebTokens {
  private static final String OBJECT = "eyJ"; // {" in base64url.
  private static final int HEADER_MAX = 4096;
  private static final int SIGNATURE_MIN = 40; // The shortest algorithms give 32 bytes.

  private JsonWebTokens() {}

  static void find(String text, List<Span> spans) {
    int from = 0;
    for (int start = text.indexOf(OBJECT); start >= 0; start = text.indexOf(OBJECT, from)) {
      int header = partEnd(text, start);
      from = header;
      if (start > 0 && isPart(text.charAt(start - 1))) continue;
      int claims = nextPart(text, header);
      int signature = claims < 0 ? -1 : nextPart(text, claims);
      if (signature < 0 || signature - claims - 1 < SIGNATURE_MIN) continue;
      if (!text.startsWith(OBJECT, header + 1) || !isHeader(text, start, header)) continue;
      spans.add(new Span(Kind.API_KEY, start, signature));
      from = signature;
    }
  }

  private static int partEnd(String text, int start) {
    int end = start;
    while (end < text.length() && isPart(text.charAt(end))) end++;
    return end;
  }

  /** The end of the part that follows, or -1. */
  private static int nextPart(String text, int end) {
    boolean point = end < text.length() && text.charAt(end) == '.';
    return point ? partEnd(text, end + 1) : -1;
  }

  private static boolean isPart(char c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }

  private static boolean isHeader(String text, int start, int end) {
    int length = end - start;
    if (length > HEADER_MAX || length % 4 == 1) return false;
    byte[] json = Base64.getUrlDecoder().decode(text.substring(start, end));
    return new String(json, StandardCharsets.UTF_8).contains("\"alg\"");
  }
}
