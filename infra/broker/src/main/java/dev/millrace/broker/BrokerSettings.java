package dev.millrace.broker;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How a broker that serves one machine differs from Kafka's defaults. */
public final class BrokerSettings {
  /** The largest record batch, in bytes: a record of 65 MiB and its overhead. */
  public static final int MESSAGE_BYTES_MAX = 66 << 20;

  static final int NODE_ID = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  private BrokerSettings() {}

  /** Everything but ports and directories, by Kafka's names; the same for a container. */
  public static Map<String, String> common() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("auto.create.topics.enable", "false");
    settings.put("message.max.bytes", Integer.toString(MESSAGE_BYTES_MAX));
    settings.put("replica.fetch.max.bytes", Integer.toString(MESSAGE_BYTES_MAX));
    oneReplica(settings);
    promptGroups(settings);
    // After kill -9 the new incarnation waits for the session of the old one to end.
    settings.put("broker.session.timeout.ms", "2000");
    settings.put("broker.heartbeat.interval.ms", "250");
    // An open transaction of a dead producer blocks readers until somebody looks for it.
    settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    // A stack that rested for more than Kafka's seven days finds its place again.
    settings.put("offsets.retention.minutes", Integer.toString(10 * 365 * 24 * 60));
    settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("num.recovery.threads.per.data.dir", "2");
    return settings;
  }

  /** One node that is broker and controller, on the loopback address. */
  static Map<String, String> node(Ports ports, Path data, Optional<BrokerSecurity> security) {
    String listener = security.map(s -> s.access().protocol()).orElse("PLAINTEXT");
    String broker = listener + "://127.0.0.1:" + ports.broker();
    String controller = CONTROLLER_LISTENER + "://127.0.0.1:" + ports.controller();
    Map<String, String> settings = new TreeMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + ports.controller());
    settings.put("listeners", broker + "," + controller);
    settings.put("advertised.listeners", broker);
    settings.put("controller.listener.names", CONTROLLER_LISTENER);
    settings.put("inter.broker.listener.name", listener);
    settings.put(
        "listener.security.protocol.map",
        "%s:%s,CONTROLLER:%s"
            .formatted(listener, listener, security.isPresent() ? "SSL" : "PLAINTEXT"));
    security.ifPresent(s -> settings.putAll(s.settings()));
    settings.put("log.dirs", data.toString());
    return settings;
  }

  private static void oneReplica(Map<String, String> settings) {
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "4");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("share.coordinator.state.topic.num.partitions", "2");
  }

  private static void promptGroups(Map<String, String> settings) {
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("group.streams.initial.rebalance.delay.ms", "0");
    settings.put("group.streams.min.heartbeat.interval.ms", "500");
    settings.put("group.streams.heartbeat.interval.ms", "500");
  }
}
