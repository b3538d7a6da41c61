package dev.millrace.broker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker (one KRaft node) in a child JVM: it has a heap of its own, outlives nothing,
 * and keeps its data and its ports in a directory from one start to the next, kill -9 included.
 *
 * <p>The child ignores Ctrl-C, which a terminal sends to parent and child alike: the parent decides
 * when the broker goes, or takes it along by dying.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
  private static final long STOP_SECONDS_MAX = 30;

  /** The environment variable of Kafka's own scripts: further options of the broker's JVM. */
  private static final String JVM_OPTIONS = "KAFKA_JVM_PERFORMANCE_OPTS";

  private static final String JSON = "ch.qos.logback.classic.encoder.JsonEncoder";

  private final Path directory;
  private final Ports ports;
  private final Process process;

  private EmbeddedBroker(Path directory, Ports ports, Process process) {
    this.directory = directory;
    this.ports = ports;
    this.process = process;
  }

  /**
   * Starts a broker and returns when it serves. The first start makes the directory.
   *
   * @param directory holds {@code data}, {@code broker.log}, {@code ports} and {@code lock}
   * @throws BrokerException if another broker runs there, or it does not come up
   */
  public static EmbeddedBroker start(Path directory, BrokerOptions options) {
    Path root = directory.toAbsolutePath().normalize();
    try {
      Files.createDirectories(root);
      Optional<Ports> before = Ports.read(ports(root));
      Process process =
          new ProcessBuilder(command(root, options)).redirectErrorStream(true).start();
      Handshake.await(process, root, options.startTimeout());
      return new EmbeddedBroker(root, portsOf(root, before), process);
    } catch (IOException e) {
      throw new BrokerException("No broker in " + root + ": " + e, e);
    }
  }

  /** With {@link BrokerOptions#DEFAULT}. */
  public static EmbeddedBroker start(Path directory) {
    return start(directory, BrokerOptions.DEFAULT);
  }

  /** Host and port of the broker that another process runs in a directory; empty: none serves. */
  public static Optional<String> running(Path directory) {
    if (!isTaken(directory)) return Optional.empty();
    try {
      return Ports.read(ports(directory)).map(EmbeddedBroker::bootstrap);
    } catch (IOException e) {
      throw new BrokerException("Cannot tell where the broker of " + directory + " is: " + e, e);
    }
  }

  /** Whether a broker of another process has a directory, be it that it still starts. */
  public static boolean isTaken(Path directory) {
    try (FileChannel lock = FileChannel.open(directory.resolve("lock"), StandardOpenOption.WRITE)) {
      return lock.tryLock() == null;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new BrokerException("Cannot tell whether a broker runs in " + directory + ": " + e, e);
    }
  }

  /** Host and port, for {@code bootstrap.servers}. */
  public String bootstrap() {
    return bootstrap(ports);
  }

  private static String bootstrap(Ports ports) {
    return "127.0.0.1:" + ports.broker();
  }

  /** Of the child JVM. */
  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** What the broker has to say. */
  public Path log() {
    return log(directory);
  }

  /** As {@code kill -9} does: nothing is closed. Returns when the process is gone. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Orderly; returns when the process is gone. May be called often. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) return;
      LOG.warn("The broker in {} did not stop in {} s: killed", directory, STOP_SECONDS_MAX);
    } catch (IOException e) {
      LOG.warn("The broker in {} cannot be told to stop: killed", directory, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill();
  }

  static Path ports(Path directory) {
    return directory.resolve("ports");
  }

  static Path log(Path directory) {
    return directory.resolve("broker.log");
  }

  private static Ports portsOf(Path root, Optional<Ports> before) throws IOException {
    Ports now =
        Ports.read(ports(root)).orElseThrow(() -> new IOException("no ports in " + ports(root)));
    before
        .filter(ports -> ports.broker() != now.broker())
        .ifPresent(
            ports ->
                LOG.warn("Port {} is taken: the broker is at {}", ports.broker(), now.broker()));
    return now;
  }

  private static List<String> command(Path root, BrokerOptions options) {
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions());
    command.add("-Xmx" + options.heap());
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-Dlogback.configurationFile=dev/millrace/broker/logback.xml");
    command.add("-Dmillrace.broker.log=" + log(root));
    if (options.jsonLog()) command.add("-Dmillrace.broker.log.encoder=" + JSON);
    options.security().ifPresent(s -> command.add("-Dmillrace.broker.decisions=DEBUG"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(BrokerMain.class.getName(), root.toString()));
    options.security().map(BrokerSecurity::argument).ifPresent(command::add);
    options.settings().forEach((name, value) -> command.add(name + "=" + value));
    return command;
  }

  private static List<String> jvmOptions() {
    String options = System.getenv().getOrDefault(JVM_OPTIONS, "").strip();
    return options.isEmpty() ? List.of() : List.of(options.split("\\s+"));
  }
}
