package dev.millrace.cli;

import static dev.millrace.ingest.IngestListener.SILENT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.broker.BrokerSecurity.Access;
import dev.millrace.cli.acls.Acl;
import dev.millrace.cli.acls.ServiceAcls;
import dev.millrace.dashboard.lineage.Lineage;
import dev.millrace.dashboard.lineage.Listener;
import dev.millrace.ingest.IngestOptions;
import dev.millrace.ingest.Input;
import dev.millrace.runtime.Service;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.ControlCommand;
import dev.millrace.schemas.ControlKind;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.LogCapture;
import dev.millrace.testkit.SecuredBroker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A whole run, each service and command a user of its own with the ACLs of its file and no more, on
 * a broker that lets nobody do anything else. All of it happens twice, so that what is only read
 * after a restart is read as well; dead letters, commands and a retraction pass through. Then a
 * step of a branch is trained.
 */
final class SecuredStack implements AutoCloseable {
  static final String RUN = "tiny";
  static final Topics TOPICS = new Topics("millrace.");

  /** Services, and the commands that people give them. */
  static final List<String> USERS =
      Stream.of(ServiceAcls.SERVICES, ServiceAcls.COMMANDS).flatMap(List::stream).toList();

  /** Services of a branch, which have what their service has and a file more. */
  static final List<String> BRANCH_USERS =
      ServiceAcls.OF_BRANCHES.stream().map(service -> service + "-branch").toList();

  private static final String BRANCH = "cooled";
  private static final int BRANCH_STEP = 6; // Before the rate falls.
  private static final String METRICS_TOKEN = "token-of-the-metrics";
  private static final String DASHBOARD_TOKEN = "token-of-the-dashboard";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int STEPS = 4;

  private static final String RUN_FILE =
      """
      name: tiny
      domains: [text]
      topics: {partitions: 2}
      refinery: {stages: [normalisation, line-dedup, pii]}
      heldOut: {fraction: 0.2}
      stream: {commitInterval: 100ms, standbyReplicas: 0}
      tokenizer: {vocabularySize: 300}
      packing: {openBins: 2}
      curriculum: {lead: 32}
      model: {layers: 1, heads: 2, width: 16, contextLength: 32}
      training: {learningRate: 1e-3, warmupSteps: 1, maxSteps: %d, saveSteps: 2, perDeviceTrainBatchSize: 2}
      evaluation: {heldOutTokens: 200, heldOutWait: 2s, prompts: [The], sampleTokens: 2}
      dashboard: {port: 0, tokenFile: dashboard-token}
      metrics: {tokenFile: metrics-token}
      kafka:
      """;

  private final Path directory;
  private final SecuredBroker broker;
  private final Map<String, ServiceHost> running = new LinkedHashMap<>(); // As they started.
  private final Map<String, String> metrics = new TreeMap<>();
  private final Map<String, List<Acl>> granted = new TreeMap<>();
  private final List<String> printed = new ArrayList<>();
  private final LogCapture log = LogCapture.start();
  private final Map<String, List<List<Integer>>> health = new TreeMap<>();
  private final Random random = new Random(5);

  private SecuredStack(Path directory, SecuredBroker broker) {
    this.directory = directory;
    this.broker = broker;
  }

  /** Returns when everything has happened; the broker still runs, nothing else does. */
  static SecuredStack run(Path directory) throws Exception {
    Files.createDirectories(directory.resolve("broker"));
    SecuredStack stack = new SecuredStack(directory, SecuredBroker.start(directory, Access.SCRAM));
    try {
      stack.prepare();
      stack.round(1);
      stack.round(2);
      stack.cool();
      stack.log.close();
      return stack;
    } catch (Exception e) {
      stack.close();
      throw e;
    }
  }

  private void prepare() throws Exception {
    Files.writeString(directory.resolve("metrics-token"), METRICS_TOKEN);
    Files.writeString(directory.resolve("dashboard-token"), DASHBOARD_TOKEN);
    command("topics", "create", "--run", runFile("admin", broker.admin(), STEPS).toString());
    for (String user : USERS) {
      runFile(user, broker.user(user), STEPS);
      grant(ServiceAcls.of(user, TOPICS.prefix(), RUN), user);
    }
    Path text = Files.writeString(directory.resolve("learn.txt"), words(3_000));
    command(
        "tokenizer", "train", "--vocab", "300", "--out", directory + "/tokenizer.json", "" + text);
  }

  void grant(ServiceAcls acls, String user) throws Exception {
    try (Admin admin = new KafkaConnection(Map.copyOf(broker.admin())).admin()) {
      admin.createAcls(acls.bindings(user)).all().get();
    }
    granted.computeIfAbsent(user, u -> new ArrayList<>()).addAll(acls.acls());
  }

  List<Acl> granted(String user) {
    return granted.get(user);
  }

  private Path runFile(String user, Map<String, String> kafka, int steps) throws IOException {
    String properties =
        kafka.entrySet().stream()
            .map(e -> "  %s: '%s'\n".formatted(e.getKey(), e.getValue()))
            .collect(Collectors.joining());
    return Files.writeString(runFile(user), RUN_FILE.formatted(steps) + properties);
  }

