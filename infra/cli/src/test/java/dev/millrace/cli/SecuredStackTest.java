package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.cli.acls.Acl;
import dev.millrace.cli.acls.ServiceAcls;
import dev.millrace.refinery.stream.RefineryCounts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose services may do what their files say and nothing else, over TLS. */
class SecuredStackTest {
  @TempDir static Path directory;
  private static SecuredStack stack;
  private static Map<String, Set<Decision>> decisions;

  @BeforeAll
  static void run() throws Exception {
    stack = SecuredStack.run(directory);
    decisions =
        stack.broker().decisions().stream()
            .flatMap(line -> Decision.of(line).stream())
            .collect(Collectors.groupingBy(Decision::user, Collectors.toSet()));
  }

  @AfterAll
  static void close() {
    stack.close();
  }

  private static ServiceAcls acls(String service) {
    return ServiceAcls.of(service, SecuredStack.TOPICS.prefix(), SecuredStack.RUN);
  }

  private static List<String> everyone() {
    return Stream.of(SecuredStack.USERS, SecuredStack.BRANCH_USERS).flatMap(List::stream).toList();
  }

  @Test
  void nobodyAskedForMoreThanTheirFileSays() {
    for (String user : everyone()) {
      List<Decision> denied =
          decisions.get(user).stream().filter(decision -> !decision.allowed()).toList();
      assertEquals(List.of(), denied, user);
    }
  }

  @Test
  void everyoneNeededAllThatTheirFileSays() {
    for (String user : everyone()) {
      List<Acl> all = stack.granted(user).stream().flatMap(Acl::each).toList();
      List<Acl> own = all.stream().filter(acl -> !isOfAnotherFile(user, acl)).toList();
      List<Acl> unneeded =
          own.stream()
              .filter(acl -> decisions.get(user).stream().noneMatch(d -> isOnly(acl, all, d)))
              .toList();
      assertEquals(List.of(), unneeded, user);
    }
  }

  /** What a branch's service shares with every run's is shown to be needed by that one. */
  private static boolean isOfAnotherFile(String user, Acl acl) {
    return SecuredStack.BRANCH_USERS.contains(user)
        && !acl.name().startsWith(SecuredStack.TOPICS.run(SecuredStack.RUN).runPrefix());
  }

  /** Whether that would have been refused without it. */
  private static boolean isOnly(Acl acl, List<Acl> all, Decision decision) {
    return decision.isAllowedBy(acl) && all.stream().filter(decision::isAllowedBy).count() == 1;
  }

  @Test
  void withAnothersRightsAServiceSaysInOneLineWhatIsMissing() {
    List<String> services = ServiceAcls.SERVICES;
    for (int i = 1; i < services.size(); i++) { // All but the first, which is a command.
      String service = services.get(i);
      String other = services.get((i + 1) % services.size());
      UserError refused =
          assertThrows(
              UserError.class,
              () ->
                  ServiceHost.start(
                      service,
                      stack.context(other),
                      s -> {
                        throw new AssertionError(service + " was made");
                      }));
      assertEquals(1, refused.getMessage().lines().count(), refused.getMessage());
      for (Acl missing : missing(service, other)) {
        assertTrue(refused.getMessage().contains(missing.toString()), refused.getMessage());
      }
    }
  }

  private static List<Acl> missing(String service, String other) {
    List<Acl> others = acls(other).acls();
    List<Acl> missing =
        acls(service).acls().stream()
            .flatMap(Acl::each)
            .filter(
                acl ->
                    others.stream()
                        .noneMatch(o -> o.allows(acl.operations().get(0), acl.type(), acl.name())))
            .filter(acl -> acl.type() != ResourceType.TOPIC || isThere(acl))
            .toList();
    assertFalse(missing.isEmpty());
    return missing;
  }

  /** Stores' topics are nobody's to look for before they are made. */
  private static boolean isThere(Acl acl) {
    return stack.context("admin").topics().stream().anyMatch(t -> t.name().startsWith(acl.name()));
  }

  @Test
  void theTrainerOfABranchMustBeLetReadTheRunThatItIsOf() throws Exception {
    RunContext branch = stack.branch("other", "trainer", "other");
    UserError refused =
        assertThrows(UserError.class, () -> branch.checkRights(branch.kafka(), "trainer"));
    assertEquals(
        "trainer-branch: Kafka does not let this user read topic millrace.run.tiny.curriculum, read"
            + " topic millrace.run.tiny.training.progress, read topic"
            + " millrace.run.tiny.control.acknowledged; what it needs is in"
            + " infra/security/acls/trainer-branch.yaml",
        refused.getMessage());
    stack.grant(
        ServiceAcls.ofBranch("trainer", SecuredStack.TOPICS.prefix(), SecuredStack.RUN), "other");
    branch.checkRights(branch.kafka(), "trainer");
  }

  @Test
  void aPushWithAnothersRightsSaysInOneLineWhatIsMissing() throws Exception {
    Path input = Files.writeString(directory.resolve("more.jsonl"), "{\"text\": \"More.\"}\n");
    Ran ran = Ran.of("ingest", "--run", stack.runFile("refinery").toString(), input.toString());
    assertEquals(1, ran.exit());
    assertEquals(
        List.of(
            "millrace: ingest: Kafka does not let this user read topic millrace.ingest.progress, write"
                + " topic millrace.ingest.progress, write transactional id millrace.ingest.*; what it"
                + " needs is in infra/security/acls/ingest.yaml"),
        ran.errors());
  }

