package dev.millrace.cli.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Every object of infra/kubernetes against the schema of its kind. */
class KubernetesTest {
  private static final Path KUBERNETES = Path.of("..", "kubernetes");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of KEDA there is nothing on Maven Central to check with. */
  private static final String UNCHECKED = "keda.sh/v1alpha1";

  @TempDir Path directory;

  private static List<JsonNode> documents(String text) {
    Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    List<JsonNode> documents = new ArrayList<>();
    yaml.loadAll(text).forEach(document -> documents.add(JSON.valueToTree(document)));
    return documents;
  }

  private static List<JsonNode> resources() throws IOException {
    List<JsonNode> all = new ArrayList<>();
    Path list = KUBERNETES.resolve("kustomization.yaml");
    for (JsonNode name : documents(Files.readString(list)).get(0).get("resources")) {
      all.addAll(documents(Files.readString(KUBERNETES.resolve(name.asText()))));
    }
    return all;
  }

  private static String name(JsonNode object) {
    return object.path("kind").asText() + " " + object.at("/metadata/name").asText();
  }

  private static List<String> problems(JsonNode object) {
    List<String> problems = new ArrayList<>(KubernetesSchemas.problemsOfMetadata(object));
    if (object.path("apiVersion").asText().equals(UNCHECKED)) return problems;
    problems.addAll(
        KubernetesSchemas.problems(object)
            .or(() -> StrimziSchemas.problems(object))
            .orElse(List.of("no schema of " + object.path("apiVersion").asText())));
    return problems;
  }

  private static void assertSchemas(List<JsonNode> objects) {
    for (JsonNode object : objects) assertEquals(List.of(), problems(object), name(object));
  }

  @Test
  void everyObjectIsWhatItsSchemaSays() throws Exception {
    assertSchemas(resources());
  }

  @Test
  void everyMistakeIsSeen() throws Exception {
    assertRefused("StatefulSet trainer", "/spec/template/spec", spec -> spec.put("container", "x"));
    assertRefused("StatefulSet trainer", "/spec", spec -> spec.remove("selector"));
    assertRefused("StatefulSet trainer", "/spec", spec -> spec.put("replicas", "one"));
    assertRefused("StatefulSet refinery", "/metadata", metadata -> metadata.put("lables", "x"));
    assertRefused("KafkaUser ingest", "/spec/authentication", a -> a.put("type", "scram-sha-1"));
    assertRefused("KafkaUser ingest", "/spec/authorization", a -> a.put("acl", "x"));
    assertRefused("Kafka kafka", "/spec/kafka", kafka -> kafka.put("listeners", "tls"));
    assertRefused(
        "KafkaUser ingest", "/spec/authorization/acls/0/resource", r -> r.put("type", "x"));
    assertRefused("KafkaNodePool nodes", "/spec", spec -> spec.put("replicas", "three"));
    assertRefused("KafkaNodePool nodes", "", pool -> pool.put("apiVersion", "kafka.strimzi.io/v0"));
  }

  private static void assertRefused(String name, String at, Consumer<ObjectNode> mistake)
      throws IOException {
    JsonNode object =
        resources().stream().filter(r -> name(r).equals(name)).findFirst().orElseThrow();
    mistake.accept((ObjectNode) object.at(at));
    assertTrue(!problems(object).isEmpty(), name + at);
  }

  @Test
  void renderedByKustomizeItIsTheSameInOneNamespaceWithVersionedImages() throws Exception {
    Optional<List<String>> kustomize = kustomize();
    assumeTrue(kustomize.isPresent(), "neither kustomize nor kubectl is on the path");
    List<JsonNode> rendered = documents(render(kustomize.orElseThrow()));
    assertSchemas(rendered);
    TreeSet<String> expected =
        resources().stream()
            .map(KubernetesTest::name)
            .collect(Collectors.toCollection(TreeSet::new));
    TreeSet<String> found = new TreeSet<>();
    for (JsonNode object : rendered) {
      assertEquals("millrace", object.at("/metadata/namespace").asText(), name(object));
      for (JsonNode container : object.at("/spec/template/spec/containers")) {
        assertTrue(
            container.path("image").asText().matches("millrace(-cuda)?:[0-9.]+"), name(object));
      }
      for (JsonNode volume : object.at("/spec/template/spec/volumes")) {
        if (!volume.path("name").asText().equals("run")) continue;
        assertTrue(
            found.contains("ConfigMap " + volume.at("/configMap/name").asText()), name(object));
      }
      found.add(name(object));
    }
    String settings = found.stream().filter(n -> n.startsWith("ConfigMap ")).findFirst().orElse("");
    assertTrue(settings.matches("ConfigMap run-[a-z0-9]{10}"), "changes with what it holds");
    expected.add(settings);
    assertEquals(expected, found);
  }

  private static Optional<List<String>> kustomize() {
    for (List<String> command :
        List.of(List.of("kustomize", "build"), List.of("kubectl", "kustomize"))) {
      boolean there =
          Stream.of(System.getenv("PATH").split(File.pathSeparator))
              .anyMatch(folder -> Files.isExecutable(Path.of(folder, command.get(0))));
      if (there) return Optional.of(command);
    }
    return Optional.empty();
  }

  /** With a tokenizer, which whoever deploys it brings. */
  private String render(List<String> kustomize) throws Exception {
    try (Stream<Path> files = Files.list(KUBERNETES)) {
      for (Path file : files.toList()) Files.copy(file, directory.resolve(file.getFileName()));
    }
    Files.writeString(directory.resolve("tokenizer.json"), "{}");
    List<String> command = new ArrayList<>(kustomize);
    command.add(directory.toString());
    Path errors = directory.resolve("errors");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String rendered = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), Files.readString(errors));
    return rendered;
  }
}
