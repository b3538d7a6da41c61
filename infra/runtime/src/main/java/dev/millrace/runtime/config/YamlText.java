package dev.millrace.runtime.config;

import java.io.StringReader;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
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
    limits.setNestingDepthLimit(DEPTH_MAX);
    limits.setCodePointLimit(RunFile.BYTES_MAX);
    try {
      ParserImpl parser = new ParserImpl(new StreamReader(new StringReader(text)), limits);
      Composer composer = new Composer(parser, new Resolver(), limits);
      Optional<Node> node = Optional.ofNullable(composer.getSingleNode());
      node.ifPresent(n -> new Check(name, problems).check(n, n, ""));
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

  static String join(String path, String key) {
    return (path.isEmpty() ? "" : path + ".") + EffectiveYaml.key(key);
  }

  /** Reports tags, aliases, keys that are not text and keys that stand twice. */
  private record Check(String name, List<Problem> problems, Set<Node> seen) {
    Check(String name, List<Problem> problems) {
      this(name, problems, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    /**
     * Looks at a node and all below it.
     *
     * @param at whose line to report: an alias has the line of what it stands for
     */
    void check(Node node, Node at, String path) {
      if (!seen.add(node)) {
        report(at, path, "is an alias (*name): write the value out");
      } else if (!PLAIN_TAGS.contains(node.getTag())) {
        report(at, path, "has the tag " + node.getTag() + ": remove it");
      } else if (node instanceof SequenceNode sequence) {
        for (int i = 0; i < sequence.getValue().size(); i++) {
          Node element = sequence.getValue().get(i);
          check(element, element, path + "[" + i + "]");
        }
      } else if (node instanceof MappingNode mapping) {
        checkKeys(mapping, path);
      }
    }

    private void checkKeys(MappingNode mapping, String path) {
      Map<String, Node> keys = new HashMap<>();
      for (NodeTuple tuple : mapping.getValue()) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
          report(tuple.getKeyNode(), path, "has a key that is not plain text");
          continue;
        }
        String keyPath = join(path, key.getValue());
        Node first = keys.putIfAbsent(key.getValue(), key);
        if (first != null) report(key, keyPath, "stands twice, first at " + source(name, first));
        check(tuple.getValueNode(), key, keyPath);
      }
    }

    private void report(Node at, String path, String message) {
      problems.add(new Problem(source(name, at), path, message));
    }
  }
}