  @Test
  void aCommandWithAnothersRightsSaysInOneLineWhatIsMissing() {
    String dashboard = stack.runFile("dashboard").toString();
    assertEquals(
        List.of(
            "millrace: control: Kafka does not let this user read topic millrace.run.tiny.control,"
                + " write topic millrace.run.tiny.control, write transactional id millrace.run.tiny.control-*; what it needs is in"
                + " infra/security/acls/control.yaml"),
        Ran.of("control", "pause", "--run", dashboard).errors());
    assertEquals(
        List.of(
            "millrace: retract: Kafka does not let this user write topic millrace.documents.raw.json,"
                + " read topic millrace.documents.retracted, write transactional id"
                + " millrace.retract-*; what it needs is in infra/security/acls/retract.yaml"),
        Ran.of("retract", "--document", "a", "--run", dashboard).errors());
  }

  @Test
  void aWrongPasswordIsSaidInOneLine() throws Exception {
    String wrong =
        Files.readString(stack.runFile("trainer"))
            .replace("/trainer.properties", "/admin.properties");
    Path runFile = Files.writeString(directory.resolve("wrong.yaml"), wrong);
    Ran ran = Ran.of("status", "--run", runFile.toString());
    assertEquals(1, ran.exit());
    assertEquals(1, ran.errors().size(), ran.err());
    assertTrue(ran.errors().get(0).contains("Authentication failed"), ran.err());
  }

  @Test
  void noSecretIsPrintedOrLogged() throws Exception {
    String runFile = stack.runFile("admin").toString();
    Ran config = Ran.of("config", "--run", runFile);
    assertTrue(config.out().contains("${file:"), config.out());
    Ran status = Ran.of("--verbose", "status", "--run", runFile);
    assertTrue(status.err().contains("sasl.jaas.config = [hidden]"), "what Kafka's clients log");
    List<String> said = new ArrayList<>(stack.said());
    for (Ran ran : List.of(config, status)) {
      assertEquals(0, ran.exit(), ran.err());
      said.addAll(List.of(ran.out(), ran.err()));
    }
    for (String service : ServiceAcls.SERVICES.subList(1, ServiceAcls.SERVICES.size())) {
      String up = service + " of run tiny is up";
      assertTrue(said.stream().anyMatch(line -> line.startsWith(up)), up);
    }
    said.addAll(stack.broker().log());
    for (String secret : stack.secrets()) {
      assertEquals(List.of(), said.stream().filter(line -> line.contains(secret)).toList());
    }
    assertFalse(
        stack.checkpoints().stream()
            .anyMatch(checkpoint -> checkpoint.toString().contains("jaas")));
  }

  @Test
  void everyMetricThatIsDocumentedIsServedAndEveryOneOfOursIsDocumented() throws Exception {
    List<MetricNames.Documented> documented = MetricNames.documented();
    for (Map.Entry<String, String> scrape : stack.metrics().entrySet()) {
      String service = scrape.getKey();
      Set<String> wanted =
          documented.stream()
              .filter(metric -> metric.isOf(service))
              .map(MetricNames.Documented::name)
              .collect(Collectors.toCollection(TreeSet::new));
      Set<String> served = MetricNames.served(scrape.getValue());
      Set<String> missing = new TreeSet<>(wanted);
      missing.removeAll(served);
      assertEquals(Set.of(), missing, service);
      Set<String> unknown = new TreeSet<>(served);
      unknown.removeIf(name -> !name.startsWith("millrace_") || wanted.contains(name));
      assertEquals(Set.of(), unknown, service);
    }
  }

  @Test
  void everyLabelThatTheBoardAndTheRulesChooseByIsServed() throws Exception {
    Set<String> selectors = MetricNames.selectors();
    assertTrue(selectors.stream().anyMatch(s -> s.contains("=~")), selectors.toString());
    selectors.removeIf(selector -> MetricNames.isServed(selector, stack.metrics().values()));
    assertEquals(Set.of(), selectors);
  }

  @Test
  void everyServiceIsAliveFromTheStartAndReadyOnceItIsAtWork() {
    List<Integer> before = List.of(200, 503);
    List<Integer> after = List.of(200, 200);
    stack
        .health()
        .forEach(
            (service, health) ->
                assertEquals(List.of(before, after, before, after), health, service));
    assertEquals(stack.metrics().keySet(), stack.health().keySet());
  }

  @Test
  void theRefinerysMetricsAreItsExactCounts() {
    RefineryCounts counts = RefineryCounts.read(stack.admin(), SecuredStack.TOPICS);
    String scrape = stack.metrics().get("refinery");
    Map<String, Long> expected =
        Map.of(
            "raw", counts.total().raw(),
            "candidates", counts.total().candidates(),
            "refined", counts.total().refined(),
            "held-out", counts.total().heldOut(),
            "retracted", counts.total().retracted(),
            "dead-letters", counts.total().deadLetters());
    assertTrue(counts.total().deadLetters() >= 4, "two a round");
    expected.forEach(
        (outcome, count) -> {
          String line =
              "millrace_refinery_documents{outcome=\"%s\"} %s"
                  .formatted(outcome, Double.valueOf(count));
          assertTrue(scrape.contains(line), line);
        });
  }
}