  /** A cooldown of the run, as a user of its own with the rights of a service there. */
  RunContext branch(String name, String service, String user) throws Exception {
    branchFile(name, user, broker.user(user));
    grant(ServiceAcls.of(service, TOPICS.prefix(), name), user);
    return context(user);
  }

  private Path branchFile(String name, String user, Map<String, String> kafka) throws IOException {
    Path file = runFile(user, kafka, BRANCH_STEP + 1);
    String branch = "training: {branch: {run: %s, step: %d}, ".formatted(RUN, BRANCH_STEP);
    String text =
        Files.readString(file)
            .replace("name: " + RUN, "name: " + name)
            .replace("training: {", branch);
    return Files.writeString(file, text);
  }

  /** Trains it to its end, and lets its index of lineage catch up as its dashboard does. */
  private void cool() throws Exception {
    Path file = branchFile(BRANCH, "admin-of-branch", broker.admin());
    command("topics", "create", "--run", file.toString());
    for (String service : ServiceAcls.OF_BRANCHES) {
      String user = service + "-branch";
      branch(BRANCH, service, user);
      grant(ServiceAcls.ofBranch(service, TOPICS.prefix(), RUN), user);
    }
    ServiceHost.run("trainer", context("trainer-branch"), Services::trainer);
    RunContext dashboard = context("dashboard-branch");
    dashboard.checkRights(dashboard.kafka(), "dashboard");
    try (Lineage lineage = dashboard.lineage(dashboard.kafka())) {
      lineage.update(Listener.NONE);
    }
    long[] last = {0};
    admin().scan(TOPICS.run(BRANCH).progress(), record -> last[0] = record.value().getStep());
    assertEquals(BRANCH_STEP + 1, last[0]);
  }

  /** Of a service, or of the admin. */
  Path runFile(String user) {
    return directory.resolve(user + ".yaml");
  }

  private void command(String... arguments) {
    Ran ran = Ran.of(arguments);
    printed.addAll(List.of(ran.out(), ran.err()));
    assertEquals(0, ran.exit(), ran.err());
  }

  /** Waits for the answer, or finds it. */
  private void control(String... arguments) {
    Stream<String> line =
        Stream.of(
                Stream.of("control"),
                Arrays.stream(arguments),
                Stream.of("--run", runFile("control").toString()))
            .flatMap(words -> words);
    command(line.toArray(String[]::new));
  }

