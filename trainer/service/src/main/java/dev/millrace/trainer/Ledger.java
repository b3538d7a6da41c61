package dev.millrace.trainer;

import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.KafkaWait;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.schemas.TransactionalWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.ProducerFencedException;

/**
 * What a trainer tells the world: progress, checkpoints and what became of commands, each in a
 * transaction of its own, under the run's transactional id. Whoever opens a ledger fences whoever
 * had it before.
 */
final class Ledger implements AutoCloseable {
  private final TrainerRun run;
  private final TransactionalWriter writer;

  private Ledger(TrainerRun run, TransactionalWriter writer) {
    this.run = run;
    this.writer = writer;
  }

  /** Fences every older trainer of the run. */
  static Ledger open(KafkaConnection kafka, TrainerRun run, KafkaWait wait) {
    String trainer = "trainer of run " + run.name();
    return new Ledger(run, TransactionalWriter.open(kafka, run.transactionalId(), trainer, wait));
  }

  /**
   * Records a step.
   *
   * @throws ProducerFencedException where a newer trainer has taken over
   */
  void progress(TrainingProgress progress) {
    writer.write(List.of(run.own().progress().record(run.name(), progress)));
  }

  /**
   * Gives a checkpoint authority, and says whose command made it.
   *
   * @throws ProducerFencedException where a newer trainer has taken over
   */
  void announce(CheckpointPublished checkpoint, Optional<ControlAcknowledged> command) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    records.add(run.topics().checkpoints().record(run.name(), checkpoint));
    command.map(this::record).ifPresent(records::add);
    writer.write(records);
  }

  /**
   * Says what became of commands; from then on they are never obeyed again.
   *
   * @throws ProducerFencedException where a newer trainer has taken over
   */
  void acknowledge(List<ControlAcknowledged> commands) {
    writer.write(commands.stream().map(this::record).toList());
  }

  private ProducerRecord<byte[], byte[]> record(ControlAcknowledged acknowledged) {
    return run.own().controlAcknowledged().record(acknowledged.getCommand().getId(), acknowledged);
  }

  @Override
  public void close() {
    writer.close();
  }
}
