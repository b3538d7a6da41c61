package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topics;
import dev.millrace.testkit.TestKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A run file with a topic prefix of its own on the tests' broker. */
record TestRun(Path runFile, KafkaConnection kafka, Topics topics) {
  static TestRun in(Path directory, TestKafka kafka) throws IOException {
    String prefix = kafka.freshPrefix();
    Path runFile = directory.resolve("run.yaml");
    Files.writeString(
        runFile,
        "{topicPrefix: %s, kafka: {bootstrap.servers: \"%s\"}}"
            .formatted(prefix, kafka.bootstrap()));
    return new TestRun(runFile, KafkaConnection.to(kafka.bootstrap()), new Topics(prefix));
  }

  Ran command(String... arguments) {
    return Ran.of(
        Stream.concat(Stream.of(arguments), Stream.of("--run", runFile.toString()))
            .toArray(String[]::new));
  }

  void createTopics() {
    Ran ran = command("topics", "create");
    assertEquals(0, ran.exit(), ran.err());
  }

  /** In one transaction, after which a commit marker stands in each partition. */
  @SuppressWarnings("FutureReturnValueIgnored") // A send that failed fails the commit.
  void commit(Stream<ProducerRecord<byte[], byte[]>> records) {
    try (Producer<byte[], byte[]> producer = producer()) {
      producer.beginTransaction();
      records.forEach(producer::send);
      producer.commitTransaction();
    }
  }

  /** One transaction each. */
  @SuppressWarnings("FutureReturnValueIgnored")
  void abort(Stream<ProducerRecord<byte[], byte[]>> records) {
    try (Producer<byte[], byte[]> producer = producer()) {
      records.forEach(
          record -> {
            producer.beginTransaction();
            producer.send(record);
            producer.flush();
            producer.abortTransaction();
          });
    }
  }

  private Producer<byte[], byte[]> producer() {
    Producer<byte[], byte[]> producer = kafka.transactionalProducer(topics.prefix() + "test");
    producer.initTransactions();
    return producer;
  }
}
