package dev.millrace.tokenization;

import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;

/** What a store leaves in its changelog, which outlives versions of the program. */
public final class StoreLog {
  private static final String APPLICATION = "millrace";
  private static final byte[] ANYTHING = {};

  private StoreLog() {}

  /** Something done with a task's store. */
  public interface Work {
    void in(ProcessorContext<Void, Void> context);
  }

  /** Values by keys, both in hexadecimal. */
  public static Map<String, String> of(StoreBuilder<?> store, Work work) {
    Topology topology = new Topology();
    ByteArrayDeserializer read = new ByteArrayDeserializer();
    topology.addSource("read", read, read, "input");
    topology.addProcessor("work", () -> new Worker(work), "read");
    topology.addStateStore(store, "work");
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
    try (TopologyTestDriver driver = new TopologyTestDriver(topology, properties)) {
      ByteArraySerializer bytes = new ByteArraySerializer();
      driver.createInputTopic("input", bytes, bytes).pipeInput(ANYTHING);
      Map<String, String> log = new TreeMap<>();
      driver
          .createOutputTopic(APPLICATION + "-" + store.name() + "-changelog", read, read)
          .readRecordsToList()
          .forEach(record -> log.put(hex(record.key()), hex(record.value())));
      return log;
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static final class Worker extends ContextualProcessor<byte[], byte[], Void, Void> {
    private final Work work;

    Worker(Work work) {
      this.work = work;
    }

    @Override
    public void process(Record<byte[], byte[]> anything) {
      work.in(context());
    }
  }
}
