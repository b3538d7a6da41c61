package dev.millrace.ingest.source;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
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

  /** Programs: language, media type, extensions. Markup and data are none. */
  private static final List<String[]> PROGRAMS =
      """
      Ada | text/x-ada | ada adb ads
      Assembly | text/x-asm | asm s
      Awk | text/x-awk | awk
      Batchfile | text/x-bat | bat cmd
      C | text/x-c | c h
      C# | text/x-csharp | cs csx
      C++ | text/x-c++ | cc cpp cxx c++ hh hpp hxx h++ inl
      CMake | text/x-cmake | cmake
      COBOL | text/x-cobol | cob cbl
      CUDA | text/x-cuda | cu cuh
      Clojure | text/x-clojure | clj cljs cljc
      CoffeeScript | text/x-coffeescript | coffee
      Common Lisp | text/x-common-lisp | lisp lsp
      Crystal | text/x-crystal | cr
      Cython | text/x-cython | pyx pxd
      D | text/x-d | d
      Dart | text/x-dart | dart
      Elixir | text/x-elixir | ex exs
      Elm | text/x-elm | elm
      Emacs Lisp | text/x-emacs-lisp | el
      Erlang | text/x-erlang | erl hrl
      F# | text/x-fsharp | fs fsi fsx
      Fortran | text/x-fortran | f for f77 f90 f95 f03 f08
      GLSL | text/x-glsl | glsl frag vert
      Go | text/x-go | go
      Groovy | text/x-groovy | groovy gradle
      HCL | text/x-hcl | tf hcl
      Haskell | text/x-haskell | hs lhs
      Haxe | text/x-haxe | hx
      Java | text/x-java | java
      JavaScript | text/javascript | js mjs cjs jsx
      Julia | text/x-julia | jl
      Kotlin | text/x-kotlin | kt kts
      Lean | text/x-lean | lean
      Lua | text/x-lua | lua
      Makefile | text/x-makefile | mk mak
      Nim | text/x-nim | nim
      OCaml | text/x-ocaml | ml mli
      Objective-C++ | text/x-objective-c++ | mm
      PHP | text/x-php | php
      Pascal | text/x-pascal | pas
      Perl | text/x-perl | pl pm
      PowerShell | text/x-powershell | ps1 psm1
      Python | text/x-python | py pyi pyw
      R | text/x-r | r
      Racket | text/x-racket | rkt
      Ruby | text/x-ruby | rb rake gemspec
      Rust | text/x-rust | rs
      SQL | text/x-sql | sql
      Scala | text/x-scala | scala sbt
      Scheme | text/x-scheme | scm ss
      Shell | text/x-shellscript | sh bash zsh ksh fish
      Solidity | text/x-solidity | sol
      Svelte | text/x-svelte | svelte
      Swift | text/x-swift | swift
      SystemVerilog | text/x-systemverilog | sv svh
      Tcl | text/x-tcl | tcl
      TypeScript | text/x-typescript | ts tsx mts cts
      VHDL | text/x-vhdl | vhd vhdl
      Verilog | text/x-verilog | v
      Visual Basic | text/x-vb | vb
      Vue | text/x-vue | vue
      Zig | text/x-zig | zig
      """
          .lines()
          .map(line -> line.split(" \\| "))
          .toList();

  private static final Map<String, String> BY_EXTENSION =
      Stream.concat(
              PROGRAMS.stream().map(program -> types(program[1], program[2].split(" "))),
              Stream.of(
                  types(PLAIN, "txt", "text"),
                  types(HTML, "html", "htm"),
                  types(XHTML, "xhtml"),
                  types("text/markdown", "md", "markdown"),
                  types("text/x-rst", "rst"),
                  types("text/x-tex", "tex"),
                  types("application/json", "json"),
                  types("application/xml", "xml", "xsd", "xsl"),
                  types("text/csv", "csv"),
                  types("text/tab-separated-values", "tsv"),
                  types("text/css", "css"),
                  types("text/x-yaml", "yaml", "yml"),
                  types("text/x-toml", "toml"),
                  types("text/x-properties", "properties", "ini", "cfg"),
                  types("text/x-protobuf", "proto")))
          .flatMap(types -> types.entrySet().stream())
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  /** Programming languages by the media type. */
  private static final Map<String, String> LANGUAGES =
      PROGRAMS.stream().collect(Collectors.toUnmodifiableMap(p -> p[1], p -> p[0]));

  private static final Pattern HTML_START =
      Pattern.compile(
          "\\A\\s*(<\\?xml[^>]*>\\s*)?(<!--.{0,2000}?-->\\s*)?<(!doctype\\s+html|html)\\b",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private MediaTypes() {}

  private static Map<String, String> types(String type, String... extensions) {
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
