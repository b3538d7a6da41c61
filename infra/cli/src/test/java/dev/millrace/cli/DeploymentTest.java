package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.cli.acls.Acl;
import dev.millrace.cli.acls.ServiceAcls;
import dev.millrace.evaluator.EvaluationConfig;
import dev.millrace.trainer.TrainingConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.resource.PatternType;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What infra/kubernetes and infra/compose say, as far as that can be told without a cluster. */
class DeploymentTest {
  private static final Path KUBERNETES = Path.of("..", "kubernetes");
  private static final Path COMPOSE = Path.of("..", "compose");
  private static final Path ALLOCATOR = Path.of("..", "allocator.sh");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> WORKLOADS = Set.of("Deployment", "StatefulSet");

  /** Every document of a file; merge keys are merged. */
  private static List<JsonNode> documents(Path file) throws IOException {
    Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    List<JsonNode> documents = new ArrayList<>();
    yaml.loadAll(Files.readString(file)).forEach(d -> documents.add(JSON.valueToTree(d)));
    return documents;
  }

  private static List<JsonNode> resources() throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (JsonNode name :
        documents(KUBERNETES.resolve("kustomization.yaml")).get(0).get("resources")) {
      all.addAll(documents(KUBERNETES.resolve(name.asText())));
    }
    return all;
  }

  private static List<JsonNode> ofKind(Set<String> kinds) throws IOException {
    return resources().stream().filter(r -> kinds.contains(r.path("kind").asText())).toList();
  }

  private static String name(JsonNode resource) {
    return resource.at("/metadata/name").asText();
  }

  private static Stream<JsonNode> each(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  @Test
  void imagesHaveTheLaunchersAllocator() throws Exception {
    Matcher settings =
        Pattern.compile("export (MALLOC_\\w+)=.*-(\\d+)}").matcher(Files.readString(ALLOCATOR));
    String image = Files.readString(Path.of("pom.xml"));
    int count = 0;
    for (; settings.find(); count++) {
      String setting = "<%1$s>%2$s</%1$s>".formatted(settings.group(1), settings.group(2));
      assertTrue(image.contains(setting), setting);
    }
    assertEquals(3, count);
  }

  @Test
  void everyFileIsPartOfIt() throws Exception {
    Set<String> listed =
        each(documents(KUBERNETES.resolve("kustomization.yaml")).get(0).get("resources"))
            .map(JsonNode::asText)
            .collect(Collectors.toCollection(TreeSet::new));
    try (Stream<Path> files = Files.list(KUBERNETES)) {
      Set<String> there =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".yaml"))
              .filter(name -> !Set.of("kustomization.yaml", "run.yaml").contains(name))
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(there, listed);
    }
    for (JsonNode resource : resources()) {
      assertTrue(resource.has("apiVersion") && resource.has("kind"), resource.toString());
      assertTrue(name(resource).matches("[a-z][a-z-]*"), resource.toString());
    }
  }

  @Test
  void usersMayDoWhatTheFilesOfTheirServicesSay() throws Exception {
    Map<String, JsonNode> users = new TreeMap<>();
    for (JsonNode user : ofKind(Set.of("KafkaUser"))) users.put(name(user), user);
    for (String service : ServiceAcls.SERVICES) {
      assertEquals(
          grants(ServiceAcls.of(service, "millrace.", "run")),
          granted(users.get(service)),
          service);
    }
    for (String service : ServiceAcls.OF_BRANCHES) {
      Set<String> both = grants(ServiceAcls.of(service, "millrace.", "branch"));
      both.addAll(grants(ServiceAcls.ofBranch(service, "millrace.", "run")));
      assertEquals(both, granted(users.get(service + "-branch")), service + "-branch");
    }
    Set<String> operator = granted(users.get("operator"));
    for (String command : ServiceAcls.COMMANDS) {
      Set<String> missing = grants(ServiceAcls.of(command, "millrace.", "run"));
      missing.removeAll(operator);
      missing.removeIf(grant -> grant.matches("topic (read|describe) .*")); // All, as it is.
      assertEquals(Set.of(), missing, command);
    }
    assertTrue(operator.contains("topic read prefix millrace."));
  }

  private static Set<String> granted(JsonNode user) {
    Set<String> granted = new HashSet<>();
    for (JsonNode acl : user.at("/spec/authorization/acls")) {
      for (JsonNode operation : acl.get("operations")) {
        JsonNode resource = acl.get("resource");
        granted.add(
            grant(
                resource.get("type").asText(),
                resource.get("patternType").asText(),
                resource.get("name").asText(),
                operation.asText()));
      }
    }
    return granted;
  }

  private static Set<String> grants(ServiceAcls acls) {
    return acls.acls().stream()
        .flatMap(Acl::each)
        .map(
            acl ->
                grant(
                    acl.type().name(),
                    acl.pattern() == PatternType.PREFIXED ? "prefix" : "literal",
                    acl.name(),
                    acl.operations().get(0).name()))
        .collect(Collectors.toSet());
  }

  private static String grant(String type, String pattern, String name, String operation) {
    String words = type + " " + operation;
    return words.replace("_", "").toLowerCase(Locale.ROOT) + " " + pattern + " " + name;
  }

  @Test
  void everyServiceIsThereWithProbesLimitsAndABudget() throws Exception {
    Set<String> budgets =
        ofKind(Set.of("PodDisruptionBudget")).stream()
            .map(budget -> budget.at("/spec/selector/matchLabels/app").asText())
            .collect(Collectors.toSet());
    Set<String> services = new TreeSet<>(ServiceAcls.SERVICES);
    services.remove("ingest"); // A command, wherever the documents are.
    Set<String> found = new TreeSet<>();
    for (JsonNode workload : ofKind(WORKLOADS)) {
      String name = name(workload);
      found.add(name);
      assertTrue(budgets.contains(name), name);
      assertEquals(name, workload.at("/spec/selector/matchLabels/app").asText());
      assertEquals(name, workload.at("/spec/template/metadata/labels/app").asText());
      JsonNode pod = workload.at("/spec/template/spec");
      assertEquals("/health/live", pod.at("/containers/0/livenessProbe/httpGet/path").asText());
      assertEquals("/health/ready", pod.at("/containers/0/readinessProbe/httpGet/path").asText());
      assertLocked(name, pod);
    }
    assertEquals(services, found);
  }

  private static void assertLocked(String name, JsonNode pod) {
    assertTrue(pod.at("/securityContext/runAsNonRoot").asBoolean(), name);
    JsonNode container = pod.at("/containers/0");
    assertTrue(container.at("/securityContext/readOnlyRootFilesystem").asBoolean(), name);
    assertFalse(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true), name);
    assertEquals("[\"ALL\"]", container.at("/securityContext/capabilities/drop").toString(), name);
    assertTrue(container.at("/resources/requests").has("cpu"), name);
    assertTrue(container.at("/resources/limits").has("memory"), name);
    Set<String> volumes =
        each(pod.get("volumes")).map(v -> v.get("name").asText()).collect(Collectors.toSet());
    Set<String> mounted =
        each(container.get("volumeMounts"))
            .map(v -> v.get("name").asText())
            .collect(Collectors.toSet());
    mounted.remove("state"); // Claimed for each pod.
    assertEquals(volumes, mounted, name);
    assertCommand(container.get("args"));
  }

  /** That this program knows it, and all of its options. */
  private static void assertCommand(JsonNode args) {
    List<String> line = new ArrayList<>(each(args).map(JsonNode::asText).toList());
    line.add("--help");
    Ran ran = Ran.of(line.toArray(String[]::new));
    assertEquals(0, ran.exit(), ran.err());
  }

  @Test
  void thereIsOneTrainerAndItHasAGpu() throws Exception {
    JsonNode trainer =
        ofKind(WORKLOADS).stream().filter(w -> name(w).equals("trainer")).findFirst().orElseThrow();
    assertEquals(1, trainer.at("/spec/replicas").asInt());
    assertEquals(
        "1",
        trainer
            .at("/spec/template/spec/containers/0/resources/limits")
            .get("nvidia.com/gpu")
            .asText());
  }

  /** What reserves a GPU would else reserve it for nothing: the CPU would take its place. */
  @Test
  void whatReservesAGpuWantsItAndHasTheLibrariesForIt() throws Exception {
    Set<String> reserving = new TreeSet<>();
    for (JsonNode workload : ofKind(WORKLOADS)) {
      JsonNode container = workload.at("/spec/template/spec/containers/0");
      if (!container.at("/resources/limits").has("nvidia.com/gpu")) continue;
      reserving.add(container.at("/args/0").asText());
      assertEquals("millrace-cuda", container.get("image").asText(), name(workload));
    }
    assertEquals(Set.of("train", "evaluate"), reserving);
    assertWantsAGpu(KUBERNETES.resolve("run.yaml"));

    JsonNode services = documents(COMPOSE.resolve("gpu.yaml")).get(0).get("services");
    for (String name : List.of("trainer", "evaluator")) {
      JsonNode service = services.get(name);
      assertTrue(service.at("/deploy/resources/reservations/devices/0/count").asInt() == 1, name);
      assertTrue(service.get("image").asText().startsWith("millrace-cuda:"), name);
      assertEquals(
          "./run-gpu.yaml:/etc/millrace/run.yaml:ro", service.at("/volumes/0").asText(), name);
    }
    assertEquals(2, services.size());
    assertWantsAGpu(COMPOSE.resolve("run-gpu.yaml"));
    assertTrue(
        Files.readString(COMPOSE.resolve("run-gpu.yaml"))
            .startsWith(Files.readString(COMPOSE.resolve("run.yaml"))));
  }

  private static void assertWantsAGpu(Path runFile) {
    RunSettings settings = RunContext.of(Optional.of(runFile), Path.of("unused")).settings();
    assertEquals(TrainingConfig.Device.CUDA, settings.training().device());
    assertEquals(EvaluationConfig.Device.CUDA, settings.evaluation().provider());
  }

  /** The names are DJL's; its binding must be there for the version and flavor that they say. */
  @Test
  void theImageForGpusHasALibtorchThatTheTrainerCanLoad() throws Exception {
    String file = Files.readString(COMPOSE.resolve("cuda.Dockerfile"));
    Map<String, String> variables = new TreeMap<>();
    Matcher variable = Pattern.compile("(PYTORCH_[A-Z_]+)=(\\S+)").matcher(file);
    while (variable.find()) variables.put(variable.group(1), variable.group(2));
    assertEquals("/opt/libtorch/lib", variables.get("PYTORCH_LIBRARY_PATH"));
    Properties binding = new Properties();
    try (InputStream in = resource("jnilib/pytorch.properties")) {
      binding.load(in);
    }
    String version = binding.getProperty("jni_version");
    assertTrue(version.startsWith(variables.get("PYTORCH_VERSION") + "-"), version);
    String flavor = variables.get("PYTORCH_FLAVOR");
    resource("jnilib/linux-x86_64/%s/libdjl_torch.so".formatted(flavor)).close();
    assertTrue(file.contains("/$PYTORCH_FLAVOR/libtorch-cxx11-abi-shared-with-deps-$PYTORCH_V"));
    String base = Files.readString(Path.of("pom.xml"));
    assertTrue(base.contains("<image.base>millrace-cuda-base</image.base>"));
  }

  private static InputStream resource(String name) {
    return Optional.ofNullable(DeploymentTest.class.getClassLoader().getResourceAsStream(name))
        .orElseThrow(() -> new AssertionError(name));
  }

  @Test
  void theRefineryIsScaledByItsLagUpToItsPartitions() throws Exception {
    JsonNode scaling = ofKind(Set.of("ScaledObject")).get(0);
    assertEquals("refinery", scaling.at("/spec/scaleTargetRef/name").asText());
    JsonNode trigger = scaling.at("/spec/triggers/0/metadata");
    RunContext run = run(KUBERNETES);
    assertEquals(run.prefix().raw().name(), trigger.get("topic").asText());
    assertEquals(run.prefix().prefix() + "refinery", trigger.get("consumerGroup").asText());
    assertEquals(run.settings().topics().partitions(), scaling.at("/spec/maxReplicaCount").asInt());
  }

  private static RunContext run(Path folder) {
    return RunContext.of(Optional.of(folder.resolve("run.yaml")), Path.of("unused"));
  }

  @Test
  void bothRunFilesAreRunFilesAndServeMetricsWhereTheyAreAskedFor() {
    for (Path folder : List.of(KUBERNETES, COMPOSE)) {
      assertEquals(9404, run(folder).settings().metrics().port());
      assertEquals(8321, run(folder).settings().dashboard().port());
    }
    assertTrue(run(KUBERNETES).settings().dashboard().tokenFile().isPresent());
  }

  @Test
  void composeStartsEveryServiceAndNothingIsReachableFromElsewhere() throws Exception {
    JsonNode compose = documents(COMPOSE.resolve("compose.yaml")).get(0);
    Set<String> found = new TreeSet<>();
    compose
        .get("services")
        .properties()
        .forEach(
            service -> {
              JsonNode value = service.getValue();
              value
                  .path("ports")
                  .forEach(port -> assertTrue(port.asText().startsWith("127.0.0.1:")));
              if (!value.path("image").asText().startsWith("millrace:")) return;
              assertEquals("10001:10001", value.path("user").asText());
              assertTrue(value.path("read_only").asBoolean());
              assertEquals("/tmp:exec", value.at("/tmpfs/0").asText(), "Docker's own is noexec");
              assertCommand(value.get("command"));
              found.add(service.getKey());
            });
    Set<String> expected = new TreeSet<>(ServiceAcls.SERVICES);
    expected.remove("ingest");
    expected.add("topics");
    assertEquals(expected, found);
    Set<String> scraped =
        each(documents(COMPOSE.resolve("prometheus.yaml")).get(0).get("scrape_configs"))
            .map(job -> job.at("/static_configs/0/targets/0").asText())
            .collect(Collectors.toCollection(TreeSet::new));
    expected.remove("topics");
    assertEquals(
        expected.stream().map(service -> service + ":9404").collect(Collectors.toSet()), scraped);
  }

  @Test
  void filesThatComposeMountsAreThereButTheTokenizer() throws Exception {
    JsonNode compose = documents(COMPOSE.resolve("compose.yaml")).get(0);
    for (JsonNode service : compose.get("services")) {
      for (JsonNode volume : service.path("volumes")) {
        String from = volume.asText().split(":", 2)[0];
        if (!from.startsWith(".") || from.endsWith("tokenizer.json")) continue;
        assertTrue(Files.exists(COMPOSE.resolve(from)), from);
      }
    }
  }
}
