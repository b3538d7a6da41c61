package dev.millrace.refinery.extraction;

import com.ibm.icu.text.CharsetDetector;
import com.ibm.icu.text.CharsetMatch;
import dev.millrace.refinery.text.SourceDocument;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Bytes to text. The first that says something decides: a byte order mark, the declared charset, a
 * declaration inside the page, valid UTF-8, detection by content (ICU). Malformed bytes become
 * U+FFFD.
 *
 * <p>US-ASCII and ISO-8859-1 mean windows-1252, as browsers have it (WHATWG Encoding), and only
 * where the bytes are not valid UTF-8: servers declare them by default. Other names of parts of a
 * charset mean all of it too, GB2312 GB18030. UTF-8 is believed only of bytes that are, and no
 * other charset of bytes that can hardly be anything but UTF-8.
 */
public final class Decoding {
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  /** What is declared by the name of a part of it (WHATWG Encoding, section 4.2). */
  private static final Map<Charset, Charset> WIDER =
      Map.of(
          Charset.forName("GB2312"), Charset.forName("GB18030"),
          Charset.forName("GBK"), Charset.forName("GB18030"),
          Charset.forName("Big5"), Charset.forName("Big5-HKSCS"),
          Charset.forName("Shift_JIS"), Charset.forName("windows-31j"),
          Charset.forName("EUC-KR"), Charset.forName("x-windows-949"),
          Charset.forName("ISO-8859-9"), Charset.forName("windows-1254"),
          Charset.forName("TIS-620"), Charset.forName("x-windows-874"),
          Charset.forName("x-iso-8859-11"), Charset.forName("x-windows-874"));

  private static final int DECLARATION_BYTES = 2048;
  private static final int DETECTION_BYTES = 1 << 16;
  private static final int SEQUENCES_MIN = 16;
  private static final char REPLACEMENT = '\uFFFD';

  private Decoding() {}

  /** The document's content as text, without a byte order mark. */
  public static String decode(SourceDocument document) {
    byte[] bytes = document.content();
    if (startsWith(bytes, 0xEF, 0xBB, 0xBF)) return text(bytes, 3, StandardCharsets.UTF_8);
    if (startsWith(bytes, 0xFE, 0xFF)) return text(bytes, 2, StandardCharsets.UTF_16BE);
    if (startsWith(bytes, 0xFF, 0xFE)) return text(bytes, 2, StandardCharsets.UTF_16LE);
    Optional<Charset> declared =
        document
            .charset()
            .or(() -> MediaTypes.charset(document.mediaType()))
            .flatMap(Decoding::charset)
            .or(() -> declaredInside(document));
    boolean western = declared.filter(Decoding::isWesternDefault).isPresent();
    String utf8 = text(bytes, 0, StandardCharsets.UTF_8);
    boolean other = declared.isPresent() && !western && !isUtf8(declared.get());
    if (other && !isNothingButUtf8(utf8)) return text(bytes, 0, declared.get());
    if (isUtf8(utf8)) return utf8;
    return text(bytes, 0, western ? WINDOWS_1252 : detected(bytes));
  }

  private static boolean startsWith(byte[] bytes, int... mark) {
    if (bytes.length < mark.length) return false;
    for (int i = 0; i < mark.length; i++) {
      if ((bytes[i] & 0xFF) != mark[i]) return false;
    }
    return true;
  }

  private static String text(byte[] bytes, int from, Charset charset) {
    return new String(bytes, from, bytes.length - from, charset);
  }

  private static boolean isWesternDefault(Charset charset) {
    return charset.equals(StandardCharsets.US_ASCII)
        || charset.equals(StandardCharsets.ISO_8859_1)
        || charset.equals(WINDOWS_1252);
  }

  private static boolean isUtf8(Charset charset) {
    return charset.equals(StandardCharsets.UTF_8);
  }

  /** Whether it was made of sequences that text in another charset does not have all through. */
  private static boolean isNothingButUtf8(String text) {
    if (text.indexOf(REPLACEMENT) >= 0) return false;
    int beyondAscii = 0;
    for (int i = 0; i < text.length() && beyondAscii < SEQUENCES_MIN; i++) {
      if (text.charAt(i) >= 0x80) beyondAscii++;
    }
    return beyondAscii == SEQUENCES_MIN;
  }

  /** Whether bytes that became this text were UTF-8, a few damaged characters aside. */
  private static boolean isUtf8(String text) {
    if (text.indexOf(REPLACEMENT) < 0) return true;
    int damaged = 0;
    int good = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == REPLACEMENT) damaged++;
      else if (c >= 0x80) good++;
    }
    return good >= 4 * damaged;
  }

  private static Optional<Charset> declaredInside(SourceDocument document) {
    if (!MediaTypes.isMarkup(document.mediaType())) return Optional.empty();
    byte[] bytes = document.content();
    String head =
        new String(bytes, 0, Math.min(bytes.length, DECLARATION_BYTES), StandardCharsets.ISO_8859_1)
            .toLowerCase(Locale.ROOT);
    int at = head.startsWith("<?xml") ? head.indexOf("encoding", 5) : -1;
    if (at < 0 || at > head.indexOf('>')) at = inMeta(head);
    return at < 0 ? Optional.empty() : named(head, at).map(Decoding::readableInAscii);
  }

  /** Where a meta element speaks of it: scripts and links have charsets of their own. */
  private static int inMeta(String head) {
    for (int meta = head.indexOf("<meta"); meta >= 0; meta = head.indexOf("<meta", meta + 1)) {
      int at = head.indexOf("charset", meta);
      int end = head.indexOf('>', meta);
      if (at >= 0 && (end < 0 || at < end)) return at;
    }
    return -1;
  }

  /** The charset named after the next equals sign. */
  private static Optional<Charset> named(String head, int at) {
    int start = head.indexOf('=', at) + 1;
    if (start == 0) return Optional.empty();
    while (start < head.length() && " \t\r\n\"'".indexOf(head.charAt(start)) >= 0) start++;
    int end = start;
    while (end < head.length() && isNamePart(head.charAt(end))) end++;
    return charset(head.substring(start, end));
  }

  private static boolean isNamePart(char c) {
    return c < 0x80 && (Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == ':');
  }

  /** What could be read as ASCII cannot be UTF-16, whatever it says. */
  private static Charset readableInAscii(Charset declared) {
    return declared.name().startsWith("UTF-16") ? StandardCharsets.UTF_8 : declared;
  }

  private static Optional<Charset> charset(String name) {
    try {
      Charset charset = Charset.forName(name.strip());
      return Optional.of(WIDER.getOrDefault(charset, charset));
    } catch (IllegalArgumentException unknown) {
      return Optional.empty();
    }
  }

  private static Charset detected(byte[] bytes) {
    CharsetDetector detector = new CharsetDetector();
    detector.setText(Arrays.copyOf(bytes, Math.min(bytes.length, DETECTION_BYTES)));
    CharsetMatch match = detector.detect();
    Optional<Charset> found =
        match == null ? Optional.empty() : charset(match.getName().replace("_ltr", ""));
    return found.filter(charset -> !isWesternDefault(charset)).orElse(WINDOWS_1252);
  }
}
