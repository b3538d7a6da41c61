package dev.millrace.refinery.extraction;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;
import org.jsoup.select.NodeTraversor;

/**
 * A first pass over a page: how much text its suspects and its main parts hold, and which tables
 * are there for the layout.
 */
final class Survey implements NodeFilter {
  /** A suspect with more of the page's text than this is content after all. */
  private static final double SUSPECT_PART_MAX = 0.4;

  private static final int MAIN_CHARACTERS_MIN = 200;
  private static final double ARTICLES_PART_MIN = 0.4;
  private static final Set<String> LAYOUT =
      Set.of("table", "ul", "ol", "dl", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "article");

  /** Of suspects and main parts: the page's characters before them, then those in them. */
  private final IdentityHashMap<Element, Integer> characters = new IdentityHashMap<>();

  private final Set<Element> layoutTables = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Element> roots = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Element> mains = new ArrayList<>();
  private final List<Element> articles = new ArrayList<>();
  private final Deque<Element> tables = new ArrayDeque<>();
  private int paragraphsInCell;
  private int articleDepth;
  private int total;

  static Survey of(Element body) {
    Survey survey = new Survey();
    NodeTraversor.filter(survey, body);
    return survey;
  }

  @Override
  public FilterResult head(Node node, int depth) {
    if (node instanceof TextNode text) total += visible(text.getWholeText());
    if (!(node instanceof Element element)) return FilterResult.CONTINUE;
    if (Boilerplate.isNeverText(element)) return FilterResult.SKIP_ENTIRELY;
    String tag = element.normalName();
    noteTable(element, tag);
    if (isMain(element, tag)) measure(element, mains);
    else if (tag.equals("article") && articleDepth++ == 0) measure(element, articles);
    else if (Boilerplate.isSuspect(element)) characters.put(element, total);
    return FilterResult.CONTINUE;
  }

  private void measure(Element element, List<Element> found) {
    found.add(element);
    roots.add(element);
    characters.put(element, total);
  }

  private static boolean isMain(Element element, String tag) {
    return tag.equals("main") || element.attr("role").equals("main");
  }

  private void noteTable(Element element, String tag) {
    if (!tables.isEmpty()) {
      if (tag.equals("td") || tag.equals("th")) paragraphsInCell = 0;
      boolean secondParagraph = tag.equals("p") && ++paragraphsInCell > 1;
      if (secondParagraph || LAYOUT.contains(tag)) layoutTables.add(tables.element());
    }
    if (tag.equals("table")) tables.push(element);
  }

  @Override
  public FilterResult tail(Node node, int depth) {
    if (!(node instanceof Element element)) return FilterResult.CONTINUE;
    characters.computeIfPresent(element, (e, before) -> total - before);
    String tag = element.normalName();
    if (tag.equals("table")) tables.pop();
    if (tag.equals("article") && !isMain(element, tag)) articleDepth--;
    return FilterResult.CONTINUE;
  }

  private static int visible(String text) {
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > ' ') count++;
    }
    return count;
  }

  /** Whether the element and all in it is to be left out. */
  boolean isBoilerplate(Element element) {
    Integer held = characters.get(element);
    return held != null && !roots.contains(element) && held <= SUSPECT_PART_MAX * total;
  }

  /** Whether a table arranges the page, so that its cells are content by themselves. */
  boolean isLayout(Element table) {
    return layoutTables.contains(table);
  }

  /** The parts that say that they are the content; empty where none does. */
  List<Element> contentRoots() {
    for (Element main : mains) {
      if (characters.get(main) >= MAIN_CHARACTERS_MIN) return List.of(main);
    }
    int inArticles = articles.stream().mapToInt(characters::get).sum();
    return inArticles >= MAIN_CHARACTERS_MIN && inArticles >= ARTICLES_PART_MIN * total
        ? articles
        : List.of();
  }
}
