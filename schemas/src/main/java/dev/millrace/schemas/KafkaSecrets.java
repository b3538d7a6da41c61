package dev.millrace.schemas;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * Secrets among client properties: they are referred to, never written out. {@code
 * ${file:FILE:KEY}} is an entry of a properties file, {@code ${dir:FOLDER:FILE}} a whole file, as
 * Kubernetes mounts secrets, {@code ${env:NAME}} an environment variable; Kafka's own providers
 * (KIP-297) look them up.
 */
public final class KafkaSecrets {
  private static final Map<String, Class<?>> PROVIDERS =
      Map.of(
          "file", FileConfigProvider.class,
          "dir", DirectoryConfigProvider.class,
          "env", EnvVarConfigProvider.class);

  private static final String REFERENCE = "${";

  /** Of that type in Kafka's own definitions, though everybody may see them. */
  private static final Set<String> PUBLIC =
      Set.of(
          SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG,
          SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG);

  private static final Set<String> SECRET =
      new ConfigDef()
          .withClientSslSupport().withClientSaslSupport().configKeys().values().stream()
              .filter(key -> key.type == ConfigDef.Type.PASSWORD && !PUBLIC.contains(key.name))
              .map(key -> key.name)
              .collect(Collectors.toUnmodifiableSet());

  private static final Pattern SECRET_WORD =
      Pattern.compile("password|secret|credential", Pattern.CASE_INSENSITIVE);
  private static final Pattern OPTION = Pattern.compile("(\\w+)\\s*=\\s*[\"']?([^\"'\\s;]*)");

  private KafkaSecrets() {}

  /** The first property, by name, that has a secret written out, and what to write instead. */
  public static Optional<String> problem(Map<String, String> properties) {
    return new TreeMap<>(properties)
        .entrySet().stream()
            .filter(property -> isWrittenOut(property.getKey(), property.getValue()))
            .map(
                property ->
                    "%s has a secret written out: refer to it as ${file:FILE:KEY}, ${dir:FOLDER:FILE} or ${env:NAME}"
                        .formatted(property.getKey()))
            .findFirst();
  }

  /** Also of properties for one kind of client, as {@code producer.ssl.key.password}. */
  private static boolean isWrittenOut(String name, String value) {
    if (name.endsWith("sasl.jaas.config")) return anyOptionIsWrittenOut(value);
    boolean secret =
        SECRET.stream().anyMatch(known -> name.equals(known) || name.endsWith("." + known))
            || SECRET_WORD.matcher(name.substring(name.lastIndexOf('.') + 1)).find();
    return secret && !value.strip().startsWith(REFERENCE);
  }

  private static boolean anyOptionIsWrittenOut(String jaas) {
    if (jaas.strip().startsWith(REFERENCE)) return false;
    Matcher option = OPTION.matcher(jaas);
    while (option.find()) {
      boolean secret = SECRET_WORD.matcher(option.group(1)).find();
      if (secret && !option.group(2).startsWith(REFERENCE)) return true;
    }
    return false;
  }

  /** With what looks references up, where there are any and nobody says how. */
  static Map<String, Object> withProviders(Map<String, Object> properties) {
    boolean refers = properties.values().stream().anyMatch(v -> v.toString().contains(REFERENCE));
    if (!refers || properties.containsKey(AbstractConfig.CONFIG_PROVIDERS_CONFIG)) {
      return Map.copyOf(properties);
    }
    Map<String, Object> more = new HashMap<>(properties);
    List<String> names = PROVIDERS.keySet().stream().sorted().toList();
    more.put(AbstractConfig.CONFIG_PROVIDERS_CONFIG, String.join(",", names));
    PROVIDERS.forEach(
        (name, type) ->
            more.put(
                AbstractConfig.CONFIG_PROVIDERS_CONFIG + "." + name + ".class", type.getName()));
    return Map.copyOf(more);
  }
}
