package dev.millrace.broker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
  private static final TopicPartition TOPIC = new TopicPartition("topic", 0);
  private static final int RECORDS = 1000;

  @TempDir Path directory;

  @Test
  void keepsDataPortsAndClientsAcrossKillNine() throws Exception {
    EmbeddedBroker first = EmbeddedBroker.start(directory);
    createTopic(first.bootstrap());
    try (KafkaProducer<byte[], byte[]> producer = producer(first.bootstrap())) {
      send(producer, 0, RECORDS);
      first.kill();
      assertFalse(first.isAlive());
      try (EmbeddedBroker second = EmbeddedBroker.start(directory)) {
        assertEquals(first.bootstrap(), second.bootstrap());
        assertNotEquals(first.pid(), second.pid());
        send(producer, RECORDS, 2 * RECORDS);
        assertEquals(
            IntStream.range(0, 2 * RECORDS).mapToObj(Integer::toString).toList(),
            read(second.bootstrap(), 2 * RECORDS).stream()
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .toList());
      }
    }
  }

  @Test
  void refusesASecondBrokerOnTheSameDirectory() {
    try (EmbeddedBroker first = EmbeddedBroker.start(directory)) {
      BrokerException refused =
          assertThrows(BrokerException.class, () -> EmbeddedBroker.start(directory));
      assertEquals(
          "No broker in %s: another broker (process %d) is running there"
              .formatted(directory, first.pid()),
          refused.getMessage());
      assertTrue(first.isAlive());
    }
  }

  /** The main class of a parent that is killed. */
  static final class Parent {
    public static void main(String[] arguments) throws Exception {
      System.out.println(EmbeddedBroker.start(Path.of(arguments[0])).pid());
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  @Test
  void endsWhenItsParentIsKilledAndMakesRoomForTheNext() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader output = parent.inputReader()) {
      String line = output.readLine();
      while (!line.matches("\\d+")) line = output.readLine();
      ProcessHandle broker = ProcessHandle.of(Long.parseLong(line)).orElseThrow();
      parent.destroyForcibly().waitFor();
      EmbeddedBroker.start(directory).close(); // Waits for the one that is leaving.
      broker.onExit().get(30, TimeUnit.SECONDS);
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void ignoresTheInterruptOfATerminalAndStopsWhenTold() throws Exception {
    EmbeddedBroker broker = EmbeddedBroker.start(directory);
    signal("INT", broker);
    signal("HUP", broker);
    createTopic(broker.bootstrap());
    broker.close();
    broker.close();
    assertFalse(broker.isAlive());
    assertTrue(Files.readString(broker.log()).contains("shut down completed"));
  }

  private static void signal(String name, EmbeddedBroker broker) throws Exception {
    String pid = Long.toString(broker.pid());
    assertEquals(0, new ProcessBuilder("kill", "-" + name, pid).start().waitFor());
  }

  @Test
  void takesTheLargestRecordAndMakesNoTopicByItself() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory);
        KafkaProducer<byte[], byte[]> producer = producer(broker.bootstrap())) {
      assertThrows(
          org.apache.kafka.common.errors.TimeoutException.class,
          () -> producer.partitionsFor("nobody.made.this"));
      createTopic(broker.bootstrap());
      byte[] value = new byte[(65 << 20) - 1000];
      new Random(1).nextBytes(value);
      producer.send(new ProducerRecord<>(TOPIC.topic(), value)).get();
      assertArrayEquals(value, read(broker.bootstrap(), 1).get(0));
    }
  }

  @Test
  void logsAJsonObjectALineWhereThatIsWanted() throws Exception {
    EmbeddedBroker.start(directory, BrokerOptions.DEFAULT.withJsonLog()).close();
    for (String line : Files.readAllLines(directory.resolve("broker.log"))) {
      assertTrue(line.startsWith("{\"timestamp\":") && line.endsWith("}"), line);
      assertTrue(line.contains("\"service\":\"broker\""), line);
      assertTrue(line.contains("\"formattedMessage\":"), line);
    }
  }

  @Test
  void movesWhenItsPortIsTaken() throws Exception {
    try (ServerSocket squatter = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      new Ports(squatter.getLocalPort(), Ports.free().controller())
          .write(directory.resolve("ports"));
      try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
        assertNotEquals("127.0.0.1:" + squatter.getLocalPort(), broker.bootstrap());
        createTopic(broker.bootstrap());
      }
    }
  }

  @Test
  void saysInOneLineWhyItDidNotStart() {
    BrokerException failure =
        assertThrows(
            BrokerException.class,
            () ->
                EmbeddedBroker.start(
                    directory, BrokerOptions.DEFAULT.setting("num.io.threads", "0")));
    assertEquals(
        "No broker in %s: Invalid value 0 for configuration num.io.threads: Value must be at least 1"
            .formatted(directory),
        failure.getMessage());
  }

  @Test
  void saysThatItsDirectoryIsNoDirectory() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    String message =
        assertThrows(BrokerException.class, () -> EmbeddedBroker.start(file)).getMessage();
    assertTrue(message.startsWith("No broker in " + file + ": "), message);
    assertFalse(message.contains("\n"), message);
  }

  private static void createTopic(String bootstrap) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin.createTopics(List.of(new NewTopic(TOPIC.topic(), 1, (short) 1))).all().get();
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(String bootstrap) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            bootstrap,
            "max.request.size",
            65 << 20,
            "buffer.memory",
            130L << 20,
            "max.block.ms",
            3000),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, int from, int to)
      throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (int i = from; i < to; i++) {
      byte[] value = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
      sent.add(producer.send(new ProducerRecord<>(TOPIC.topic(), value)));
    }
    producer.flush();
    for (Future<RecordMetadata> record : sent) record.get();
  }

  private static List<byte[]> read(String bootstrap, int count) {
    List<byte[]> values = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(TOPIC));
      consumer.seekToBeginning(List.of(TOPIC));
      while (values.size() < count) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          values.add(record.value());
        }
      }
    }
    return values;
  }
}
