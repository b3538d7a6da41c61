package dev.millrace.cli.acls;

import dev.millrace.schemas.KafkaConnection;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Whether a user may do what a service needs, asked before anything is done: what is missing is
 * said at once and in one line, and not by the first record that cannot be written.
 */
public final class RightsCheck {
  private RightsCheck() {}

  /**
   * What of the ACLs is missing, as far as Kafka tells: topics by operation, groups and
   * transactional ids as a whole.
   *
   * @param topics that there are
   */
  public static List<Acl> missing(
      KafkaConnection kafka, ServiceAcls needed, Collection<String> topics) {
    try (Admin admin = kafka.admin()) {
      List<String> named = topics.stream().filter(needed::speaksOf).toList();
      Map<String, Set<AclOperation>> allowed = allowed(admin, named);
      return needed.acls().stream()
          .flatMap(Acl::each)
          .filter(acl -> isMissing(admin, acl, allowed))
          .toList();
    }
  }

  private static boolean isMissing(Admin admin, Acl acl, Map<String, Set<AclOperation>> allowed) {
    AclOperation operation = acl.operations().get(0);
    return switch (acl.type()) {
      case TOPIC ->
          allowed.entrySet().stream()
              .filter(topic -> acl.allows(operation, ResourceType.TOPIC, topic.getKey()))
              .anyMatch(topic -> !topic.getValue().contains(operation));
      case GROUP -> isRefused(admin.describeConsumerGroups(List.of(acl.name())).all());
      case TRANSACTIONAL_ID -> isRefused(admin.describeTransactions(List.of(acl.name())).all());
      default -> false; // Shown by what needs it.
    };
  }

  /** By topic; those that are not there, or of a broker that does not tell, are left out. */
  private static Map<String, Set<AclOperation>> allowed(Admin admin, Collection<String> topics) {
    Map<String, Set<AclOperation>> allowed = new HashMap<>();
    DescribeTopicsOptions options = new DescribeTopicsOptions().includeAuthorizedOperations(true);
    admin
        .describeTopics(topics, options)
        .topicNameValues()
        .forEach(
            (name, topic) ->
                operations(topic).ifPresent(operations -> allowed.put(name, operations)));
    return allowed;
  }

  private static Optional<Set<AclOperation>> operations(KafkaFuture<TopicDescription> topic) {
    try {
      return Optional.ofNullable(topic.get().authorizedOperations());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while asking for rights", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) return Optional.of(Set.of());
      if (e.getCause() instanceof UnknownTopicOrPartitionException) return Optional.empty();
      throw new KafkaException(e.getCause());
    }
  }

  /** Another failure is no answer: the service itself will meet it. */
  private static boolean isRefused(KafkaFuture<?> answer) {
    try {
      answer.get();
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while asking for rights", e);
    } catch (ExecutionException e) {
      return e.getCause() instanceof AuthorizationException;
    }
  }
}
