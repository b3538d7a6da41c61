package dev.millrace.ingest;

import dev.millrace.ingest.IngestOptions.BatchLimit;
import dev.millrace.ingest.source.ReadOptions;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topics;
import java.time.Duration;
import java.util.List;

/**
 * A push in a JVM of its own, for tests that kill it: says how many documents it has committed, and
 * at the end what it has done.
 */
final class IngestChild {
  private IngestChild() {}

  /** Takes bootstrap servers, topic prefix, documents in a transaction, and the input. */
  public static void main(String[] arguments) {
    KafkaConnection kafka = KafkaConnection.to(arguments[0]);
    BatchLimit batch =
        new BatchLimit(Integer.parseInt(arguments[2]), 16 << 20, Duration.ofSeconds(1));
    IngestOptions options =
        new IngestOptions(ReadOptions.of("web"), batch, false, Duration.ofMinutes(1));
    IngestReport report =
        new Ingest(kafka, new Topics(arguments[1]), options)
            .push(List.of(Input.of(arguments[3])), listener());
    System.out.printf(
        "pushed %d already there %d damaged %d failed %d%n",
        report.documents(), report.alreadyThere(), report.damaged(), report.failed());
  }

  private static IngestListener listener() {
    return new IngestListener() {
      @Override
      public void progress(Snapshot snapshot) {
        System.out.println("committed " + snapshot.documents());
      }

      @Override
      public void failed(String file, String reason) {
        System.out.println("failed " + file + ": " + reason);
      }
    };
  }
}
