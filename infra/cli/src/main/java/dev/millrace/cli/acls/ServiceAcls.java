package dev.millrace.cli.acls;

import dev.millrace.runtime.config.RunFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.resource.ResourceType;

/**
 * All that a service or a command needs, and no more: a file of {@code infra/security/acls}.
 *
 * @param service as logs name it
 */
public record ServiceAcls(String service, List<Acl> acls) {
  /** Every service that has a file, and what brings documents. */
  public static final List<String> SERVICES =
      List.of(
          "ingest", "refinery", "tokenization", "curriculum", "trainer", "evaluator", "dashboard");

  /** What people tell a run to do, each with a file as well. */
  public static final List<String> COMMANDS = List.of("control", "retract");

  /** Services that need something more where the run is a branch. */
  public static final List<String> OF_BRANCHES = List.of("trainer", "dashboard");

  public ServiceAcls {
    acls = List.copyOf(acls);
  }

  /** What a service or a command of a run needs. */
  public static ServiceAcls of(String service, String topicPrefix, String run) {
    return read(service, acl -> acl.with("{prefix}", topicPrefix).with("{run}", run));
  }

  /** What a service of a branch needs besides, of the run that it is a branch of. */
  public static ServiceAcls ofBranch(String service, String topicPrefix, String parent) {
    return read(
        service + "-branch", acl -> acl.with("{prefix}", topicPrefix).with("{parent}", parent));
  }

  private static ServiceAcls read(String service, UnaryOperator<Acl> named) {
    String file = service + ".yaml";
    ServiceAcls read = RunFile.parse(text(file), file, ServiceAcls.class).value();
    if (!read.service().equals(service)) {
      throw new IllegalStateException(file + " is of " + read.service());
    }
    return new ServiceAcls(service, read.acls().stream().map(named).toList());
  }

  /** Whether anything may be done with a topic. */
  boolean speaksOf(String topic) {
    return acls.stream()
        .flatMap(Acl::each)
        .anyMatch(acl -> acl.allows(acl.operations().get(0), ResourceType.TOPIC, topic));
  }

  /** As Kafka keeps them. */
  public List<AclBinding> bindings(String user) {
    return acls.stream().flatMap(acl -> acl.bindings(user)).toList();
  }

  private static String text(String file) {
    try (InputStream in = ServiceAcls.class.getResourceAsStream(file)) {
      if (in == null) throw new IllegalStateException("no resource " + file);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
