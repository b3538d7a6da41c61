package dev.millrace.ingest.source;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What bytes are, once unpacked, and who reads them. */
public enum Format {
  /** One JSON object a line: {@link JsonLine}. */
  JSON_LINES("jsonl", true, List.of("jsonl", "ndjson")) {
    @Override
    Items read(Source source) {
      return new LineItems(source, new JsonLine(source));
    }
  },

  /** Rows of a table whose first names its columns: {@link CsvItems}. */
  CSV("csv", true, List.of("csv")) {
    @Override
    Items read(Source source) {
      return new CsvItems(source, ',');
    }
  },

  /** The same with tabs between the columns. */
  TSV("tsv", true, List.of("tsv")) {
    @Override
    Items read(Source source) {
      return new CsvItems(source, '\t');
    }
  },

  /** Rows of named columns: {@link ParquetItems}. */
  PARQUET("parquet", false, List.of("parquet")) {
    @Override
    Items read(Source source) {
      return new ParquetItems(source);
    }
  },

  /** Each line that is not blank is a document: {@link PlainLine}. */
  LINES("lines", true, List.of()) {
    @Override
    Items read(Source source) {
      return new LineItems(source, new PlainLine(source));
    }
  },

  /** The file is a document. */
  TEXT("text", false, List.of()) {
    @Override
    Items read(Source source) {
      String name = source.fileName();
      return new WholeFile(source, MediaTypes.ofName(name).orElse(MediaTypes.PLAIN));
    }
  },

  /** The file is a page. */
  HTML("html", false, List.of("html", "htm", "xhtml")) {
    @Override
    Items read(Source source) {
      String type = MediaTypes.ofName(source.fileName()).orElse(MediaTypes.HTML);
      return new WholeFile(source, MediaTypes.isHtml(type) ? type : MediaTypes.HTML);
    }
  },

  /** Dumps of Wikipedia and other wikis: {@link WikipediaItems}. */
  WIKIPEDIA("wikipedia", false, List.of()) {
    @Override
    Items read(Source source) {
      return new WikipediaItems(source);
    }
  },

  /** Books of Project Gutenberg: {@link GutenbergBook}. */
  GUTENBERG("gutenberg", false, List.of()) {
    @Override
    Items read(Source source) {
      return new GutenbergBook(source);
    }
  },

  /** Papers in LaTeX: {@link ArxivItems}. Nothing but the user tells them. */
  ARXIV("arxiv", false, List.of()) {
    @Override
    Items read(Source source) {
      return new ArxivItems(source, Optional.empty());
    }
  },

  /** WARC, WET and ARC: {@link WarcItems}. */
  WARC("warc", true, List.of("warc", "wet", "wat", "arc")) {
    @Override
    Items read(Source source) {
      return new WarcItems(source);
    }
  },

  /** Each entry is read as a file of its own. */
  ZIP("zip", false, List.of("zip", "jar", "war")) {
    @Override
    Items read(Source source) {
      return archive(source, ZipEntries.of(source));
    }
  },

  /** Each entry is read as a file of its own. */
  TAR("tar", false, List.of("tar")) {
    @Override
    Items read(Source source) {
      return archive(source, new TarEntries(source.bytes()));
    }
  };

  private static final int TAR_MAGIC_AT = 257;
  private static final Pattern DUMP =
      Pattern.compile("\\A(?:\u00ef\u00bb\u00bf)?\\s*(?:<\\?xml[^>]*>\\s*)?<mediawiki\\b");
  private final String optionName;
  private final boolean appendable;

  @SuppressWarnings("ImmutableEnumChecker") // Only ever List.of.
  private final List<String> extensions;

  Format(String optionName, boolean appendable, List<String> extensions) {
    this.optionName = optionName;
    this.appendable = appendable;
    this.extensions = extensions;
  }

  /** The items in the bytes, which {@link Sources} has unpacked. */
  abstract Items read(Source source);

  private static Items archive(Source source, ArchiveEntries entries) {
    return source.options().format().equals(Optional.of(ARXIV))
        ? new ArxivItems(source, Optional.of(entries))
        : new ArchiveItems(source, entries);
  }

  /** As users name it. */
  public String optionName() {
    return optionName;
  }

  /** Whether bytes added at the end add documents and change none. */
  public boolean isAppendable() {
    return appendable;
  }

  /** The format that users name so. */
  public static Optional<Format> named(String optionName) {
    return Stream.of(values()).filter(f -> f.optionName.equals(optionName)).findFirst();
  }

  /**
   * The format of unpacked bytes. An archive or Parquet is one whatever {@code wanted} says, which
   * then goes for an archive's entries; for the rest {@code wanted} wins over the name and the name
   * over the bytes.
   *
   * @param name the file's, without extensions of compression
   * @param head the first bytes
   * @return empty for what is no text
   */
  static Optional<Format> of(String name, byte[] head, Optional<Format> wanted) {
    Optional<Format> known = ofMagic(head);
    if (known.isPresent() || wanted.isPresent()) return known.or(() -> wanted);
    String extension = MediaTypes.extension(name);
    return Stream.of(values())
        .filter(f -> f.extensions.contains(extension))
        .findFirst()
        .or(() -> ofText(extension, head));
  }

  private static Optional<Format> ofMagic(byte[] head) {
    if (starts(head, 0, "PK\3\4") || starts(head, 0, "PK\5\6")) return Optional.of(ZIP);
    if (starts(head, 0, "PAR1")) return Optional.of(PARQUET);
    return starts(head, TAR_MAGIC_AT, "ustar") ? Optional.of(TAR) : Optional.empty();
  }

  private static Optional<Format> ofText(String extension, byte[] head) {
    String start = new String(head, StandardCharsets.ISO_8859_1);
    if (start.startsWith("WARC/") || start.startsWith("filedesc://")) return Optional.of(WARC);
    if (DUMP.matcher(start).find()) return Optional.of(WIKIPEDIA);
    if (GutenbergBook.isBook(start)) return Optional.of(GUTENBERG);
    boolean named = MediaTypes.ofName("." + extension).isPresent();
    if ((!named || extension.equals("json")) && isJsonLines(start)) return Optional.of(JSON_LINES);
    if (named) return Optional.of(TEXT);
    return MediaTypes.ofBytes(head).map(type -> MediaTypes.isHtml(type) ? HTML : TEXT);
  }

  /** Such a first line, or the beginning of one. */
  private static boolean isJsonLines(String start) {
    int end = start.indexOf('\n');
    String line = (end < 0 ? start : start.substring(0, end)).strip();
    return line.startsWith("{") && line.contains("\"text\"") && (end < 0 || line.endsWith("}"));
  }

  private static boolean starts(byte[] head, int from, String magic) {
    byte[] bytes = magic.getBytes(StandardCharsets.ISO_8859_1);
    return head.length >= from + bytes.length
        && Arrays.equals(head, from, from + bytes.length, bytes, 0, bytes.length);
  }
}
