package dev.millrace.ingest.source;

import dev.millrace.ingest.source.ArchiveEntries.Entry;
import dev.millrace.schemas.RawDocument;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Papers as arXiv gives their sources away: a paper is a file of LaTeX or an archive of several,
 * and what is packed within an archive is a paper of its own, as in the monthly archives. A paper
 * is one document in LaTeX ({@link Latex}), named by its number.
 */
final class ArxivItems implements Items {
  /** In a file's name: 2001.00001v2 since 2007, before that a field and seven digits. */
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\d.])(\\d{4}\\.\\d{4,5}|(?:[a-z-]{2,12})\\d{7})(?:v\\d{1,3})?(?![\\d])");

  private static final Pattern OLD = Pattern.compile("([a-z-]+)(\\d{7})");
  private static final Pattern TEX = Pattern.compile("(?i).*\\.(tex|ltx|latex)");
  private static final Pattern PACKED = Pattern.compile("(?i).*\\.(gz|tgz|tar|zip)");

  private final Source source;
  private final Optional<ArchiveEntries> entries;
  private final Map<String, String> files = new LinkedHashMap<>();
  private Optional<Items> paper = Optional.empty();
  private long bytes;
  private boolean ended;

  /**
   * @param entries of an archive; empty: the bytes are a file of LaTeX
   */
  ArxivItems(Source source, Optional<ArchiveEntries> entries) {
    this.source = source;
    this.entries = entries;
  }

  @Override
  public Optional<Item> next() {
    while (true) {
      Optional<Item> item = paper.flatMap(Items::next);
      if (item.isPresent() || ended) return item;
      closePaper();
      try {
        if (entries.isEmpty()) {
          take("main.tex", source.bytes());
          return end();
        }
        Optional<Entry> entry = entries.get().next();
        if (entry.isEmpty()) return end();
        if (source.scope().wants(entry.get().path())) take(entry.get());
      } catch (IOException | IllegalArgumentException e) {
        ended = true;
        return Optional.of(
            source.damaged(0, "the paper is damaged or ends early: " + e.getMessage()));
      }
    }
  }

  private void take(Entry entry) throws IOException {
    if (TEX.matcher(entry.path()).matches()) {
      take(entry.path(), entry.bytes());
    } else if (PACKED.matcher(entry.path()).matches()
        && source.scope().depth() < Sources.DEPTH_MAX) {
      InputStream packed =
          source.scope().expansion().watch(new EndsAtDamage(entry.bytes(), "the entry"));
      Place place = source.place().entry(entry.path());
      paper =
          Optional.of(
              Sources.open(place, packed, Optional.empty(), source.scope().inside()).items());
    }
  }

  private void take(String path, InputStream in) throws IOException {
    long room = source.options().documentBytesMax() - bytes;
    byte[] content = in.readNBytes((int) Math.max(0, room) + 1);
    bytes += content.length;
    if (bytes <= source.options().documentBytesMax()) files.put(path, decoded(content));
  }

  /** Nearly all is UTF-8; what is not was Latin-1 as a rule. */
  private static String decoded(byte[] content) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      return new String(content, StandardCharsets.ISO_8859_1);
    }
  }

  /** The archive's own paper, where it has files of one. */
  private Optional<Item> end() {
    ended = true;
    if (files.isEmpty() && bytes == 0) return Optional.empty();
    int max = source.options().documentBytesMax();
    if (bytes > max) return Optional.of(source.tooLarge(0, "the paper"));
    boolean text =
        files.values().stream().allMatch(f -> f.indexOf('\0') < 0 && !f.startsWith("%PDF"));
    Optional<String> body = text ? new Latex(files, max).body() : Optional.empty();
    if (body.isEmpty()) {
      return Optional.of(new Item.Unsupported(source.place().shown(), "no paper in LaTeX"));
    }
    return Optional.of(document(body.get()));
  }

  private Item document(String body) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    if (content.length > source.options().documentBytesMax())
      return source.tooLarge(0, "the paper");
    Place place = source.place();
    Map<String, String> metadata = new HashMap<>(place.metadata());
    Optional<String> number = number(place.fileName());
    number.ifPresent(n -> metadata.put("arxiv", n));
    Optional<String> uri = number.map(n -> "https://arxiv.org/abs/" + n);
    return source.document(
        0,
        new RawDocument(
            uri.orElse(place.name()),
            source.options().domain(),
            uri.or(place::uri).orElse(null),
            "text/x-tex",
            StandardCharsets.UTF_8.name(),
            ByteBuffer.wrap(content),
            null,
            metadata));
  }

  private static Optional<String> number(String fileName) {
    Matcher number = NUMBER.matcher(fileName.toLowerCase(Locale.ROOT));
    if (!number.find()) return Optional.empty();
    Matcher old = OLD.matcher(number.group(1));
    return Optional.of(old.matches() ? old.group(1) + "/" + old.group(2) : number.group(1));
  }

  private void closePaper() {
    paper.ifPresent(Items::close);
    paper = Optional.empty();
  }

  @Override
  public void close() {
    closePaper();
    entries.ifPresent(Sources::close);
    Sources.close(source.bytes());
  }
}
