package dev.millrace.cli;

import dev.millrace.cli.acls.Acl;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;

/** One answer of Kafka's authorizer, from its log. */
record Decision(
    String user, boolean allowed, AclOperation operation, ResourceType type, String name) {
  private static final Pattern LINE =
      Pattern.compile(
          "Principal = User:(\\S+) is (Allowed|Denied) operation = (\\w+) from host = \\S+ on"
              + " resource = (\\w+):LITERAL:(\\S+) for request = ");

  /** Nothing where the line is something else. */
  static Optional<Decision> of(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.find()) return Optional.empty();
    return Optional.of(
        new Decision(
            matcher.group(1),
            matcher.group(2).equals("Allowed"),
            AclOperation.fromString(matcher.group(3)),
            SecurityUtils.resourceType(matcher.group(4)),
            matcher.group(5)));
  }

  boolean isAllowedBy(Acl acl) {
    return acl.allows(operation, type, name);
  }

  @Override
  public String toString() {
    return "%s %s %s".formatted(operation, type, name);
  }
}
