package dev.millrace.runtime.config;

import java.io.StringReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML text as a tree of nodes that know their lines. Nothing is constructed, so no tag can choose
 * a class.
 */
final class YamlText {
  private static final int DEPTH_MAX = 50;
  private static final Set<Tag> PLAIN_TAGS =
      Set.of(
          Tag.MAP,
          Tag.SEQ,
          Tag.STR,
          Tag.INT,
          Tag.FLOAT,
          Tag.BOOL,
          Tag.NULL,
          Tag.TIMESTAMP,
          Tag.MERGE,
          new Tag(Tag.PREFIX + "value"));

  private YamlText() {}

  /** The mapping that a text is; empty text is an empty one. */
  static MappingNode mapping(String text, String name, List<Problem> problems) {
    Optional<Node> node = compose(text, name, problems);
    if (node.isEmpty()) return emptyMapping();
    if (node.get() instanceof MappingNode mapping) return mapping;
    if (!isNull(node.get())) {
      problems.add(new Problem(source(name, node.get()), "", "is not a list of keys and values"));
    }
    return emptyMapping();
  }

  /** The one document of a text; nothing where the text is empty or something is wrong with it. */
  static Optional<Node> compose(String text, String name, List<Problem> problems) {
    LoaderOptions limits = new LoaderOptions();
    limits.setMaxAliasesForCollections(0);
    limits.setNestingDepthLimit(DEPTH_MAX);
    limits.setCodePointLimit(RunFile.BYTES_MAX);
    try {
      ParserImpl parser = new ParserImpl(new StreamReader(new StringReader(text)), limits);
      Composer composer = new Composer(parser, new Resolver(), limits);
      Optional<Node> node = Optional.ofNullable(composer.getSingleNode());
      node.ifPresent(n -> check(n, name, "", problems, new HashMap<>()));
      return node;
    } catch (MarkedYAMLException e) {
      problems.add(new Problem(source(name, e.getProblemMark()), "", oneLine(e)));
    } catch (YAMLException e) {
      problems.add(new Problem(name, "", String.valueOf(e.getMessage())));
    }
    return Optional.empty();
  }

  static MappingNode emptyMapping() {
    return new MappingNode(Tag.MAP, List.of(), org.yaml.snakeyaml.DumperOptions.FlowStyle.FLOW);
  }

  static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  static String source(String name, Node node) {
    return source(name, node.getStartMark());
  }

  private static String source(String name, Mark mark) {
    return mark == null ? name : name + ":" + (mark.getLine() + 1);
  }

  private static String oneLine(MarkedYAMLException e) {
    String context = e.getContext() == null ? "" : e.getContext() + ", ";
    return "is not YAML: " + (context + e.getProblem()).replace('\n', ' ');
  }

  /** Reports tags, aliases, keys that are not text and keys that stand twice. */
  private static void check(
      Node node, String name, String path, List<Problem> problems, Map<Node, String> seen) {
    if (seen.putIfAbsent(node, path) != null) {
      problems.add(
          new Problem(source(name, node), path, "is an alias (*name): write the value out"));
      return;
    }
    if (!PLAIN_TAGS.contains(node.getTag())) {
      problems.add(
          new Problem(source(name, node), path, "has the tag " + node.getTag() + ": remove it"));
      return;
    }
    if (node instanceof SequenceNode sequence) {
      for (int i = 0; i < sequence.getValue().size(); i++) {
        check(sequence.getValue().get(i), name, path + "[" + i + "]", problems, seen);
      }
    }
    if (node instanceof MappingNode mapping) checkKeys(mapping, name, path, problems, seen);
  }

  private static void checkKeys(
      MappingNode mapping,
      String name,
      String path,
      List<Problem> problems,
      Map<Node, String> seen) {
    Map<String, Node> keys = new HashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Node key = tuple.getKeyNode();
      if (!(key instanceof ScalarNode scalar)) {
        problems.add(new Problem(source(name, key), path, "has a key that is not plain text"));
        continue;
      }
      String keyPath = join(path, scalar.getValue());
      Node first = keys.putIfAbsent(scalar.getValue(), key);
      if (first != null) {
        String message = "stands twice, first at " + source(name, first);
        problems.add(new Problem(source(name, key), keyPath, message));
      }
      check(tuple.getValueNode(), name, keyPath, problems, seen);
    }
  }

  static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
