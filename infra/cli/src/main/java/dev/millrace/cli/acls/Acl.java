package dev.millrace.cli.acls;

import dev.millrace.runtime.config.Default;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * That a service may do something with a resource, or with all whose names begin alike.
 *
 * @param name may have {@code {prefix}}, the topic prefix, {@code {run}}, the run's name, and
 *     {@code {parent}}, that of the run that it is a branch of, in it
 * @param pattern literal or prefixed
 */
public record Acl(
    ResourceType type,
    String name,
    @Default("literal") PatternType pattern,
    List<AclOperation> operations) {
  /** What whoever may do one thing may do besides, as Kafka's authorizer has it. */
  private static final Map<AclOperation, Set<AclOperation>> IMPLIED_BY =
      Map.of(
          AclOperation.DESCRIBE,
          EnumSet.of(
              AclOperation.READ, AclOperation.WRITE, AclOperation.DELETE, AclOperation.ALTER),
          AclOperation.DESCRIBE_CONFIGS,
          EnumSet.of(AclOperation.ALTER_CONFIGS));

  public Acl {
    operations = List.copyOf(operations);
    if (operations.isEmpty()) throw new IllegalArgumentException("operations must name one");
    if (pattern != PatternType.LITERAL && pattern != PatternType.PREFIXED) {
      throw new IllegalArgumentException("pattern must be literal or prefixed: " + pattern);
    }
  }

  /** The same with something in the place of {@code {prefix}} or another. */
  Acl with(String place, String value) {
    return new Acl(type, name.replace(place, value), pattern, operations);
  }

  /** One for each operation. */
  public Stream<Acl> each() {
    return operations.stream().map(operation -> new Acl(type, name, pattern, List.of(operation)));
  }

  /** Whether it is enough for that. */
  public boolean allows(AclOperation wanted, ResourceType wantedType, String wantedName) {
    return type == wantedType
        && (pattern == PatternType.LITERAL ? name.equals(wantedName) : wantedName.startsWith(name))
        && operations.stream()
            .anyMatch(o -> o == wanted || IMPLIED_BY.getOrDefault(wanted, Set.of()).contains(o));
  }

  /** As Kafka keeps them. */
  Stream<AclBinding> bindings(String user) {
    return operations.stream()
        .map(
            operation ->
                new AclBinding(
                    new ResourcePattern(type, name, pattern),
                    new AccessControlEntry(
                        "User:" + user, "*", operation, AclPermissionType.ALLOW)));
  }

  /** As {@code read topic millrace.documents.raw}. */
  @Override
  public String toString() {
    String all = pattern == PatternType.PREFIXED ? "*" : "";
    return "%s %s %s%s"
        .formatted(
            String.join("/", operations.stream().map(Acl::word).toList()), word(type), name, all);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }
}
