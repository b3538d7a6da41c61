package dev.millrace.refinery.extraction;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;
import org.jsoup.select.NodeTraversor;

/** A second pass: a part of a page as blocks, boilerplate left out. One line a table row. */
final class BlockReader implements NodeFilter {
  private static final String CELL_SEPARATOR = " | ";
  private static final int CAPTION_LEVEL = 7; // Below every heading.
  private static final Set<String> LINKS_TO_HERE = Set.of("¶", "#", "§");

  private final Survey survey;
  private final List<Block> blocks = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private final Deque<Element> tables = new ArrayDeque<>();
  private Block.Kind kind = Block.Kind.PARAGRAPH;
  private int level;
  private int linkCharacters;
  private int linkDepth;
  private int codeDepth;
  private int rowDepth;
  private boolean spacePending;
  private boolean termOpen;
  private int descriptionStart = -1; // In the text, while nothing of the description is there.

  private BlockReader(Survey survey) {
    this.survey = survey;
  }

  /** The blocks of an element, in order. */
  static List<Block> read(Element root, Survey survey) {
    BlockReader reader = new BlockReader(survey);
    NodeTraversor.filter(reader, root);
    reader.flush();
    return reader.blocks;
  }

  @Override
  public FilterResult head(Node node, int depth) {
    if (node instanceof TextNode textNode) append(textNode.getWholeText());
    if (!(node instanceof Element element)) return FilterResult.CONTINUE;
    if (Boilerplate.isNeverText(element) || survey.isBoilerplate(element)) {
      return FilterResult.SKIP_ENTIRELY;
    }
    open(element, element.normalName());
    return FilterResult.CONTINUE;
  }

  private void open(Element element, String tag) {
    switch (tag) {
      case "br" -> lineBreak();
      case "a" -> linkDepth += element.hasAttr("href") ? 1 : 0;
      case "td", "th" -> openCell();
      case "table" -> {
        tables.push(element);
        begin(Block.Kind.PARAGRAPH);
      }
      case "tr" -> openRow();
      case "pre" -> {
        begin(Block.Kind.CODE);
        if (rowDepth == 0) codeDepth++;
      }
      case "li", "dt" -> begin(Block.Kind.ITEM);
      case "dd" -> openDescription();
      case "caption", "summary" -> {
        begin(Block.Kind.HEADING);
        level = CAPTION_LEVEL;
      }
      case "h1", "h2", "h3", "h4", "h5", "h6" -> {
        begin(Block.Kind.HEADING);
        level = tag.charAt(1) - '0';
      }
      default -> {
        if (element.isBlock()) beginInside();
      }
    }
  }

  private void openRow() {
    boolean data = !tables.isEmpty() && !survey.isLayout(tables.element());
    if (rowDepth > 0 || data) {
      if (rowDepth++ == 0) begin(Block.Kind.ROW);
      spacePending = true;
    } else {
      begin(Block.Kind.PARAGRAPH);
    }
  }

  private void openCell() {
    if (rowDepth == 0) {
      begin(Block.Kind.PARAGRAPH);
    } else if (!text.isEmpty()) {
      text.append(CELL_SEPARATOR);
      spacePending = false;
    }
  }

  /** The first description goes on the line of its term. */
  private void openDescription() {
    if (!termOpen) begin(Block.Kind.ITEM);
    termOpen = false;
    spacePending = true;
    descriptionStart = text.length();
  }

  private void begin(Block.Kind next) {
    if (rowDepth > (next == Block.Kind.ROW ? 1 : 0)) {
      spacePending = true;
      return;
    }
    flush();
    kind = next;
    level = 0;
    termOpen = false;
  }

  /**
   * A block element without a kind of its own: in an item, a heading or code it changes nothing.
   */
  private void beginInside() {
    if (codeDepth > 0 || text.length() == descriptionStart) return;
    boolean empty = text.isEmpty() && kind != Block.Kind.CODE;
    if (!empty || rowDepth > 0) begin(Block.Kind.PARAGRAPH);
  }

  @Override
  public FilterResult tail(Node node, int depth) {
    if (!(node instanceof Element element)) return FilterResult.CONTINUE;
    switch (element.normalName()) {
      case "a" -> linkDepth -= element.hasAttr("href") ? 1 : 0;
      case "td", "th" -> {
        if (rowDepth == 0) begin(Block.Kind.PARAGRAPH);
      }
      case "tr" -> closeRow();
      case "dt" -> termOpen = !text.isEmpty();
      case "table" -> {
        tables.pop();
        begin(Block.Kind.PARAGRAPH);
      }
      case "pre" -> {
        begin(Block.Kind.PARAGRAPH);
        if (rowDepth == 0) codeDepth--;
      }
      default -> {
        if (element.isBlock() && codeDepth == 0) begin(Block.Kind.PARAGRAPH);
      }
    }
    return FilterResult.CONTINUE;
  }

  private void closeRow() {
    if (rowDepth > 0) rowDepth--;
    begin(Block.Kind.PARAGRAPH);
  }

  private void lineBreak() {
    if (rowDepth > 0) {
      spacePending = true;
    } else if (kind == Block.Kind.PARAGRAPH && codeDepth == 0 && endsWith('\n')) {
      begin(Block.Kind.PARAGRAPH); // Two in a row: what else separates paragraphs without markup.
    } else if (!text.isEmpty()) {
      text.append('\n');
      spacePending = false;
    }
  }

  private void append(String run) {
    if (linkDepth > 0 && LINKS_TO_HERE.contains(run.strip())) return;
    int before = text.length();
    if (codeDepth > 0) text.append(run);
    else appendCollapsed(run);
    if (linkDepth > 0) linkCharacters += text.length() - before;
  }

  private void appendCollapsed(String run) {
    for (int i = 0; i < run.length(); i++) {
      char c = run.charAt(i);
      if (c <= ' ' || c == '\u00A0') {
        spacePending = true;
        continue;
      }
      if (spacePending && !text.isEmpty() && !endsWith(' ') && !endsWith('\n')) text.append(' ');
      spacePending = false;
      text.append(c);
    }
  }

  private boolean endsWith(char c) {
    return !text.isEmpty() && text.charAt(text.length() - 1) == c;
  }

  private void flush() {
    String content = kind == Block.Kind.CODE ? trimLines() : text.toString().strip();
    if (hasWord(content)) blocks.add(new Block(kind, level, content, linkCharacters));
    text.setLength(0);
    descriptionStart = -1;
    linkCharacters = 0;
    spacePending = false;
  }

  /** Without blank lines at the ends; the first line keeps its indentation. */
  private String trimLines() {
    String code = text.toString().stripTrailing();
    int start = 0;
    for (int i = 0; i < code.length() && code.charAt(i) <= ' '; i++) {
      if (code.charAt(i) == '\n') start = i + 1;
    }
    return code.substring(start);
  }

  private static boolean hasWord(String content) {
    for (int i = 0; i < content.length(); i++) {
      if (Character.isLetterOrDigit(content.codePointAt(i))) return true;
    }
    return false;
  }
}
