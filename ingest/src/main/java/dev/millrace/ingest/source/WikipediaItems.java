package dev.millrace.ingest.source;

import dev.millrace.schemas.RawDocument;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.xml.stream.XMLStreamException;

/**
 * One document an article of a dump of Wikipedia or another MediaWiki, named by its address. Pages
 * are parsed on as many threads as there are processors, and come in the dump's order. A page whose
 * markup is too deep, too large or takes too long is a document all the same, so that a position
 * among the items means the same each time: it stays wikitext, which its metadata says.
 */
final class WikipediaItems implements Items {
  private static final int PARSED_CHARACTERS_MAX = 512 << 10;
  private static final Duration PARSE_TIME_MAX = Duration.ofSeconds(10);
  private static final long STACK_BYTES = 16 << 20;
  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  private final Source source;
  private final Queue<Parsing> ahead = new ArrayDeque<>();
  private Optional<WikipediaDump> dump = Optional.empty();
  private Optional<Item> damage = Optional.empty();
  private boolean ended;

  private record Parsing(WikipediaPage page, FutureTask<String> text) {}

  WikipediaItems(Source source) {
    this.source = source;
  }

  @Override
  public Optional<Item> next() {
    while (!ended && ahead.size() < THREADS) readAhead();
    Parsing first = ahead.poll();
    if (first != null) return Optional.of(item(first));
    Optional<Item> last = damage;
    damage = Optional.empty();
    return last;
  }

  private void readAhead() {
    try {
      if (dump.isEmpty()) {
        dump = Optional.of(new WikipediaDump(source.bytes(), source.options().documentBytesMax()));
      }
      Optional<WikipediaPage> page = dump.get().next();
      ended = page.isEmpty();
      page.ifPresent(this::parse);
    } catch (XMLStreamException e) {
      ended = true;
      long offset = dump.map(WikipediaDump::offset).orElse(0L);
      damage =
          Optional.of(source.damaged(offset, "the dump is damaged or ends early: " + reason(e)));
    }
  }

  private static String reason(XMLStreamException e) {
    Throwable nested = e.getNestedException();
    return String.valueOf((nested == null ? e : nested).getMessage());
  }

  private void parse(WikipediaPage page) {
    Wikitext wikitext = new Wikitext(dump.orElseThrow().hiddenNamespaces());
    FutureTask<String> text = new FutureTask<>(() -> wikitext.text(page.wikitext()));
    ahead.add(new Parsing(page, text));
    if (page.wikitext().length() > PARSED_CHARACTERS_MAX) {
      text.cancel(false);
      return;
    }
    Thread thread = new Thread(null, text, "wikitext", STACK_BYTES);
    thread.setDaemon(true); // Nothing stops the parser: one that takes too long is left behind.
    thread.start();
  }

  private Item item(Parsing parsing) {
    WikipediaPage page = parsing.page();
    if (page.isTooLarge()) return source.tooLarge(page.offset(), "page \"" + page.title() + "\"");
    Optional<String> text = text(parsing.text());
    Map<String, String> metadata = new HashMap<>(source.place().metadata());
    metadata.put("title", page.title());
    if (!page.timestamp().isEmpty()) metadata.put("revised", page.timestamp());
    if (text.isEmpty()) metadata.put("markup", "wikitext");
    Optional<String> base = dump.flatMap(WikipediaDump::base);
    if (base.filter(WikipediaPage::isShareAlike).isPresent()) {
      metadata.put("licence", "CC-BY-SA-4.0");
    }
    Optional<String> uri = base.map(page::uri);
    byte[] content = text.orElse(page.wikitext()).getBytes(StandardCharsets.UTF_8);
    if (content.length > source.options().documentBytesMax()) {
      return source.tooLarge(page.offset(), "page \"" + page.title() + "\"");
    }
    return source.document(
        page.offset(),
        new RawDocument(
            uri.orElse(source.place().position("P" + page.id())),
            source.options().domain(),
            uri.orElse(null),
            MediaTypes.PLAIN,
            StandardCharsets.UTF_8.name(),
            ByteBuffer.wrap(content),
            null,
            metadata));
  }

  /** Empty where the page could not be parsed. */
  private static Optional<String> text(FutureTask<String> task) {
    try {
      if (task.isCancelled()) return Optional.empty();
      return Optional.of(task.get(PARSE_TIME_MAX.toNanos(), TimeUnit.NANOSECONDS));
    } catch (ExecutionException | TimeoutException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    dump.ifPresent(WikipediaDump::close);
    Sources.close(source.bytes());
  }
}
