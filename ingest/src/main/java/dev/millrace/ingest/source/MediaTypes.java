package dev.millrace.ingest.source;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which file names and IANA media types are text. */
final class MediaTypes {
  static final String PLAIN = "text/plain";
  static final String HTML = "text/html";
  static final String XHTML = "application/xhtml+xml";

  /** Types of the web that are texts for machines, not for readers. */
  private static final Set<String> PAGE_PARTS =
      Set.of("text/css", "text/javascript", "text/ecmascript", "text/dns", "text/calendar");

  private static final Map<String, String> BY_EXTENSION =
      Stream.of(
              Map.of("txt", PLAIN, "text", PLAIN, "html", HTML, "htm", HTML, "xhtml", XHTML),
              code("text/markdown", "md", "markdown"),
              code("text/x-rst", "rst"),
              code("text/x-tex", "tex"),
              code("application/json", "json"),
              code("application/xml", "xml", "xsd", "xsl"),
              code("text/csv", "csv"),
              code("text/tab-separated-values", "tsv"),
              code("text/css", "css"),
              code("text/javascript", "js", "mjs", "jsx"),
              code("text/x-typescript", "ts", "tsx"),
              code("text/x-java", "java"),
              code("text/x-kotlin", "kt", "kts"),
              code("text/x-scala", "scala"),
              code("text/x-groovy", "groovy", "gradle"),
              code("text/x-clojure", "clj"),
              code("text/x-python", "py"),
              code("text/x-ruby", "rb"),
              code("text/x-perl", "pl", "pm"),
              code("text/x-php", "php"),
              code("text/x-lua", "lua"),
              code("text/x-r", "r"),
              code("text/x-julia", "jl"),
              code("text/x-c", "c", "h"),
              code("text/x-c++", "cc", "cpp", "cxx", "hh", "hpp"),
              code("text/x-csharp", "cs"),
              code("text/x-go", "go"),
              code("text/x-rust", "rs"),
              code("text/x-swift", "swift"),
              code("text/x-haskell", "hs"),
              code("text/x-ocaml", "ml", "mli"),
              code("text/x-erlang", "erl"),
              code("text/x-elixir", "ex", "exs"),
              code("text/x-shellscript", "sh", "bash"),
              code("text/x-sql", "sql"),
              code("text/x-yaml", "yaml", "yml"),
              code("text/x-toml", "toml"),
              code("text/x-properties", "properties", "ini", "cfg"),
              code("text/x-protobuf", "proto"))
          .flatMap(types -> types.entrySet().stream())
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  /** Of programs, by the media type; markup and data are none. */
  private static final Map<String, String> LANGUAGES =
      Map.ofEntries(
          Map.entry("text/javascript", "JavaScript"),
          Map.entry("text/x-typescript", "TypeScript"),
          Map.entry("text/x-java", "Java"),
          Map.entry("text/x-kotlin", "Kotlin"),
          Map.entry("text/x-scala", "Scala"),
          Map.entry("text/x-groovy", "Groovy"),
          Map.entry("text/x-clojure", "Clojure"),
          Map.entry("text/x-python", "Python"),
          Map.entry("text/x-ruby", "Ruby"),
          Map.entry("text/x-perl", "Perl"),
          Map.entry("text/x-php", "PHP"),
          Map.entry("text/x-lua", "Lua"),
          Map.entry("text/x-r", "R"),
          Map.entry("text/x-julia", "Julia"),
          Map.entry("text/x-c", "C"),
          Map.entry("text/x-c++", "C++"),
          Map.entry("text/x-csharp", "C#"),
          Map.entry("text/x-go", "Go"),
          Map.entry("text/x-rust", "Rust"),
          Map.entry("text/x-swift", "Swift"),
          Map.entry("text/x-haskell", "Haskell"),
          Map.entry("text/x-ocaml", "OCaml"),
          Map.entry("text/x-erlang", "Erlang"),
          Map.entry("text/x-elixir", "Elixir"),
          Map.entry("text/x-shellscript", "Shell"),
          Map.entry("text/x-sql", "SQL"));

  private static final Pattern HTML_START =
      Pattern.compile(
          "\\A\\s*(<\\?xml[^>]*>\\s*)?(<!--.{0,2000}?-->\\s*)?<(!doctype\\s+html|html)\\b",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private MediaTypes() {}

  private static Map<String, String> code(String type, String... extensions) {
    return Stream.of(extensions).collect(Collectors.toMap(e -> e, e -> type));
  }

  /** The media type of text that has such a name; empty where the name does not say. */
  static Optional<String> ofName(String name) {
    return Optional.ofNullable(BY_EXTENSION.get(extension(name)));
  }

  /** HTML or plain text by the first bytes; empty for what is no text. */
  static Optional<String> ofBytes(byte[] bytes) {
    byte[] head = Arrays.copyOf(bytes, Math.min(bytes.length, PeekedInput.HEAD_BYTES_MAX));
    String start = new String(head, StandardCharsets.ISO_8859_1);
    if (HTML_START.matcher(start).find()) return Optional.of(HTML);
    return isText(head) ? Optional.of(PLAIN) : Optional.empty();
  }

  /** No zero bytes but after the byte order mark of UTF-16, and few control characters. */
  static boolean isText(byte[] head) {
    String start = new String(head, StandardCharsets.ISO_8859_1);
    if (start.startsWith("\u00fe\u00ff") || start.startsWith("\u00ff\u00fe")) return true;
    if (start.startsWith("%PDF-")) return false;
    int controls = 0;
    for (byte b : head) {
      if (b == 0) return false;
      if (b > 0 && b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f') controls++;
    }
    return controls * 20 <= head.length;
  }

  /** The programming language of such text; empty for what is no program. */
  static Optional<String> codeLanguage(String mediaType) {
    return Optional.ofNullable(LANGUAGES.get(mediaType));
  }

  /** In lower case, without the dot; empty where there is none. */
  static String extension(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  static boolean isHtml(String type) {
    return type.equals(HTML) || type.equals(XHTML);
  }

  /** Whether a page of the web with this type is a document. */
  static boolean isPage(String type) {
    return (type.startsWith("text/") && !PAGE_PARTS.contains(type))
        || type.equals(XHTML)
        || type.equals("application/json")
        || type.equals("application/xml");
  }
}
