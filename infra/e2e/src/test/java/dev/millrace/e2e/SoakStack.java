package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.cli.Millrace;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.testkit.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Every service of a run in a JVM of its own, a broker, and whoever starts again what has ended.
 */
final class SoakStack implements AutoCloseable {
  static final Topics TOPICS = new Topics("millrace.");
  static final String NAME = "soak";
  static final List<String> DOMAINS = List.of("left", "right");
  static final Topics.Run RUN = TOPICS.run(NAME);

  private static final Duration STOP_MAX = Duration.ofMinutes(2);
  private static final String RUN_FILE =
      """
      name: soak
      domains: [left, right]
      kafka: {bootstrap.servers: "%s"}
      refinery: {stages: [normalisation, gopher-quality, pii]}
      heldOut: {fraction: 0.05}
      stream: {commitInterval: 300ms, standbyReplicas: 0}
      tokenizer: {vocabularySize: 512, learnFrom: 200k}
      packing: {openBins: 8}
      curriculum: {lead: 128, phases: [{mixture: {left: 2, right: 1}}]}
      model: {layers: 2, heads: 2, width: 64, contextLength: 64}
      training: {learningRate: 1e-3, warmupSteps: 20, maxSteps: 10_000_000, saveSteps: 50, perDeviceTrainBatchSize: 8}
      evaluation: {heldOutTokens: 2_000, heldOutWait: 10s, prompts: [The], sampleTokens: 8}
      dashboard: {port: 0}
      """;

  /** A service, and the topics that show that it works. */
  enum Part {
    INGEST,
    REFINE,
    TOKENIZE,
    CURRICULUM,
    TRAIN,
    EVALUATE,
    DASHBOARD;

    List<Topic<?, ?>> output() {
      return switch (this) {
        case INGEST -> List.of(TOPICS.raw());
        case REFINE -> List.of(TOPICS.refined(), TOPICS.heldOut(), TOPICS.dropped());
        case TOKENIZE -> List.of(RUN.sequences("left"), RUN.sequences("right"));
        case CURRICULUM -> List.of(RUN.curriculum());
        case TRAIN -> List.of(RUN.progress());
        case EVALUATE -> List.of(TOPICS.evaluations());
        case DASHBOARD -> List.of();
      };
    }

    String command() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private final Path folder;
  private final Path runFile;
  private final Map<Part, ChildJvm> parts = new EnumMap<>(Part.class);
  private final Map<Part, Integer> restarts = new EnumMap<>(Part.class);
  private EmbeddedBroker broker;
  private int children;

  /**
   * Starts all of it.
   *
   * @param words for the tokenizer to learn from
   */
  SoakStack(Path folder, String words) throws IOException {
    this.folder = folder;
    broker = EmbeddedBroker.start(folder.resolve("broker"));
    runFile = folder.resolve("run.yaml");
    Files.writeString(runFile, RUN_FILE.formatted(broker.bootstrap()));
    Files.createDirectories(inbox());
    assertEquals(0, Millrace.run("topics", "create", "--run", runFile.toString()));
    learnTokens(words);
    for (Part part : Part.values()) begin(part);
  }

  private void learnTokens(String words) throws IOException {
    Path text = Files.writeString(folder.resolve("words.txt"), words);
    Path tokenizer = folder.resolve("tokenizer.json");
    String[] learn = {
      "tokenizer", "train", "--vocab", "512", "--out", tokenizer.toString(), text.toString()
    };
    assertEquals(0, Millrace.run(learn));
  }

  /** What is put here is pushed. */
  Path inbox() {
    return folder.resolve("inbox");
  }

  /** Where checkpoints are written before they are there. */
  Path staging() {
    return folder.resolve(Path.of("artifacts", "checkpoints", NAME, ".staging"));
  }

  KafkaConnection kafka() {
    return KafkaConnection.to(broker.bootstrap());
  }

  ChildJvm of(Part part) {
    return parts.get(part);
  }

  long brokerPid() {
    return broker.pid();
  }

  Map<Part, Integer> restarts() {
    return restarts;
  }

  void begin(Part part, String... launcher) {
    ChildJvm child = start(part, List.of(launcher), arguments(part));
    parts.put(part, child);
  }

  /** Another one of a kind, beside the one that is there. */
  ChildJvm beginAnother(Part part, String... arguments) {
    return start(part, List.of(), Stream.concat(Stream.of(part.command()), Stream.of(arguments)));
  }

  /** From now on this one is the part. */
  void adopt(Part part, ChildJvm child) {
    parts.put(part, child);
  }

  private Stream<String> arguments(Part part) {
    return switch (part) {
      case INGEST -> Stream.of("ingest", "--domain", "left", "--follow", inbox().toString());
      case REFINE -> Stream.of("refine", "--instance", "first");
      default -> Stream.of(part.command());
    };
  }

  private ChildJvm start(Part part, List<String> launcher, Stream<String> arguments) {
    List<String> line = new ArrayList<>(arguments.toList());
    line.addAll(List.of("--run", runFile.toString(), "--dir", folder.toString()));
    return ChildJvm.of(Millrace.class)
        .launcher(launcher)
        .jvmOptions("-Xmx400m", "-Dai.djl.offline=true")
        .environment("OPT_OUT_TRACKING", "true")
        .arguments(line.toArray(String[]::new))
        .start(folder.resolve("%03d-%s.log".formatted(children++, part.command())));
  }

  /** Starts what has ended, as whoever runs services does. */
  void supervise() {
    for (Part part : Part.values()) {
      if (parts.get(part).isAlive()) continue;
      parts.get(part).close();
      restarts.merge(part, 1, Integer::sum);
      begin(part);
    }
  }

  void killBroker() {
    broker.kill();
    broker = EmbeddedBroker.start(folder.resolve("broker"));
  }

  void restartBroker() {
    broker.close();
    broker = EmbeddedBroker.start(folder.resolve("broker"));
  }

  /** Orderly, in the order of the flow. */
  void stop(Part part) {
    parts.get(part).terminate();
    parts.get(part).awaitExit(STOP_MAX);
  }

  @Override
  public void close() {
    parts.values().forEach(ChildJvm::close);
    broker.close();
  }
}
