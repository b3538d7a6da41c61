package dev.millrace.ingest.source;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The body of a paper out of its LaTeX files, still LaTeX, by the rules that RedPajama-Data-1T
 * (Together Computer 2023) gives for arXiv: files that are read in are put in their places,
 * comments, preamble and bibliography are left out, macros without arguments stand for what they
 * mean. Here a paper begins at {@code \begin{document}}, so that the abstract stays, and macros are
 * expanded once.
 */
final class Latex {
  private static final int DEPTH_MAX = 10;
  private static final int MACRO_CHARACTERS_MAX = 200;

  private static final Pattern CLASS = Pattern.compile("\\\\document(?:class|style)\\b");
  private static final Pattern BEGIN = Pattern.compile("\\\\begin\\s{0,9}\\{document}");
  private static final Pattern END = Pattern.compile("\\\\end\\s{0,9}\\{document}");

  private static final Pattern INPUT =
      Pattern.compile(
          "\\\\(?:input|include|subfile)\\b\\s{0,9}(?:\\{([^{}\\n]{1,200})}|([\\w./-]{1,200}))");

  private static final Pattern BIBLIOGRAPHY =
      Pattern.compile(
          "\\\\(?:bibliography|bibliographystyle|printbibliography)\\b(?:\\{[^{}]{0,500}})?");

  private static final Pattern REFERENCES =
      Pattern.compile("\\\\(begin|end)\\s{0,9}\\{(?:thebibliography|references|REFERENCES)}");

  private static final Pattern COMMENTS = Pattern.compile("\\\\(begin|end)\\s{0,9}\\{comment}");

  private static final Pattern MACRO =
      Pattern.compile(
          "\\\\(?:(?:re)?newcommand\\*?\\s{0,9}\\{?\\s{0,9}|def\\s{0,9})\\\\([A-Za-z]{1,50})\\s{0,9}}?\\s{0,9}\\{");

  private static final Pattern COMMAND = Pattern.compile("\\\\([A-Za-z]+)");

  private final Map<String, String> files = new HashMap<>();
  private final int charactersMax;
  private int characters;

  /**
   * @param files by their path in the archive, with slashes
   * @param charactersMax of all that is put together
   */
  Latex(Map<String, String> files, int charactersMax) {
    this.charactersMax = charactersMax;
    files.forEach((path, text) -> this.files.put(inside(path), withoutComments(text)));
  }

  /** Empty where no file is a paper, or it grows beyond the limit. */
  Optional<String> body() {
    Optional<String> main =
        files.keySet().stream()
            .filter(path -> CLASS.matcher(files.get(path)).find())
            .max(
                Comparator.comparing((String path) -> BEGIN.matcher(files.get(path)).find())
                    .thenComparing(path -> files.get(path).length())
                    .thenComparing(Comparator.reverseOrder()));
    if (main.isEmpty() && files.size() == 1) main = Optional.of(files.keySet().iterator().next());
    if (main.isEmpty()) return Optional.empty();
    StringBuilder whole = new StringBuilder();
    boolean fits = put(main.get(), main.get(), 0, whole);
    return fits ? Optional.of(cleaned(whole.toString())) : Optional.empty();
  }

  /** A file with those that it reads in; what is not in the archive is left out. */
  private boolean put(String path, String main, int depth, StringBuilder out) {
    String text = files.get(path);
    characters += text.length();
    if (characters > charactersMax) return false;
    Matcher input = INPUT.matcher(text);
    int from = 0;
    while (input.find()) {
      out.append(text, from, input.start());
      from = input.end();
      String named = input.group(1) == null ? input.group(2) : input.group(1);
      Optional<String> found = find(named.strip(), main);
      boolean known = found.isPresent() && depth < DEPTH_MAX;
      if (known && !put(found.get(), main, depth + 1, out)) return false;
    }
    out.append(text, from, text.length());
    return true;
  }

  private Optional<String> find(String named, String main) {
    String folder = main.substring(0, main.lastIndexOf('/') + 1);
    for (String path : new String[] {folder + named, named}) {
      for (String ending : new String[] {"", ".tex"}) {
        String wanted = inside(path + ending);
        if (files.containsKey(wanted)) return Optional.of(wanted);
      }
    }
    return Optional.empty();
  }

  /** The path without dots. It only ever names an entry. */
  private static String inside(String path) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return String.join("/", parts);
  }

  private String cleaned(String whole) {
    Map<String, String> macros = macros(whole);
    Matcher begin = BEGIN.matcher(whole);
    int from = begin.find() ? begin.end() : 0;
    Matcher end = END.matcher(whole);
    int to = end.find(from) ? end.start() : whole.length();
    String body = without(REFERENCES, whole.substring(from, to));
    body = BIBLIOGRAPHY.matcher(body).replaceAll("");
    return expanded(body, macros).strip();
  }

  /** An unescaped percent sign takes the rest of its line; a line of nothing else goes. */
  private static String withoutComments(String text) {
    StringBuilder kept = new StringBuilder();
    for (String line : (Iterable<String>) text.lines()::iterator) {
      int end = commentStart(line);
      if (end == line.length()) {
        kept.append(line).append('\n');
      } else if (!line.substring(0, end).isBlank()) {
        kept.append(line, 0, end).append('\n');
      }
    }
    return without(COMMENTS, kept.toString());
  }

  private static int commentStart(String line) {
    for (int i = 0; i < line.length(); i++) {
      if (line.charAt(i) == '\\') i++;
      else if (line.charAt(i) == '%') return i;
    }
    return line.length();
  }

  /** Without the environments; one that does not end goes to the end. */
  private static String without(Pattern environment, String text) {
    StringBuilder kept = new StringBuilder();
    Matcher mark = environment.matcher(text);
    int from = 0;
    int depth = 0;
    while (mark.find()) {
      boolean begins = mark.group(1).equals("begin");
      if (begins && depth++ == 0) kept.append(text, from, mark.start());
      if (!begins && depth > 0 && --depth == 0) from = mark.end();
    }
    if (depth == 0) kept.append(text, from, text.length());
    return kept.toString();
  }

  /** Those without arguments whose meaning is short, by name. */
  private static Map<String, String> macros(String whole) {
    Map<String, String> macros = new HashMap<>();
    Matcher macro = MACRO.matcher(whole);
    while (macro.find()) {
      int end = closing(whole, macro.end());
      if (end > 0) macros.put(macro.group(1), whole.substring(macro.end(), end));
    }
    return macros;
  }

  /** Of the brace that is open; -1 where it is not near. */
  private static int closing(String text, int from) {
    int depth = 1;
    int last = Math.min(text.length(), from + MACRO_CHARACTERS_MAX);
    for (int i = from; i < last; i++) {
      char c = text.charAt(i);
      if (c == '#') return -1; // It has arguments.
      if (c == '\\') i++;
      else if (c == '{') depth++;
      else if (c == '}' && --depth == 0) return i;
    }
    return -1;
  }

  private String expanded(String body, Map<String, String> macros) {
    StringBuilder out = new StringBuilder();
    Matcher command = COMMAND.matcher(body);
    int from = 0;
    boolean defined = false;
    while (command.find()) {
      String meaning = macros.get(command.group(1));
      boolean expand = meaning != null && !defined && out.length() < charactersMax;
      out.append(body, from, expand ? command.start() : command.end());
      if (expand) out.append(meaning);
      from = command.end();
      defined = command.group(1).matches("(re)?newcommand|def"); // The next one is being defined.
    }
    return out.append(body, from, body.length()).toString();
  }
}
