package dev.millrace.runtime.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Settings as a run file that says all of them, each with its source as a comment. */
final class EffectiveYaml {
  private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z0-9_-]+");
  private static final Pattern SEGMENT =
      Pattern.compile("\\G\\.?([A-Za-z0-9_-]+|\"(?:[^\"\\\\]|\\\\.)*\"|\\[\\d+\\])");
  private static final String INDENT = "  ";

  private EffectiveYaml() {}

  /** How a key is written in a path and in YAML: in quotes unless it is a plain word. */
  static String key(String key) {
    return PLAIN_KEY.matcher(key).matches() ? key : ScalarType.quoted(key);
  }

  static String of(List<Setting> settings) {
    return String.join("\n", lines(tree(settings))) + "\n";
  }

  /** A leaf is a setting, everything else a map by segment, in the order of the settings. */
  private static Map<String, Object> tree(List<Setting> settings) {
    Map<String, Object> root = new LinkedHashMap<>();
    for (Setting setting : settings) {
      List<String> segments = segments(setting.path());
      Map<String, Object> at = root;
      for (String segment : segments.subList(0, segments.size() - 1)) at = child(at, segment);
      at.put(segments.get(segments.size() - 1), setting);
    }
    return root;
  }

  @SuppressWarnings("unchecked") // Only this class puts into the tree.
  private static Map<String, Object> child(Map<String, Object> parent, String segment) {
    return (Map<String, Object>) parent.computeIfAbsent(segment, s -> new LinkedHashMap<>());
  }

  private static List<String> segments(String path) {
    List<String> segments = new ArrayList<>();
    Matcher segment = SEGMENT.matcher(path);
    while (segment.find()) segments.add(segment.group(1));
    return segments;
  }

  @SuppressWarnings("unchecked")
  private static List<String> lines(Map<String, Object> tree) {
    List<String> lines = new ArrayList<>();
    tree.forEach(
        (segment, below) -> {
          boolean element = segment.startsWith("[");
          String start = element ? "-" : segment + ":";
          if (below instanceof Setting leaf) {
            lines.add(start + " " + leaf.value() + "  # " + leaf.source());
          } else {
            List<String> nested = indented(lines((Map<String, Object>) below));
            if (element) {
              nested.set(0, "-" + nested.get(0).substring(1));
            } else {
              lines.add(start);
            }
            lines.addAll(nested);
          }
        });
    return lines;
  }

  private static List<String> indented(List<String> lines) {
    return new ArrayList<>(lines.stream().map(line -> INDENT + line).toList());
  }
}
