package dev.millrace.broker;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * A broker that lets nobody in unknown and nobody do what no ACL allows, but its admin: TLS 1.3,
 * SCRAM or certificates, Kafka's standard authorizer. Broker and controller know each other by the
 * broker's certificate.
 *
 * <p>Passwords stay in {@code secrets}, a properties file: {@code stores} is that of the key store,
 * {@code admin} that of the user {@value #ADMIN}. They appear on no command line and in no log.
 *
 * @param access how clients say who they are
 * @param keys PKCS12: the broker's key and its certificate, for CN={@value #BROKER}
 * @param trust PEM: the certificate of whoever signed
 */
public record BrokerSecurity(Access access, Path keys, Path trust, Path secrets) {
  /** May do everything. */
  public static final String ADMIN = "admin";

  static final String BROKER = "broker";

  /** How clients say who they are. */
  public enum Access {
    /** User and password, SCRAM-SHA-512 over TLS. */
    SCRAM("SASL_SSL"),
    /** A certificate; the user is its common name. */
    CERTIFICATE("SSL");

    private final String protocol;

    Access(String protocol) {
      this.protocol = protocol;
    }

    /** As Kafka names it. */
    public String protocol() {
      return protocol;
    }
  }

  /** Broker settings, by Kafka's names. */
  Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("config.providers", "file");
    settings.put(
        "config.providers.file.class",
        "org.apache.kafka.common.config.provider.FileConfigProvider");
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    settings.put("super.users", "User:" + BROKER + ";User:" + ADMIN);
    settings.put("ssl.keystore.type", "PKCS12");
    settings.put("ssl.keystore.location", keys.toString());
    settings.put("ssl.keystore.password", secret("stores"));
    settings.put("ssl.key.password", secret("stores"));
    settings.put("ssl.truststore.type", "PEM");
    settings.put("ssl.truststore.location", trust.toString());
    settings.put("ssl.principal.mapping.rules", "RULE:^CN=([^,]+).*$/$1/");
    settings.put("listener.name.controller.ssl.client.auth", "required");
    if (access == Access.CERTIFICATE) {
      settings.put("ssl.client.auth", "required");
    } else {
      settings.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
      settings.put("sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-512");
      settings.put(
          "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
          "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
              .formatted(ADMIN, secret("admin")));
    }
    return settings;
  }

  /** Credentials that are there from the first start on, as Kafka's formatter takes them. */
  List<String> firstUsers() throws IOException {
    if (access == Access.CERTIFICATE) return List.of();
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(secrets)) {
      read.load(reader);
    }
    return List.of(
        "SCRAM-SHA-512=[name=%s,password=%s]".formatted(ADMIN, read.getProperty("admin")));
  }

  private String secret(String key) {
    return "${file:" + secrets + ":" + key + "}";
  }

  private static final String ARGUMENT = "--security=";

  /** For the child's command line. */
  String argument() {
    return ARGUMENT
        + String.join("\n", access.name(), keys.toString(), trust.toString(), secrets.toString());
  }

  /** What {@link #argument} has made; nothing where it is something else. */
  static Optional<BrokerSecurity> parse(String argument) {
    if (!argument.startsWith(ARGUMENT)) return Optional.empty();
    List<String> parts = argument.substring(ARGUMENT.length()).lines().toList();
    return Optional.of(
        new BrokerSecurity(
            Access.valueOf(parts.get(0)),
            Path.of(parts.get(1)),
            Path.of(parts.get(2)),
            Path.of(parts.get(3))));
  }
}