  private String words(int count) {
    List<String> words =
        List.of("the river of an old mill turns its wheel by day and night".split(" "));
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(words.get(random.nextInt(words.size()))).append(i % 12 == 11 ? ".\n" : " ");
    }
    return text.toString();
  }

  private void round(int round) throws Exception {
    int steps = STEPS * round;
    for (String user : USERS) runFile(user, broker.user(user), steps);
    push(round);
    order(round); // Before there is anybody who obeys, so that both do it for certain.
    start("ingest", s -> s.ingest(IngestOptions.of("text"), List.of(inbox(round)), SILENT));
    start("refinery", s -> s.refinery("refinery-1"));
    start("tokenization", s -> s.tokenization("tokenization-1"));
    start("curriculum", Services::curriculum);
    start("trainer", Services::trainer);
    start("evaluator", Services::evaluator);
    start("dashboard", Services::dashboard);
    command("retract", "--document", "text-1-1", "--run", runFile("retract").toString());
    control("mixture", "--id", id(ControlKind.MIXTURE, round), "text=1"); // The same commands.
    control("checkpoint", "--id", id(ControlKind.CHECKPOINT, round));
    await(
        "the last evaluation",
        () -> last(TOPICS.evaluations()).filter(e -> e == steps).isPresent());
    for (Topic<?, ?> topic : List.of(TOPICS.deadLetters(), TOPICS.run(RUN).deadLetters())) {
      await("a dead letter in " + topic.name(), () -> count(topic) >= round);
    }
    await("what is followed", () -> metrics("ingest").contains("ingest_documents_total 1.0"));
    Thread.sleep(1_000); // Streams purges what it has read, some time after it has read it.
    stop();
  }

  /** A folder with one document. */
  private Input inbox(int round) throws IOException {
    Path folder = Files.createDirectory(directory.resolve("inbox-" + round));
    Files.writeString(
        folder.resolve("a.jsonl"), "{\"text\": \"A mill in folder %d.\"}\n".formatted(round));
    return Input.of(folder);
  }

  private void push(int round) throws Exception {
    Path input = directory.resolve("text-" + round + ".jsonl");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      String text = words(40 + random.nextInt(40)).replace("\n", "\\n");
      lines.append("{\"id\": \"text-%d-%d\", \"text\": \"%s\"}\n".formatted(round, i, text));
    }
    Files.writeString(input, lines);
    command("ingest", "--run", runFile("ingest").toString(), input.toString());
    byte[] hostile = {1, 2, 3};
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (Topic<?, ?> topic : List.of(TOPICS.raw(), TOPICS.rawJson(), TOPICS.refined())) {
      records.add(new ProducerRecord<>(topic.name(), 0, null, hostile));
    }
    byte[] json =
        "{\"domain\": \"text\", \"text\": \"A river and a mill.\"}"
            .getBytes(StandardCharsets.UTF_8);
    records.add(new ProducerRecord<>(TOPICS.rawJson().name(), 0, null, json));
    admin().writeTogether("test-", records);
  }

  /** Tells the curriculum and the trainer to do something. */
  private void order(int round) {
    Topic<String, ControlCommand> control = TOPICS.run(RUN).control();
    List<ProducerRecord<byte[], byte[]>> orders =
        Stream.of(
                ControlCommand.newBuilder()
                    .setKind(ControlKind.MIXTURE)
                    .setMixture(Map.of("text", 1.0)),
                ControlCommand.newBuilder().setKind(ControlKind.CHECKPOINT))
            .map(command -> command.setId(id(command.getKind(), round)).setIssuedAt(Instant.now()))
            .map(command -> control.record(command.getId(), command.build()))
            .toList();
    context("control").kafka().writeTogether(TOPICS.run(RUN).runPrefix() + "control-", orders);
  }

  private static String id(ControlKind kind, int round) {
    return kind + "-" + round;
  }

  /** Late, so that it is seen what is said of it before. */
  private void start(String service, ServiceHost.Making making) throws Exception {
    Held[] held = new Held[1];
    ServiceHost host =
        ServiceHost.start(
            service, context(service), services -> held[0] = new Held(making.make(services)));
    running.put(service, host);
    health.computeIfAbsent(service, s -> new ArrayList<>()).add(health(host));
    held[0].release();
  }

  /** A service that does not run before it may. */
  private record Held(Service service, CountDownLatch latch) implements Service {
    Held(Service service) {
      this(service, new CountDownLatch(1));
    }

    void release() {
      latch.countDown();
    }

    @Override
    public void run() throws Exception {
      latch.await();
      service.run();
    }

    @Override
    public boolean isReady() {
      return service.isReady();
    }

    @Override
    public void stop() {
      release();
      service.stop();
    }

    @Override
    public void close() {
      service.close();
    }
  }

  /** Live, and ready. */
  private static List<Integer> health(ServiceHost host) throws Exception {
    return List.of(
        response(host.uri().resolve("health/live")).statusCode(),
        response(host.uri().resolve("health/ready")).statusCode());
  }

  RunContext context(String user) {
    return RunContext.of(Optional.of(runFile(user)), directory.resolve("state"));
  }

  /** Metrics and health first, by service, while all of them are at work. */
  private void stop() throws Exception {
    for (String service : running.keySet()) {
      await(service + " is ready", () -> health(running.get(service)).equals(List.of(200, 200)));
      metrics.put(service, metrics(service));
      health.get(service).add(health(running.get(service)));
    }
    closeAll();
  }

  /** The last started first. */
  private void closeAll() {
    List<ServiceHost> hosts = new ArrayList<>(running.values());
    running.clear();
    Collections.reverse(hosts);
    hosts.forEach(ServiceHost::close);
  }

  private String metrics(String service) throws Exception {
    return response(running.get(service).uri().resolve("metrics")).body();
  }

  private static HttpResponse<String> response(URI uri) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + METRICS_TOKEN).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  private void await(String what, java.util.concurrent.Callable<Boolean> condition) {
    Await.until(
        what,
        PATIENCE,
        () -> {
          for (ServiceHost host : running.values()) {
            Optional<? extends RuntimeException> failure = host.failure();
            if (failure.isPresent()) throw failure.get();
          }
          return condition.call();
        });
  }

  KafkaConnection admin() {
    return new KafkaConnection(Map.copyOf(broker.admin()));
  }

  private long count(Topic<?, ?> topic) {
    long[] count = {0};
    admin().scan(topic, record -> count[0]++);
    return count[0];
  }

  private Optional<Long> last(Topic<String, EvaluationResult> topic) {
    List<Long> steps = new ArrayList<>();
    admin().scan(topic, record -> steps.add(record.value().getStep()));
    return steps.stream().max(Long::compare);
  }

  /** What Prometheus got of each service, at the end of the last round. */
  Map<String, String> metrics() {
    return metrics;
  }

  /** Of each service and round, live and ready before it ran, then when all had happened. */
  Map<String, List<List<Integer>>> health() {
    return health;
  }

  SecuredBroker broker() {
    return broker;
  }

  /** What services and commands have logged and printed. */
  List<String> said() {
    List<String> all = new ArrayList<>(log.lines());
    all.addAll(printed);
    return all;
  }

  List<String> secrets() {
    List<String> all = new ArrayList<>(broker.secrets());
    all.addAll(List.of(METRICS_TOKEN, DASHBOARD_TOKEN));
    return all;
  }

  List<CheckpointPublished> checkpoints() {
    List<CheckpointPublished> all = new ArrayList<>();
    admin().scan(TOPICS.checkpoints(), record -> all.add(record.value()));
    return all;
  }

  @Override
  public void close() {
    closeAll();
    log.close();
    broker.close();
  }
}
