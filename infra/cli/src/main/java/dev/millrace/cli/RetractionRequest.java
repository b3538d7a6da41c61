package dev.millrace.cli;

import dev.millrace.runtime.terminal.Onlooker;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Retraction;
import dev.millrace.schemas.Retractions;
import dev.millrace.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks, in every partition of {@code documents.raw} and in one transaction, for documents to be
 * taken back, and waits until the refinery says that they are.
 */
final class RetractionRequest implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConnection kafka;
  private final Topics topics;
  private final Consumer<String, Retraction> answers;
  private final Map<String, Long> awaited = new HashMap<>(); // How far an answer reaches, by key.

  RetractionRequest(KafkaConnection kafka, Topics topics) {
    this.kafka = kafka;
    this.topics = topics;
    answers = kafka.reader(topics.retracted());
  }

  /** Asks; what the refinery answers from now on is an answer to this. */
  void send(Set<String> ids) throws InterruptedException, ExecutionException {
    List<TopicPartition> retracted = KafkaConnection.partitions(answers, topics.retracted());
    List<TopicPartition> raw = KafkaConnection.partitions(answers, topics.raw());
    if (retracted.isEmpty() || raw.isEmpty()) {
      throw new UserError("topics are missing: 'millrace topics create' makes them");
    }
    answers.assign(retracted);
    answers.seekToEnd(retracted);
    retracted.forEach(answers::position); // Now, not at the first poll.
    Map<TopicPartition, Long> ends = answers.endOffsets(raw);
    String name = topics.prefix() + "retract-" + UUID.randomUUID();
    try (Producer<byte[], byte[]> producer = kafka.transactionalProducer(name)) {
      producer.initTransactions();
      producer.beginTransaction();
      for (String id : ids) {
        for (TopicPartition p : raw) {
          var unused = producer.send(Retractions.request(topics, id, p.partition()));
          awaited.put(Retractions.key(p.partition(), id), ends.get(p));
        }
      }
      producer.commitTransaction(); // Fails where a send did.
    }
  }

  /**
   * The refinery's answers to all that was asked.
   *
   * @param onlooker sees how many there are
   * @throws UserError where they do not come in time; they still will, when a refinery runs
   */
  List<Retraction> await(Duration patience, Onlooker onlooker) {
    long end = System.nanoTime() + patience.toNanos();
    List<Retraction> received = new ArrayList<>();
    LongConsumer answered = onlooker.adding(awaited.size());
    while (!awaited.isEmpty()) {
      for (ConsumerRecord<String, Retraction> answer : answers.poll(POLL)) {
        Long reach = awaited.get(answer.key());
        if (reach == null || answer.value().getBefore() < reach) continue; // To an older request.
        awaited.remove(answer.key());
        received.add(answer.value());
        answered.accept(1);
      }
      if (!awaited.isEmpty() && System.nanoTime() - end > 0) {
        throw new UserError(
            "asked for, but the refinery has not answered within "
                + patience
                + "; it will take the documents back when it gets there ('millrace refine')");
      }
    }
    return received;
  }

  @Override
  public void close() {
    answers.close();
  }
}
