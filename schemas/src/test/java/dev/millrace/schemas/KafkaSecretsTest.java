package dev.millrace.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaSecretsTest {
  private static final String LOGIN =
      "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"u\" password=%s;";

  @ParameterizedTest
  @CsvSource({
    "ssl.keystore.password, hunter2",
    "ssl.keystore.key, -----BEGIN PRIVATE KEY-----",
    "producer.ssl.key.password, hunter2",
    "some.plugin.clientSecret, hunter2",
  })
  void aSecretThatIsWrittenOutIsNamedAndNotShown(String property, String value) {
    String problem = KafkaSecrets.problem(Map.of(property, value)).orElseThrow();
    assertTrue(problem.startsWith(property + " has a secret written out"), problem);
    assertFalse(problem.contains(value), problem);
  }

  @ParameterizedTest
  @CsvSource({
    "ssl.keystore.password, ${file:/etc/secrets.properties:stores}",
    "ssl.keystore.password, ${env:STORES}",
    "ssl.truststore.certificates, -----BEGIN CERTIFICATE-----",
    "sasl.mechanism, PLAIN",
    "sasl.jaas.config, ${dir:/etc/kafka:jaas}",
  })
  void referencesAndWhatEverybodyMaySeeAreFine(String property, String value) {
    assertEquals(Optional.empty(), KafkaSecrets.problem(Map.of(property, value)));
  }

  @Test
  void aLoginMayHaveItsUserWrittenOutButNotItsPassword() {
    for (String password : new String[] {"hunter2", "\"hunter2\"", "'hunter2'", "\"\""}) {
      String login = LOGIN.formatted(password);
      assertTrue(KafkaSecrets.problem(Map.of("sasl.jaas.config", login)).isPresent(), login);
    }
    String reference = LOGIN.formatted("\"${file:/etc/kafka.properties:password}\"");
    assertEquals(Optional.empty(), KafkaSecrets.problem(Map.of("sasl.jaas.config", reference)));
  }

  @Test
  void aConnectionKeepsTheReferenceAndNotTheSecret() {
    KafkaConnection kafka =
        new KafkaConnection(
            Map.of("bootstrap.servers", "127.0.0.1:1", "ssl.key.password", "${env:PATH}"));
    assertEquals("${env:PATH}", kafka.properties().get("ssl.key.password"));
    assertEquals("dir,env,file", kafka.properties().get("config.providers"));
    assertFalse(kafka.toString().contains(System.getenv("PATH")));
    assertEquals(
        Map.of("bootstrap.servers", "127.0.0.1:1"), KafkaConnection.to("127.0.0.1:1").properties());
  }
}
