package dev.millrace.ingest.source;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sweble.wikitext.engine.EngineException;
import org.sweble.wikitext.engine.PageId;
import org.sweble.wikitext.engine.PageTitle;
import org.sweble.wikitext.engine.WtEngineImpl;
import org.sweble.wikitext.engine.config.WikiConfig;
import org.sweble.wikitext.engine.utils.DefaultConfigEnWp;
import org.sweble.wikitext.parser.nodes.WtDefinitionList;
import org.sweble.wikitext.parser.nodes.WtDefinitionListDef;
import org.sweble.wikitext.parser.nodes.WtDefinitionListTerm;
import org.sweble.wikitext.parser.nodes.WtExternalLink;
import org.sweble.wikitext.parser.nodes.WtHeading;
import org.sweble.wikitext.parser.nodes.WtHorizontalRule;
import org.sweble.wikitext.parser.nodes.WtIllegalCodePoint;
import org.sweble.wikitext.parser.nodes.WtImageLink;
import org.sweble.wikitext.parser.nodes.WtInternalLink;
import org.sweble.wikitext.parser.nodes.WtListItem;
import org.sweble.wikitext.parser.nodes.WtNode;
import org.sweble.wikitext.parser.nodes.WtOrderedList;
import org.sweble.wikitext.parser.nodes.WtPageSwitch;
import org.sweble.wikitext.parser.nodes.WtParagraph;
import org.sweble.wikitext.parser.nodes.WtSemiPreLine;
import org.sweble.wikitext.parser.nodes.WtSignature;
import org.sweble.wikitext.parser.nodes.WtTable;
import org.sweble.wikitext.parser.nodes.WtTagExtension;
import org.sweble.wikitext.parser.nodes.WtTemplate;
import org.sweble.wikitext.parser.nodes.WtTemplateParameter;
import org.sweble.wikitext.parser.nodes.WtText;
import org.sweble.wikitext.parser.nodes.WtUnorderedList;
import org.sweble.wikitext.parser.nodes.WtUrl;
import org.sweble.wikitext.parser.nodes.WtXmlAttributes;
import org.sweble.wikitext.parser.nodes.WtXmlCharRef;
import org.sweble.wikitext.parser.nodes.WtXmlComment;
import org.sweble.wikitext.parser.nodes.WtXmlElement;
import org.sweble.wikitext.parser.nodes.WtXmlEntityRef;
import org.sweble.wikitext.parser.parser.LinkTargetException;

/**
 * The readable text of a page of MediaWiki, parsed by Sweble: paragraphs, headings, lists and the
 * words of links. Templates, tables, footnotes, pictures, categories and links to other languages
 * are left out, for what they say cannot be known from the page alone or is not prose.
 */
final class Wikitext {
  /** Extensions whose content is text. */
  private static final Set<String> LITERAL =
      Set.of("nowiki", "pre", "poem", "source", "syntaxhighlight", "math", "chem");

  private static final Set<String> DROPPED_ELEMENTS =
      Set.of("ref", "references", "gallery", "table");
  private static final WikiConfig CONFIG = DefaultConfigEnWp.generate();

  private static final Set<String> ISO_LANGUAGES = Set.of(Locale.getISOLanguages());

  private static final Pattern SWITCH = Pattern.compile("__\\p{Lu}{3,30}__");

  private final Pattern hidden;

