package dev.millrace.evaluator;

import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.RecordJson;
import dev.millrace.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * One run's results in {@code evaluations} and {@code evaluations.json}: both or none. The position
 * in {@code checkpoints} is what the results themselves say, so that it cannot disagree with them.
 * A newer evaluator of the same run fences this one, which then may write no more.
 */
final class EvaluationLog implements AutoCloseable {
  private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

  private final String run;
  private final Topics topics;
  private final KafkaConnection kafka;
  private final KafkaWait wait;
  private final Producer<byte[], byte[]> producer;

  /** Fences older evaluators of the run. */
  static EvaluationLog open(String run, Topics topics, KafkaConnection kafka, KafkaWait wait)
      throws Exception {
    EvaluationLog log = new EvaluationLog(run, topics, kafka, wait);
    try {
      wait.done(log.producer::initTransactions);
      return log;
    } catch (Exception e) {
      log.close();
      throw e;
    }
  }

  private EvaluationLog(String run, Topics topics, KafkaConnection kafka, KafkaWait wait) {
    this.run = run;
    this.topics = topics;
    this.kafka = kafka;
    this.wait = wait;
    this.producer = kafka.transactionalProducer(topics.prefix() + run + ".evaluator");
  }

  /** Every result of the run so far. */
  History read() throws Exception {
    List<EvaluationResult> ours = new ArrayList<>();
    List<TopicPartition> partition = List.of(new TopicPartition(topics.evaluations().name(), 0));
    try (Consumer<String, EvaluationResult> reader = kafka.reader(topics.evaluations())) {
      reader.assign(partition);
      reader.seekToBeginning(partition);
      wait.readTo(
          reader,
          wait.until(() -> reader.endOffsets(partition)),
          record -> {
            if (record.value().getRun().equals(run)) ours.add(record.value());
          });
    }
    return History.of(ours);
  }

  /**
   * Publishes a result.
   *
   * @throws ProducerFencedException when a newer evaluator of the run has started
   */
  void write(EvaluationResult result) throws Exception {
    wait.done(
        () -> {
          try {
            transaction(result);
          } catch (KafkaException e) {
            if (!KafkaConnection.isFenced(e)) throw e;
            throw new ProducerFencedException(
                "a newer evaluator of run " + run + " has started: this one leaves");
          }
        });
  }

  private void transaction(EvaluationResult result) throws Exception {
    producer.beginTransaction();
    Future<RecordMetadata> avro = producer.send(topics.evaluations().record(run, result));
    String text = RecordJson.of(result).toString();
    Future<RecordMetadata> json = producer.send(topics.evaluationsJson().record(run, text));
    try {
      wait.done(producer::commitTransaction); // Flushes, and fails if either was not written.
      avro.get();
      json.get();
    } catch (KafkaException e) {
      if (KafkaConnection.isFenced(e)) throw e;
      wait.done(producer::abortTransaction);
      if (e.getCause() instanceof RetriableException again) throw again;
      throw e;
    }
  }

  @Override
  public void close() {
    producer.close(CLOSE_MAX); // It would wait for ever to end a transaction.
  }
}
