package dev.millrace.refinery.extraction;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.jsoup.parser.Tag;
import org.jsoup.parser.TagSet;

/**
 * The main content of an HTML page as text: paragraphs and headings with a blank line between them,
 * list items and table rows on lines of their own, code as it stands.
 *
 * <p>A page that says where its content is ({@code main}, {@code article}) is taken at its word.
 * Elsewhere blocks are judged by length and link density, and short ones by their neighbours (after
 * boilerpipe, Kohlschütter et al. 2010, and jusText, Pomikálek 2011). All of it is linear in the
 * size of the page.
 */
final class MainContent {
  private static final int GOOD_CHARACTERS_MIN = 80;
  private static final double GOOD_LINK_DENSITY_MAX = 0.35;
  private static final double BAD_LINK_DENSITY_MIN = 0.5;
  private static final double BAD_SENTENCE_LINK_DENSITY_MIN = 0.8;
  private static final int LINK_LIST_CHARACTERS_MAX = 400;

  private static final String XML_DECLARATION = "<?xml";
  private static final List<String> OFTEN_EMPTY =
      List.of("a", "div", "iframe", "p", "script", "span", "style", "td", "textarea", "title");

  /** How many short blocks may lie between a short block and the good one that vouches for it. */
  private static final int REACH = 4;

  private enum Worth {
    GOOD,
    SHORT,
    SCRAP,
    BAD
  }

  private MainContent() {}

  /**
   * Throws {@link Deadline.Passed} when it takes too long.
   *
   * @param isXhtml whether it was sent as such; a page that begins as XML is it all the same
   */
  static String of(String html, boolean isXhtml, Duration timeMax) {
    Deadline deadline = new Deadline(html, timeMax);
    Document page = parser(isXhtml || html.startsWith(XML_DECLARATION)).parseInput(deadline, "");
    Element body = page.body();
    Survey survey = Survey.of(body);
    deadline.check();
    List<Element> roots = survey.contentRoots();
    List<Block> blocks =
        roots.isEmpty() ? amongNeighbours(BlockReader.read(body, survey)) : inside(roots, survey);
    deadline.check();
    return text(withoutLoneHeadings(blocks));
  }

  /** In XHTML any element may be empty: as HTML, all that follows would be inside of it. */
  private static Parser parser(boolean isXhtml) {
    Parser parser = Parser.htmlParser();
    if (!isXhtml) return parser;
    TagSet tags = TagSet.Html();
    for (String name : OFTEN_EMPTY) {
      tags.valueOf(name, Parser.NamespaceHtml).set(Tag.SelfClose);
    }
    return parser.tagSet(tags);
  }

  private static List<Block> inside(List<Element> roots, Survey survey) {
    List<Block> kept = new ArrayList<>();
    for (Element root : roots) {
      for (Block block : BlockReader.read(root, survey)) {
        if (block.isHeading() || !(isLinkList(block) || block.isScrap())) kept.add(block);
      }
    }
    return kept;
  }

  private static boolean isLinkList(Block block) {
    return isMostlyLinks(block) && block.text().length() < LINK_LIST_CHARACTERS_MAX;
  }

  private static boolean isMostlyLinks(Block block) {
    return block.linkDensity()
        > (block.isSentence() ? BAD_SENTENCE_LINK_DENSITY_MIN : BAD_LINK_DENSITY_MIN);
  }

  private static List<Block> amongNeighbours(List<Block> blocks) {
    Worth[] worths = blocks.stream().map(MainContent::classify).toArray(Worth[]::new);
    boolean anyGood = List.of(worths).contains(Worth.GOOD);
    boolean[] vouched = new boolean[worths.length];
    vouch(blocks, worths, vouched, 0, 1);
    vouch(blocks, worths, vouched, worths.length - 1, -1);
    List<Block> kept = new ArrayList<>();
    for (int i = 0; i < worths.length; i++) {
      boolean keep = worths[i] == Worth.SHORT && (vouched[i] || !anyGood);
      if (keep || worths[i] == Worth.GOOD) kept.add(blocks.get(i));
    }
    return kept;
  }

  private static Worth classify(Block block) {
    int length = block.text().length();
    if (block.kind() == Block.Kind.CODE) return Worth.GOOD;
    if (isMostlyLinks(block) || block.isCopyright()) return Worth.BAD;
    if (block.isScrap()) return Worth.SCRAP;
    boolean good = length >= GOOD_CHARACTERS_MIN && block.linkDensity() < GOOD_LINK_DENSITY_MAX;
    return good && !block.isHeading() ? Worth.GOOD : Worth.SHORT;
  }

  /**
   * Marks the short blocks that come soon after a good one in this direction. One that is a
   * sentence vouches in its turn, so that a long list of short descriptions stays whole.
   */
  private static void vouch(
      List<Block> blocks, Worth[] worths, boolean[] vouched, int from, int step) {
    int sinceGood = REACH + 1;
    for (int i = from; i >= 0 && i < worths.length; i += step) {
      if (worths[i] == Worth.GOOD) {
        sinceGood = 0;
      } else if (worths[i] == Worth.BAD) {
        sinceGood = REACH + 1;
      } else if (++sinceGood <= REACH) {
        vouched[i] = true;
        if (blocks.get(i).isSentence()) sinceGood = 0;
      }
    }
  }

  /** A heading stays where text or a deeper heading that stays comes after it. */
  private static List<Block> withoutLoneHeadings(List<Block> blocks) {
    List<Block> kept = new ArrayList<>();
    int levelAfter = 0;
    for (int i = blocks.size() - 1; i >= 0; i--) {
      Block block = blocks.get(i);
      if (block.isHeading()
          && (kept.isEmpty() || (levelAfter > 0 && levelAfter <= block.level()))) {
        continue;
      }
      levelAfter = block.level();
      kept.add(block);
    }
    Collections.reverse(kept);
    return kept;
  }

  private static String text(List<Block> blocks) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < blocks.size(); i++) {
      if (i > 0) text.append(blocks.get(i).continues(blocks.get(i - 1)) ? "\n" : "\n\n");
      text.append(blocks.get(i).line());
    }
    return text.toString();
  }
}
