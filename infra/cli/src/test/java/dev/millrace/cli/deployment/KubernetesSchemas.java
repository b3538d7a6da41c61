package dev.millrace.cli.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Kubernetes' own kinds, by the models that are generated from its OpenAPI document: unknown fields
 * and missing ones are refused, and values must be of the type that the field has.
 */
final class KubernetesSchemas {
  private interface Check {
    void run(JsonElement object) throws IOException;
  }

  private record Kind(Class<?> model, Check check) {}

  private static final Map<String, Kind> KINDS =
      Map.of(
          "v1 ConfigMap", new Kind(V1ConfigMap.class, V1ConfigMap::validateJsonElement),
          "v1 Secret", new Kind(V1Secret.class, V1Secret::validateJsonElement),
          "v1 Service", new Kind(V1Service.class, V1Service::validateJsonElement),
          "v1 PersistentVolumeClaim",
              new Kind(V1PersistentVolumeClaim.class, V1PersistentVolumeClaim::validateJsonElement),
          "apps/v1 Deployment", new Kind(V1Deployment.class, V1Deployment::validateJsonElement),
          "apps/v1 StatefulSet", new Kind(V1StatefulSet.class, V1StatefulSet::validateJsonElement),
          "batch/v1 Job", new Kind(V1Job.class, V1Job::validateJsonElement),
          "policy/v1 PodDisruptionBudget",
              new Kind(V1PodDisruptionBudget.class, V1PodDisruptionBudget::validateJsonElement));

  private static final Kind METADATA =
      new Kind(V1ObjectMeta.class, V1ObjectMeta::validateJsonElement);

  static {
    new JSON(); // Makes the reader of all models.
  }

  private KubernetesSchemas() {}

  /** What is wrong with an object, or empty where its kind is none of Kubernetes'. */
  static Optional<List<String>> problems(JsonNode object) {
    String name = object.path("apiVersion").asText() + " " + object.path("kind").asText();
    return Optional.ofNullable(KINDS.get(name)).map(kind -> problems(kind, object));
  }

  /** What is wrong with the metadata of an object of any kind. */
  static List<String> problemsOfMetadata(JsonNode object) {
    return problems(METADATA, object.path("metadata"));
  }

  private static List<String> problems(Kind kind, JsonNode object) {
    try {
      JsonElement json = JsonParser.parseString(object.toString());
      kind.check().run(json);
      var unused = JSON.getGson().fromJson(json, kind.model());
      return List.of();
    } catch (RuntimeException | IOException e) { // Whatever the models refuse with.
      return List.of(String.valueOf(e.getMessage()));
    }
  }
}
