package dev.millrace.testkit;

import dev.millrace.broker.BrokerOptions;
import dev.millrace.broker.BrokerSecurity;
import dev.millrace.broker.BrokerSecurity.Access;
import dev.millrace.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/**
 * A broker of a test's own where nobody but its admin may do anything until an ACL says so, and
 * which writes down what it allowed and refused.
 */
public final class SecuredBroker implements AutoCloseable {
  private static final int ITERATIONS = 4096; // The fewest that Kafka takes.

  private final Path directory;
  private final Access access;
  private final Certificates certificates;
  private final EmbeddedBroker broker;
  private final Set<String> users = new TreeSet<>();

  private SecuredBroker(
      Path directory, Access access, Certificates certificates, EmbeddedBroker broker) {
    this.directory = directory;
    this.access = access;
    this.certificates = certificates;
    this.broker = broker;
  }

  /**
   * Starts one.
   *
   * @param directory holds everything, keys and passwords included
   */
  public static SecuredBroker start(Path directory, Access access) {
    Certificates certificates = Certificates.in(directory, "stores-of-the-test");
    try {
      Files.writeString(
          directory.resolve("secrets.properties"),
          "stores=%s%nadmin=%s%n"
              .formatted(certificates.password(), password(BrokerSecurity.ADMIN)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    BrokerSecurity security =
        new BrokerSecurity(
            access,
            certificates.keys("broker"),
            certificates.trust(),
            directory.resolve("secrets.properties"));
    EmbeddedBroker broker =
        EmbeddedBroker.start(directory.resolve("broker"), BrokerOptions.DEFAULT.security(security));
    return new SecuredBroker(directory, access, certificates, broker);
  }

  /** Properties of a client that may do everything. */
  public Map<String, String> admin() {
    return client(BrokerSecurity.ADMIN);
  }

  /** Properties of a client that is known and may do nothing yet; its secrets are references. */
  public Map<String, String> user(String name) {
    if (access == Access.SCRAM && users.add(name)) addScramUser(name);
    return client(name);
  }

  private static String password(String user) {
    return "password-of-" + user;
  }

  /** What nobody may print: users' passwords, which are never in {@link #user}, and the stores'. */
  public List<String> secrets() {
    return Stream.concat(
            Stream.of(certificates.password(), password(BrokerSecurity.ADMIN)),
            users.stream().map(SecuredBroker::password))
        .toList();
  }

  private Map<String, String> client(String name) {
    Path secrets = directory.resolve(name + ".properties");
    Map<String, String> client = new HashMap<>();
    client.put("bootstrap.servers", broker.bootstrap());
    client.put("security.protocol", access.protocol());
    client.put("ssl.truststore.type", "PEM");
    client.put("ssl.truststore.location", certificates.trust().toString());
    try {
      if (access == Access.SCRAM) {
        Files.writeString(secrets, "password=" + password(name));
        client.put("sasl.mechanism", "SCRAM-SHA-512");
        client.put(
            "sasl.jaas.config",
            "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"${file:%s:password}\";"
                .formatted(name, secrets));
      } else {
        Path keys = directory.resolve(name + ".p12");
        if (!Files.exists(keys)) certificates.keys(name);
        Files.writeString(secrets, "password=" + certificates.password());
        client.put("ssl.keystore.type", "PKCS12");
        client.put("ssl.keystore.location", keys.toString());
        client.put("ssl.keystore.password", "${file:%s:password}".formatted(secrets));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.copyOf(client);
  }

  private void addScramUser(String name) {
    Map<String, Object> properties = new HashMap<>(admin());
    properties.put("config.providers", "file");
    properties.put(
        "config.providers.file.class",
        "org.apache.kafka.common.config.provider.FileConfigProvider");
    try (Admin admin = Admin.create(properties)) {
      admin
          .alterUserScramCredentials(
              List.of(
                  new UserScramCredentialUpsertion(
                      name,
                      new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS),
                      password(name))))
          .all()
          .get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** What the authorizer has decided since the start, a line each, in no order. */
  public List<String> decisions() {
    return log().stream().filter(line -> line.contains("Principal = ")).toList();
  }

  /** What the broker has said, in no order. */
  public List<String> log() {
    try (Stream<Path> logs = Files.list(broker.log().getParent())) {
      return logs.filter(f -> f.getFileName().toString().startsWith("broker.log"))
          .flatMap(SecuredBroker::lines)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    broker.close();
  }
}
