package dev.millrace.refinery.extraction;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jsoup.nodes.Element;

/** Elements that are no content by what they are or by what they call themselves. */
final class Boilerplate {
  private static final Set<String> NEVER_TEXT =
      Set.of(
          "script",
          "style",
          "noscript",
          "template",
          "head",
          "svg",
          "iframe",
          "object",
          "embed",
          "canvas",
          "audio",
          "video",
          "button",
          "input",
          "select",
          "textarea",
          "datalist");
  private static final Set<String> TAGS = Set.of("nav", "footer", "aside", "menu", "dialog");
  private static final Set<String> ROLES =
      Set.of(
          "navigation",
          "banner",
          "contentinfo",
          "search",
          "dialog",
          "alertdialog",
          "menu",
          "menubar",
          "complementary",
          "toolbar");
  private static final Set<String> NAMES =
      Set.of(
          "nav",
          "navbar",
          "navigation",
          "subnav",
          "topnav",
          "bottomnav",
          "menu",
          "submenu",
          "sidebar",
          "footer",
          "breadcrumb",
          "breadcrumbs",
          "cookie",
          "cookies",
          "consent",
          "gdpr",
          "popup",
          "modal",
          "overlay",
          "share",
          "sharing",
          "social",
          "related",
          "recommended",
          "recommendations",
          "promo",
          "advert",
          "adverts",
          "advertisement",
          "advertising",
          "ads",
          "ad",
          "sponsor",
          "sponsored",
          "newsletter",
          "subscribe",
          "subscription",
          "comments",
          "pagination",
          "pager",
          "toolbar",
          "toc",
          "skip",
          "login",
          "signin",
          "signup",
          "copyright",
          "masthead",
          "widget");

  private static final Set<String> LISTING_PARTS = Set.of("td", "span", "pre");
  private static final List<String> LINE_NUMBERS = List.of("lineno", "linenos", "gutter");

  private Boilerplate() {}

  /** What has no text to read, wherever it stands. */
  static boolean isNeverText(Element element) {
    return NEVER_TEXT.contains(element.normalName()) || isLineNumbers(element);
  }

  /** The numbers of the lines of a listing, as its highlighters set them beside it. */
  private static boolean isLineNumbers(Element element) {
    return element.attributesSize() > 0
        && LISTING_PARTS.contains(element.normalName())
        && LINE_NUMBERS.stream().anyMatch(element::hasClass);
  }

  /** What is probably no content, unless it holds much of the page. */
  static boolean isSuspect(Element element) {
    if (TAGS.contains(element.normalName())) return true;
    if (element.attributesSize() == 0) return false;
    return ROLES.contains(element.attr("role"))
        || isHidden(element)
        || namesIt(element.attr("class"))
        || namesIt(element.id());
  }

  private static boolean isHidden(Element element) {
    return element.hasAttr("hidden")
        || element.attr("aria-hidden").equals("true")
        || element.attr("style").toLowerCase(Locale.ROOT).replace(" ", "").contains("display:none");
  }

  /** Whether a word of a class or id, such as {@code topNav} or {@code site-footer}, says so. */
  private static boolean namesIt(String name) {
    int start = 0;
    for (int i = 1; i <= name.length(); i++) {
      if (i < name.length() && !startsWord(name, i)) continue;
      if (NAMES.contains(letters(name, start, i))) return true;
      start = i;
    }
    return false;
  }

  private static boolean startsWord(String name, int at) {
    char before = name.charAt(at - 1);
    char c = name.charAt(at);
    return !Character.isLetter(before)
        || (Character.isLowerCase(before) && !Character.isLowerCase(c));
  }

  private static String letters(String name, int start, int end) {
    int last = end;
    while (last > start && !Character.isLetter(name.charAt(last - 1))) last--;
    return name.substring(start, last).toLowerCase(Locale.ROOT);
  }
}
