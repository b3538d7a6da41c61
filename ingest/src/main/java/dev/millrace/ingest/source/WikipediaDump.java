package dev.millrace.ingest.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads MediaWiki's export format: articles, of each the last revision that is there. Redirects and
 * the pages of other namespaces are passed over. Document types, and with them entities, are
 * refused.
 */
final class WikipediaDump implements AutoCloseable {
  private static final XMLInputFactory XML = factory();
  private static final int FILES = 6;
  private static final int CATEGORIES = 14;

  /** Dumps of other tools may lack the element that says so in any language. */
  private static final Pattern REDIRECT =
      Pattern.compile("\\s{0,99}#redirect\\s{0,99}:?\\s{0,99}\\[\\[", Pattern.CASE_INSENSITIVE);

  private final Watched bytes;
  private final int textMax;
  private final XMLStreamReader xml;
  private final Set<String> hiddenNamespaces = new HashSet<>();
  private Optional<String> base = Optional.empty();

  /**
   * @param textMax characters of a page that are kept
   */
  WikipediaDump(InputStream in, int textMax) throws XMLStreamException {
    this.bytes = new Watched(in, 4L * textMax + (1 << 20));
    this.textMax = textMax;
    this.xml = XML.createXMLStreamReader(bytes);
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    // Counts the document itself too, which may be of any size.
    factory.setProperty("http://www.oracle.com/xml/jaxp/properties/totalEntitySizeLimit", 0);
    return factory;
  }

  /** Read so far. */
  long offset() {
    return bytes.count;
  }

  /** The address of a page, up to its title; known before the first page. */
  Optional<String> base() {
    return base;
  }

  /** Names of the namespaces of files and categories; known before the first page. */
  Set<String> hiddenNamespaces() {
    return hiddenNamespaces;
  }

  /** The next article; empty at the end. */
  Optional<WikipediaPage> next() throws XMLStreamException {
    while (xml.hasNext()) {
      if (advance() != XMLStreamConstants.START_ELEMENT) continue;
      switch (xml.getLocalName()) {
        case "base" -> base = prefix(text());
        case "namespace" -> namespace();
        case "page" -> {
          Optional<WikipediaPage> page = page();
          if (page.isPresent()) return page;
        }
        default -> {}
      }
    }
    return Optional.empty();
  }

  private static Optional<String> prefix(String mainPage) {
    int slash = mainPage.lastIndexOf('/');
    boolean url = mainPage.startsWith("https://") || mainPage.startsWith("http://");
    return url && slash > 8 ? Optional.of(mainPage.substring(0, slash + 1)) : Optional.empty();
  }

  private void namespace() throws XMLStreamException {
    String key = xml.getAttributeValue(null, "key");
    String name = text();
    boolean hidden = ("" + FILES).equals(key) || ("" + CATEGORIES).equals(key);
    if (hidden && !name.isBlank()) hiddenNamespaces.add(name);
  }

  /** Empty where it is no article. */
  private Optional<WikipediaPage> page() throws XMLStreamException {
    long offset = bytes.count;
    String title = "";
    String namespace = "";
    String id = "";
    String timestamp = "";
    String model = "wikitext";
    String text = "";
    boolean redirect = false;
    boolean inRevision = false;
    while (true) {
      int event = advance();
      String name = xml.hasName() ? xml.getLocalName() : "";
      if (event == XMLStreamConstants.END_ELEMENT) {
        if (name.equals("revision")) inRevision = false;
        if (name.equals("page")) break;
      } else if (event == XMLStreamConstants.START_ELEMENT) {
        switch (name) {
          case "title" -> title = text();
          case "ns" -> namespace = text();
          case "id" -> id = inRevision || !id.isEmpty() ? id : text();
          case "redirect" -> redirect = true;
          case "revision" -> inRevision = true;
          case "timestamp" -> timestamp = text();
          case "model" -> model = text();
          case "text" -> text = text();
          default -> {}
        }
      }
    }
    redirect |= REDIRECT.matcher(text).lookingAt();
    if (!namespace.strip().equals("0") || redirect || !model.equals("wikitext")) {
      return Optional.empty();
    }
    boolean tooLarge = text.length() > textMax;
    return Optional.of(new WikipediaPage(offset, title, id.strip(), timestamp, text, tooLarge));
  }

  /** Of the element that has just begun; one character too many where it is too long. */
  private String text() throws XMLStreamException {
    StringBuilder text = new StringBuilder();
    for (int depth = 1; depth > 0; ) {
      int event = advance();
      if (event == XMLStreamConstants.START_ELEMENT) depth++;
      if (event == XMLStreamConstants.END_ELEMENT) depth--;
      if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
        int room = textMax + 1 - text.length();
        int count = Math.min(room, xml.getTextLength());
        text.append(xml.getTextCharacters(), xml.getTextStart(), count);
      }
    }
    return text.toString();
  }

  private int advance() throws XMLStreamException {
    bytes.left = bytes.max;
    if (!xml.hasNext()) throw new XMLStreamException("it ends early");
    return xml.next();
  }

  @Override
  public void close() {
    try {
      xml.close();
    } catch (XMLStreamException e) {
      // What was read is read.
    }
    Sources.close(bytes);
  }

  /** Counts, and lets no single name or attribute fill the memory. */
  private static final class Watched extends InputStream {
    private final InputStream in;
    private final long max;
    private long left;
    private long count;

    Watched(InputStream in, long max) {
      this.in = in;
      this.max = max;
      this.left = max;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left <= 0) throw new IOException("something in it is too long");
      int read = in.read(into, offset, length);
      if (read > 0) {
        left -= read;
        count += read;
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
