package dev.millrace.ingest.source;

import dev.millrace.schemas.RawDocument;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A book of Project Gutenberg. What is before its START line and after its END line, the project's
 * licence, is left out, as the licence asks of whoever passes the text on without the name, and so
 * are the credits between them and the book; title, author, language and release in the header
 * become metadata. Books before 2004 have the end of the small print and a line of words in the
 * places of these lines. Without any of them the file is one document as it is.
 */
final class GutenbergBook implements Items {
  /** Latin-1 keeps bytes as they are, whatever the book's charset is. */
  private static final Pattern START =
      Pattern.compile(
          "^\\*{3} ?START OF (?:THE|THIS) PROJECT GUTENBERG EBOOK[^\\n]{0,500}\\n"
              + "(?:[^*\\n]{1,200}\\*{3}[ \\r]*\\n)?"
              + "|^\\*END[ *]THE SMALL PRINT![^\\n]{0,200}\\*END\\*[ \\r]*\\n",
          Pattern.MULTILINE);

  private static final Pattern END =
      Pattern.compile(
          "^\\*{3} ?END OF (?:THE|THIS) PROJECT GUTENBERG EBOOK"
              + "|^[ *]{0,9}(?i:End of (?:the |this )?Project Gutenberg)",
          Pattern.MULTILINE);

  /** A first line that names the project, for the mark may be far. */
  private static final Pattern FIRST_LINE =
      Pattern.compile(
          "\\A(?:\u00ef\u00bb\u00bf)?[ *]{0,9}(?:The )?Project Gutenberg(?:'s| e-?(?:text|book)) ",
          Pattern.CASE_INSENSITIVE);

  /** The first paragraph after the mark, where it says who made the file. */
  private static final Pattern CREDITS =
      Pattern.compile(
          "\\s{0,99}(?:(?:Produced|Transcribed|Prepared) (?:by|from)"
              + "|(?:This )?e-?(?:text|book) (?:was )?(?:produced|prepared|transcribed) by)\\b"
              + "(?:[^\\n]{1,200}\\n){1,20}?[ \\r]{0,9}\\n",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern FIELD =
      Pattern.compile(
          "^(Title|Author|Language|Release date|Character set encoding): *(.*)$",
          Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

  private static final Pattern EBOOK =
      Pattern.compile("\\[e(?:Book|text) #(\\d{1,7})]", Pattern.CASE_INSENSITIVE);
  private static final Pattern CHARSET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:+-]{0,39}");

  private final Source source;
  private boolean read;

  GutenbergBook(Source source) {
    this.source = source;
  }

  /** Whether a file that starts so is such a book. */
  static boolean isBook(String start) {
    return FIRST_LINE.matcher(start).find() || START.matcher(start).find();
  }

  @Override
  public Optional<Item> next() {
    if (read) return Optional.empty();
    read = true;
    int bytesMax = source.options().documentBytesMax();
    try {
      byte[] bytes = source.bytes().readNBytes(bytesMax + 1);
      return Optional.of(bytes.length > bytesMax ? source.tooLarge(0, "the book") : book(bytes));
    } catch (IOException e) {
      return Optional.of(source.damaged(0, String.valueOf(e.getMessage())));
    }
  }

  private Item book(byte[] bytes) {
    String latin = new String(bytes, StandardCharsets.ISO_8859_1);
    Map<String, String> metadata = new HashMap<>(source.place().metadata());
    Optional<String> charset = Optional.empty();
    int from = 0;
    int to = bytes.length;
    Matcher start = START.matcher(latin);
    if (start.find()) {
      from = start.end();
      Matcher credits = CREDITS.matcher(latin).region(from, to);
      if (credits.lookingAt()) from = credits.end();
      charset = header(bytes, start.start(), metadata);
    }
    Matcher end = END.matcher(latin);
    if (end.find(from)) to = end.start();
    while (from < to && latin.charAt(from) <= ' ') from++;
    while (to > from && latin.charAt(to - 1) <= ' ') to--;
    Place place = source.place();
    return source.document(
        0,
        new RawDocument(
            place.name(),
            source.options().domain(),
            place.uri().orElse(null),
            MediaTypes.PLAIN,
            charset.orElse(null),
            ByteBuffer.wrap(bytes, from, to - from).slice(),
            null,
            metadata));
  }

  /** Its fields; returns the charset that it says. */
  private static Optional<String> header(byte[] bytes, int end, Map<String, String> metadata) {
    String header = new String(bytes, 0, end, StandardCharsets.UTF_8);
    Optional<String> charset = Optional.empty();
    Matcher ebook = EBOOK.matcher(header);
    if (ebook.find()) metadata.put("ebook", ebook.group(1));
    Matcher field = FIELD.matcher(header);
    while (field.find()) {
      String name = field.group(1).toLowerCase(Locale.ROOT);
      String value = field.group(2).strip();
      if (name.startsWith("character")) {
        charset = charset(value);
      } else if (name.startsWith("release")) {
        release(value, metadata);
      } else if (!value.isEmpty()) {
        metadata.putIfAbsent(name, value);
      }
    }
    return charset;
  }

  private static void release(String value, Map<String, String> metadata) {
    String date = EBOOK.matcher(value).replaceAll("").strip();
    if (!date.isEmpty()) metadata.put("released", date);
  }

  private static Optional<String> charset(String value) {
    if (value.equalsIgnoreCase("ISO Latin-1")) return Optional.of("ISO-8859-1");
    return Optional.of(value).filter(c -> CHARSET.matcher(c).matches());
  }

  @Override
  public void close() {
    Sources.close(source.bytes());
  }
}
