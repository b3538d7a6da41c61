package dev.millrace.cli;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.cli.acls.Acl;
import dev.millrace.cli.acls.RightsCheck;
import dev.millrace.cli.acls.ServiceAcls;
import dev.millrace.dashboard.lineage.Lineage;
import dev.millrace.ingest.BrokerCheck;
import dev.millrace.refinery.RefineryConfig;
import dev.millrace.runtime.artifacts.Artifacts;
import dev.millrace.runtime.artifacts.S3Artifacts;
import dev.millrace.runtime.artifacts.S3Location;
import dev.millrace.runtime.config.RunFile;
import dev.millrace.runtime.config.Setting;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.trainer.Branch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * One run as this process sees it.
 *
 * @param file the run file, checked
 * @param directory where an embedded broker, checkpoints and logs live
 * @param base what paths in the run file are relative to
 */
public record RunContext(RunFile<RunSettings> file, Path directory, Path base) {
  public static RunContext of(Optional<Path> runFile, Path directory) {
    RunFile<RunSettings> run =
        runFile
            .map(f -> RunFile.read(f, RunSettings.class))
            .orElseGet(() -> RunFile.parse("", "defaults", RunSettings.class));
    Path base =
        runFile
            .map(f -> f.toAbsolutePath().getParent())
            .orElseGet(() -> Path.of("").toAbsolutePath());
    return new RunContext(run, directory, base);
  }

  /** For a second service of the same run file on one machine. */
  RunContext withMetricsAtAnyPort() {
    List<Setting> settings =
        file.settings().stream()
            .map(s -> s.path().equals("metrics.port") ? new Setting(s.path(), "0", s.source()) : s)
            .toList();
    String yaml = new RunFile<>(file.value(), settings).toYaml();
    return new RunContext(
        RunFile.parse(yaml, settings().name(), RunSettings.class), directory, base);
  }

  public RunSettings settings() {
    return file.value();
  }

  /** With the files that it names found; files that are evaluated on are evaluation sets. */
  RefineryConfig refinery() {
    return settings().refinery().in(base, settings().evaluation().files());
  }

  /** Every setting as YAML, without how Kafka is reached: that part may hold secrets. */
  String publicYaml() {
    List<Setting> settings =
        file.settings().stream().filter(s -> !s.path().startsWith("kafka")).toList();
    return new RunFile<>(file.value(), settings).toYaml();
  }

  public Topics prefix() {
    return new Topics(settings().topicPrefix());
  }

  public Topics.Run runTopics() {
    return prefix().run(settings().name());
  }

  /** The shared topics, then the run's own. */
  public List<Topic<?, ?>> topics() {
    List<Topic<?, ?>> all = new ArrayList<>(prefix().all());
    all.addAll(runTopics().all(settings().domains()));
    return all;
  }

  /** By full name, or without the prefix, or without the prefix and {@code run.NAME.}. */
  Topic<?, ?> topic(String name) {
    String run = runTopics().runPrefix();
    return topics().stream()
        .filter(
            t ->
                t.name().equals(name)
                    || t.name().equals(settings().topicPrefix() + name)
                    || t.name().equals(run + name))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageError(
                    "no topic "
                        + name
                        + " in this run; there are: "
                        + String.join(", ", topics().stream().map(Topic::name).toList())));
  }

  /** As far as it was read before. A branch goes on in the order of the run that it is of. */
  Lineage lineage(KafkaConnection kafka) throws IOException {
    String name = settings().name();
    String order = settings().training().branch().map(Branch::run).orElse(name);
    return Lineage.open(kafka, prefix(), name, order, state().resolve("lineage"));
  }

  TopicSetup topicSetup(KafkaConnection kafka) {
    return new TopicSetup(
        kafka,
        laws(),
        TopicGrowth.of(prefix(), runTopics(), settings().domains()),
        settings().topics().partitions(),
        (short) settings().topics().replication());
  }

  /** What was read, refused or explained once may go; nothing reads these again. */
  private TopicLaws laws() {
    Topics topics = prefix();
    return new TopicLaws(
        Set.of(
            topics.rawJson().name(),
            topics.raw().name(),
            topics.deadLetters().name(),
            topics.dropped().name()));
  }

  /**
   * To the Kafka that the run file names, else to the embedded broker that runs in the directory.
   * Fails within seconds, in one line, where it cannot be used.
   */
  KafkaConnection kafka() {
    KafkaConnection kafka =
        ownsBroker() ? embedded() : new KafkaConnection(Map.copyOf(settings().kafka()));
    BrokerCheck.check(kafka);
    return kafka;
  }

  /**
   * In one line, all of it.
   *
   * @throws UserError where this user may not do all that a service or a command needs
   */
  void checkRights(KafkaConnection kafka, String service) {
    String prefix = settings().topicPrefix();
    check(kafka, ServiceAcls.of(service, prefix, settings().name()), topics());
    if (!ServiceAcls.OF_BRANCHES.contains(service)) return;
    settings()
        .training()
        .branch()
        .ifPresent(
            branch ->
                check(
                    kafka,
                    ServiceAcls.ofBranch(service, prefix, branch.run()),
                    prefix().run(branch.run()).all(settings().domains())));
  }

  private static void check(KafkaConnection kafka, ServiceAcls needed, List<Topic<?, ?>> topics) {
    List<Acl> missing =
        RightsCheck.missing(kafka, needed, topics.stream().map(Topic::name).toList());
    if (missing.isEmpty()) return;
    throw new UserError(
        "%s: Kafka does not let this user %s; what it needs is in infra/security/acls/%s.yaml"
            .formatted(
                needed.service(),
                String.join(", ", missing.stream().map(Acl::toString).toList()),
                needed.service()));
  }

  private KafkaConnection embedded() {
    return EmbeddedBroker.running(brokerDirectory())
        .map(KafkaConnection::to)
        .orElseThrow(
            () ->
                new UserError(
                    "the run file names no kafka.bootstrap.servers and no embedded broker runs in "
                        + directory
                        + "; 'millrace up' starts one"));
  }

  boolean ownsBroker() {
    return !settings().kafka().containsKey(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
  }

  public Path brokerDirectory() {
    return brokerDirectory(directory);
  }

  /** Of any run that is kept in the directory. */
  public static Path brokerDirectory(Path directory) {
    return directory.resolve("broker");
  }

  /**
   * @throws IOException where they are in an object store and the environment says too little of it
   */
  public Artifacts artifacts() throws IOException {
    String place = settings().artifacts();
    return S3Location.isMeant(place)
        ? S3Artifacts.of(S3Location.of(place), cache(directory), settings().artifactCacheBytes())
        : Artifacts.in(directory.resolve(place));
  }

  /** Where what is fetched from an object store stays for a while. */
  static Path cache(Path directory) {
    return directory.resolve("cache");
  }

  public Path state() {
    return directory.resolve("state");
  }

  /** All that is written to on this machine: each may be a disk of its own. */
  List<Path> folders() {
    String place = settings().artifacts();
    Path artifacts = S3Location.isMeant(place) ? cache(directory) : directory.resolve(place);
    return List.of(directory, state(), artifacts, brokerDirectory());
  }

  public Path tokenizer() {
    return base.resolve(settings().tokenizer().file());
  }
}