  /**
   * @param hiddenNamespaces names, in any case, whose pages are linked to without being named:
   *     files and categories
   */
  Wikitext(Set<String> hiddenNamespaces) {
    String names =
        Stream.concat(Stream.of("File", "Image", "Category"), hiddenNamespaces.stream())
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    this.hidden =
        Pattern.compile(
            "\\[\\[ {0,9}(?:" + names + ") {0,9}:",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }

  /**
   * What a reader reads.
   *
   * @throws StackOverflowError where the page is nested too deep
   * @throws EngineException where the parser gives up
   */
  String text(String wikitext) throws EngineException {
    try {
      PageId page = new PageId(PageTitle.make(CONFIG, "Page"), -1);
      StringBuilder out = new StringBuilder();
      String english = hidden.matcher(wikitext).replaceAll("[[File:"); // As the parser knows them.
      children(new WtEngineImpl(CONFIG).postprocess(page, english, null).getPage(), out);
      return tidied(out.toString());
    } catch (LinkTargetException e) {
      throw new IllegalStateException("a title that is one", e);
    }
  }

  private void children(WtNode node, StringBuilder out) {
    for (WtNode child : node) append(child, out);
  }

  private void append(WtNode node, StringBuilder out) {
    if (node instanceof WtText text) {
      out.append(text.getContent());
    } else if (node instanceof WtXmlEntityRef entity) {
      if (entity.getResolved() != null) out.append(entity.getResolved());
    } else if (node instanceof WtXmlCharRef character) {
      if (Character.isValidCodePoint(character.getCodePoint())) {
        out.appendCodePoint(character.getCodePoint());
      }
    } else if (node instanceof WtInternalLink link) {
      link(link, out);
    } else if (node instanceof WtExternalLink link) {
      if (link.hasTitle()) children(link.getTitle(), out);
    } else if (node instanceof WtUrl url) {
      out.append(url.getProtocol()).append(':').append(url.getPath());
    } else if (node instanceof WtTagExtension extension) {
      String name = extension.getName().toLowerCase(Locale.ROOT);
      if (LITERAL.contains(name)) out.append(extension.getBody().getContent());
    } else if (node instanceof WtXmlElement element) {
      element(element, out);
    } else if (node instanceof WtListItem
        || node instanceof WtDefinitionListTerm
        || node instanceof WtDefinitionListDef) {
      out.append(node instanceof WtListItem ? "\n-" : "\n");
      children(node, out);
    } else if (isBlock(node)) {
      out.append("\n\n");
      children(node, out);
      out.append("\n\n");
    } else if (node instanceof WtSemiPreLine) {
      children(node, out);
      out.append('\n');
    } else if (!isHidden(node)) {
      children(node, out);
    }
  }

  private static boolean isBlock(WtNode node) {
    return node instanceof WtParagraph
        || node instanceof WtHeading
        || node instanceof WtUnorderedList
        || node instanceof WtOrderedList
        || node instanceof WtDefinitionList;
  }

  private static boolean isHidden(WtNode node) {
    return node instanceof WtTemplate
        || node instanceof WtTemplateParameter
        || node instanceof WtTable
        || node instanceof WtImageLink
        || node instanceof WtXmlComment
        || node instanceof WtXmlAttributes
        || node instanceof WtPageSwitch
        || node instanceof WtSignature
        || node instanceof WtHorizontalRule
        || node instanceof WtIllegalCodePoint;
  }

  private void link(WtInternalLink link, StringBuilder out) {
    String target = link.getTarget().isResolved() ? link.getTarget().getAsString() : "";
    if (isOtherLanguage(target)) return;
    out.append(link.getPrefix());
    if (link.hasTitle()) {
      children(link.getTitle(), out);
    } else {
      out.append(target.startsWith(":") ? target.substring(1) : target);
    }
    out.append(link.getPostfix());
  }

  /** A link beside the page to its like in another language, as {@code fr:Moulin} is. */
  private static boolean isOtherLanguage(String target) {
    int colon = target.indexOf(':');
    return colon > 0 && ISO_LANGUAGES.contains(target.substring(0, colon));
  }

  private void element(WtXmlElement element, StringBuilder out) {
    String name = element.getName().toLowerCase(Locale.ROOT);
    if (name.equals("br")) out.append('\n');
    if (DROPPED_ELEMENTS.contains(name) || !element.hasBody()) return;
    boolean block = name.equals("div") || name.equals("p") || name.equals("blockquote");
    if (block) out.append("\n\n");
    children(element.getBody(), out);
    if (block) out.append("\n\n");
  }

  /** One blank line at most, and no parentheses around what was left out. */
  private static String tidied(String text) {
    StringBuilder tidy = new StringBuilder();
    boolean blank = false;
    for (String line : (Iterable<String>) SWITCH.matcher(text).replaceAll("").lines()::iterator) {
      String kept = line.strip().replace(" ()", "").replace(" ( )", "");
      if (kept.equals("-")) continue;
      if (!kept.isEmpty()) {
        if (tidy.length() > 0) tidy.append(blank ? "\n\n" : "\n");
        tidy.append(kept);
      }
      blank = kept.isEmpty();
    }
    return tidy.toString();
  }
}
