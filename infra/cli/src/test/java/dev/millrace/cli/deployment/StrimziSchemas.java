package dev.millrace.cli.deployment;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.client.CustomResource;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The kinds of Strimzi, by the API that its custom resource definitions are made from: fields that
 * it does not have, values of other types and words that are none of its choices are refused. What
 * is missing is not seen.
 */
final class StrimziSchemas {
  private static final Map<String, Class<? extends CustomResource<?, ?>>> KINDS =
      Map.of(
          "kafka.strimzi.io/v1 Kafka", Kafka.class,
          "kafka.strimzi.io/v1 KafkaNodePool", KafkaNodePool.class,
          "kafka.strimzi.io/v1 KafkaUser", KafkaUser.class);

  private static final JsonInclude.Value ALWAYS =
      JsonInclude.Value.construct(JsonInclude.Include.ALWAYS, JsonInclude.Include.ALWAYS);

  /** Of itself the API takes any field and keeps it, and leaves out what is its default. */
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated member) {
                  return false;
                }

                @Override
                public JsonInclude.Value findPropertyInclusion(Annotated member) {
                  return ALWAYS;
                }
              })
          .build();

  private StrimziSchemas() {}

  /** What is wrong with an object, or empty where its kind and version are none of Strimzi's. */
  static Optional<List<String>> problems(JsonNode object) {
    String name = object.path("apiVersion").asText() + " " + object.path("kind").asText();
    return Optional.ofNullable(KINDS.get(name)).map(kind -> problems(kind, object));
  }

  private static List<String> problems(Class<?> kind, JsonNode object) {
    try {
      JsonNode understood = STRICT.valueToTree(STRICT.treeToValue(object, kind));
      List<String> lost = new ArrayList<>();
      compare("/spec", object.path("spec"), understood.path("spec"), lost);
      return lost;
    } catch (JsonProcessingException e) {
      return List.of(e.getOriginalMessage());
    }
  }

  /** A word that is no choice is read as nothing. */
  private static void compare(String at, JsonNode said, JsonNode understood, List<String> lost) {
    if (said.isTextual() && !said.asText().equals(understood.asText())) {
      lost.add(at + " is not understood: " + said);
    }
    said.properties()
        .forEach(
            field -> {
              String name = field.getKey();
              compare(at + "/" + name, field.getValue(), understood.path(name), lost);
            });
    for (int i = 0; said.isArray() && i < said.size(); i++) {
      compare(at + "/" + i, said.get(i), understood.path(i), lost);
    }
  }
}
