package dev.millrace.evaluator;

import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.KafkaWait;
import dev.millrace.schemas.RecordJson;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.TransactionalWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;

/**
 * One run's results in {@code evaluations} and {@code evaluations.json}: both or none. The position
 * in {@code checkpoints} is what the results themselves say, so that it cannot disagree with them.
 * A newer evaluator of the same run fences this one, which then may write no more.
 */
final class EvaluationLog implements AutoCloseable {
  private final String run;
  private final Topics topics;
  private final KafkaConnection kafka;
  private final KafkaWait wait;
  private final TransactionalWriter writer;

  /** Fences older evaluators of the run. */
  static EvaluationLog open(String run, Topics topics, KafkaConnection kafka, KafkaWait wait) {
    TransactionalWriter writer =
        TransactionalWriter.open(
            kafka, topics.prefix() + run + ".evaluator", "evaluator of run " + run, wait);
    return new EvaluationLog(run, topics, kafka, wait, writer);
  }

  private EvaluationLog(
      String run,
      Topics topics,
      KafkaConnection kafka,
      KafkaWait wait,
      TransactionalWriter writer) {
    this.run = run;
    this.topics = topics;
    this.kafka = kafka;
    this.wait = wait;
    this.writer = writer;
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
            EvaluationResult result = record.value(); // Anybody's record may have none.
            if (result != null && result.getRun().equals(run)) ours.add(result);
          });
    }
    return History.of(ours);
  }

  /**
   * Publishes a result.
   *
   * @throws ProducerFencedException when a newer evaluator of the run has started
   */
  void write(EvaluationResult result) {
    String text = RecordJson.of(result).toString();
    writer.write(
        List.of(
            topics.evaluations().record(run, result), topics.evaluationsJson().record(run, text)));
  }

  @Override
  public void close() {
    writer.close();
  }
}
