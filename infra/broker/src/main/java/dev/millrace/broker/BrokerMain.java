package dev.millrace.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * The child JVM: a broker and controller in one. Tells its parent on standard output when it
 * serves, and ends when its standard input does, so that it never outlives a parent.
 */
final class BrokerMain {
  static final String READY = "millrace-broker ready";
  static final String REFUSED = "millrace-broker refused ";

  private BrokerMain() {}

  /** Takes the directory; settings come as one line {@code name=value} each in a file there. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    Thread.currentThread().setName("broker");
    try (FileChannel channel = open(directory.resolve("lock"))) {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        System.out.println(REFUSED + "another broker is running in " + directory);
        System.exit(1);
      }
      serve(directory);
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static void serve(Path directory) throws Exception {
    Properties settings = new Properties();
    try (var reader = Files.newBufferedReader(EmbeddedBroker.settings(directory))) {
      settings.load(reader);
    }
    formatOnce(EmbeddedBroker.data(directory));
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings), Time.SYSTEM);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "broker-shutdown"));
    Thread watch = new Thread(BrokerMain::exitWithParent, "broker-parent-watch");
    watch.setDaemon(true);
    watch.start();
    server.startup();
    System.out.println(READY);
    server.awaitShutdown();
  }

  private static void stop(KafkaRaftServer server) {
    server.shutdown();
    server.awaitShutdown();
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

  private static void formatOnce(Path data) throws Exception {
    if (Files.exists(data.resolve("meta.properties"))) return;
    Files.createDirectories(data);
    new Formatter()
        .setClusterId(Uuid.randomUuid().toString())
        .setNodeId(EmbeddedBroker.NODE_ID)
        .addDirectory(data.toString())
        .setMetadataLogDirectory(data.toString())
        .setControllerListenerName(EmbeddedBroker.CONTROLLER_LISTENER)
        .setReleaseVersion(MetadataVersion.latestProduction())
        .setSupportedFeatures(List.copyOf(Feature.PRODUCTION_FEATURES))
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .run();
  }
}
