package dev.millrace.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.LoggerFactory;

/**
 * The child JVM: a broker and controller in one. Tells its parent on standard output when it
 * serves, and ends when its standard input does, so that it never outlives a parent.
 */
final class BrokerMain {
  static final String READY = "millrace-broker ready";
  static final String FAILED = "millrace-broker failed: ";

  private BrokerMain() {}

  /** Takes the directory, then what its security is, if any, then settings: name=value. */
  public static void main(String[] arguments) {
    Path directory = Path.of(arguments[0]);
    try {
      DirectoryLock.take(directory);
      watchParent();
      Optional<BrokerSecurity> security =
          Arrays.stream(arguments).flatMap(a -> BrokerSecurity.parse(a).stream()).findFirst();
      KafkaRaftServer server = start(directory, settings(arguments), security);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "broker-shutdown"));
      System.out.println(READY);
      server.awaitShutdown();
    } catch (Exception e) {
      LoggerFactory.getLogger(BrokerMain.class).error("Failed", e);
      System.out.println(FAILED + String.valueOf(e.getMessage()).replace('\n', ' '));
      Runtime.getRuntime().halt(1); // A broker that is half up takes a minute to come down.
    }
  }

  private static Map<String, String> settings(String[] arguments) {
    return Arrays.stream(arguments)
        .skip(1)
        .filter(argument -> BrokerSecurity.parse(argument).isEmpty())
        .collect(
            Collectors.toMap(
                setting -> setting.substring(0, setting.indexOf('=')),
                setting -> setting.substring(setting.indexOf('=') + 1)));
  }

  private static KafkaRaftServer start(
      Path directory, Map<String, String> more, Optional<BrokerSecurity> security)
      throws Exception {
    Path data = directory.resolve("data");
    Path portsFile = EmbeddedBroker.ports(directory);
    Optional<Ports> before = Ports.read(portsFile);
    Ports ports = before.map(Ports::orFree).orElseGet(Ports::free);
    Properties settings = new Properties();
    settings.putAll(BrokerSettings.common());
    settings.putAll(more);
    settings.putAll(BrokerSettings.node(ports, data, security));
    KafkaConfig config = new KafkaConfig(settings);
    formatOnce(data, security.isPresent() ? security.get().firstUsers() : List.of());
    KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
    server.startup();
    ports.write(portsFile);
    return server;
  }

  private static void stop(KafkaRaftServer server) {
    server.shutdown();
    server.awaitShutdown();
  }

  private static void watchParent() {
    Thread watch = new Thread(BrokerMain::exitWithParent, "broker-parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static void exitWithParent() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is ever said; only the end counts.
      }
    } catch (IOException e) {
      // As good as the end.
    }
    System.exit(0);
  }

  private static void formatOnce(Path data, List<String> users) throws Exception {
    if (Files.exists(data.resolve("meta.properties"))) return;
    Files.createDirectories(data);
    new Formatter()
        .setClusterId(Uuid.randomUuid().toString())
        .setNodeId(BrokerSettings.NODE_ID)
        .addDirectory(data.toString())
        .setMetadataLogDirectory(data.toString())
        .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
        .setReleaseVersion(MetadataVersion.latestProduction())
        .setSupportedFeatures(List.copyOf(Feature.PRODUCTION_FEATURES))
        .setScramArguments(users)
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .run();
  }
}
