package dev.millrace.runtime.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Walks a record type and a YAML tree side by side and notes every problem and every setting on the
 * way. An empty result means that the problem has been noted.
 */
final class Binder {
  private final String name;
  private final List<Problem> problems;
  private final List<Setting> settings;

  Binder(String name, List<Problem> problems, List<Setting> settings) {
    this.name = name;
    this.problems = problems;
    this.settings = settings;
  }

  /** Null only where a problem was noted. */
  @Nullable Object root(MappingNode mapping, Class<? extends Record> type) {
    return record(new Place("", name, mapping), mapping, type).orElse(null);
  }

  /**
   * Where a value stands: its dotted path, and the text that said it.
   *
   * @param file the name of that text, or {@link Setting#DEFAULT}
   */
  private record Place(String path, String file, Node node) {
    String source() {
      return file.equals(Setting.DEFAULT) ? file : YamlText.source(file, node);
    }

    Place at(String childPath, Node child) {
      return new Place(childPath, file, child);
    }
  }

  private Optional<Object> bind(Place place, Type type) {
    Node node = place.node();
    if (type instanceof Class<?> plain) {
      return plain.isRecord() ? nested(place, node, plain) : scalar(place, node, plain);
    }
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (generic.getRawType() == Optional.class) {
        return bind(place, arguments[0]).map(Optional::of);
      }
      if (generic.getRawType() == List.class) return list(place, node, arguments[0]);
      if (generic.getRawType() == Map.class && arguments[0] == String.class) {
        return map(place, node, arguments[1]);
      }
    }
    throw unsupported(place.path(), type);
  }

  private Optional<Object> nested(Place place, Node node, Class<?> type) {
    if (node instanceof MappingNode mapping) return record(place, mapping, type);
    return problem(place, "is a section of keys and values: " + keys(type));
  }

  private Optional<Object> record(Place place, MappingNode mapping, Class<?> type) {
    Map<String, NodeTuple> said = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      said.put(((ScalarNode) tuple.getKeyNode()).getValue(), tuple);
    }
    RecordComponent[] components = type.getRecordComponents();
    refuseUnknown(place, said, type);
    List<Object> values = new ArrayList<>();
    for (RecordComponent component : components) {
      component(place, said.get(component.getName()), component).ifPresent(values::add);
    }
    if (values.size() < components.length) return Optional.empty();
    return construct(place, said, type, components, values);
  }

  private void refuseUnknown(Place place, Map<String, NodeTuple> said, Class<?> type) {
    List<String> known =
        Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
    said.forEach(
        (key, tuple) -> {
          if (known.contains(key)) return;
          Place at = place.at(YamlText.join(place.path(), key), tuple.getKeyNode());
          problem(
              at,
              refusal(type, key)
                  .map(because -> "is refused: " + because)
                  .orElseGet(() -> "is no known key; " + Suggestion.among(known, key)));
        });
  }

  private static Optional<String> refusal(Class<?> type, String key) {
    return Arrays.stream(type.getAnnotationsByType(Refused.class))
        .filter(refused -> Suggestion.distance(refused.key(), key) == 0)
        .map(Refused::because)
        .findFirst();
  }

  private Optional<Object> component(
      Place record, @Nullable NodeTuple said, RecordComponent component) {
    String path = YamlText.join(record.path(), component.getName());
    Type type = component.getGenericType();
    if (said != null && !YamlText.isNull(said.getValueNode())) {
      return bind(record.at(path, said.getValueNode()), type);
    }
    Default declared = component.getAnnotation(Default.class);
    if (declared != null) return bind(new Place(path, Setting.DEFAULT, yaml(path, declared)), type);
    if (component.getType() == Optional.class) return Optional.of(Optional.empty());
    if (component.getType().isRecord()) {
      MappingNode nothing = YamlText.emptyMapping();
      return record(new Place(path, Setting.DEFAULT, nothing), nothing, component.getType());
    }
    Place missing = said == null ? record : record.at(record.path(), said.getKeyNode());
    problems.add(new Problem(whereMissing(missing), path, "is missing and has no default"));
    return Optional.empty();
  }

  private String whereMissing(Place place) {
    return place.file().equals(Setting.DEFAULT) || place.path().isEmpty() ? name : place.source();
  }

  private static Node yaml(String path, Default declared) {
    List<Problem> broken = new ArrayList<>();
    Optional<Node> node = YamlText.compose(declared.value(), Setting.DEFAULT, broken);
    if (node.isEmpty() || !broken.isEmpty()) {
      throw new IllegalStateException("The default of " + path + " is not YAML: " + broken);
    }
    return node.get();
  }

  private Optional<Object> construct(
      Place place,
      Map<String, NodeTuple> said,
      Class<?> type,
      RecordComponent[] components,
      List<Object> values) {
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return Optional.of(constructor.newInstance(values.toArray()));
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refusal) {
        return refused(place, said, components, String.valueOf(refusal.getMessage()));
      }
      throw new IllegalStateException(type.getName() + " cannot be made", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.getName() + " cannot be made", e);
    }
  }

  /** At the component that the message names first, else at the record. */
  private Optional<Object> refused(
      Place place, Map<String, NodeTuple> said, RecordComponent[] components, String message) {
    String first = message.split("[^A-Za-z0-9_]", 2)[0];
    for (RecordComponent component : components) {
      if (!component.getName().equals(first)) continue;
      String path = YamlText.join(place.path(), first);
      NodeTuple tuple = said.get(first);
      if (tuple != null) return problem(place.at(path, tuple.getKeyNode()), message);
      return problem(new Place(path, Setting.DEFAULT, place.node()), message);
    }
    return problem(place, message);
  }

  private Optional<Object> list(Place place, Node node, Type element) {
    if (!(node instanceof SequenceNode sequence)) {
      return problem(place, "is a list, as [a, b] or lines that begin with a dash");
    }
    List<Node> elements = sequence.getValue();
    if (elements.isEmpty()) note(place, "[]");
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      bind(place.at(place.path() + "[" + i + "]", elements.get(i)), element).ifPresent(values::add);
    }
    return values.size() == elements.size()
        ? Optional.of(Collections.unmodifiableList(values))
        : Optional.empty();
  }

  private Optional<Object> map(Place place, Node node, Type element) {
    if (!(node instanceof MappingNode mapping)) {
      return problem(place, "is a section of names and values");
    }
    if (mapping.getValue().isEmpty()) note(place, "{}");
    Map<String, Object> values = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String key = ((ScalarNode) tuple.getKeyNode()).getValue();
      Place at = place.at(YamlText.join(place.path(), key), tuple.getValueNode());
      bind(at, element).ifPresent(value -> values.put(key, value));
    }
    return values.size() == mapping.getValue().size()
        ? Optional.of(Collections.unmodifiableMap(values))
        : Optional.empty();
  }

  private Optional<Object> scalar(Place place, Node node, Class<?> type) {
    ScalarType<?> scalar = ScalarType.of(type).orElseThrow(() -> unsupported(place.path(), type));
    if (!(node instanceof ScalarNode text) || YamlText.isNull(node)) {
      return problem(place, "is " + scalar.wanted());
    }
    try {
      Object value = scalar.read(text.getValue());
      note(place, scalar.write(text.getValue()));
      return Optional.of(value);
    } catch (IllegalArgumentException e) {
      return problem(
          place, "is " + scalar.wanted() + ", not " + ScalarType.quoted(text.getValue()));
    }
  }

  private void note(Place place, String value) {
    settings.add(new Setting(place.path(), value, place.source()));
  }

  private Optional<Object> problem(Place place, String message) {
    problems.add(new Problem(place.source(), place.path(), message));
    return Optional.empty();
  }

  private static String keys(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(RecordComponent::getName)
        .collect(Collectors.joining(", "));
  }

  private static IllegalStateException unsupported(String path, Type type) {
    return new IllegalStateException(path + ": a run file cannot hold a " + type.getTypeName());
  }
}
