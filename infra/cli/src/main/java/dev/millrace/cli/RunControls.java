package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.ControlKind;
import dev.millrace.schemas.ControlOutcome;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.LenientValues;
import dev.millrace.schemas.RecordJson;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;

/**
 * What a run was told, as far as it was acknowledged.
 *
 * @param acknowledged in the log's order
 */
record RunControls(List<ControlAcknowledged> acknowledged) {
  private static final int SHOWN = 3;

  RunControls {
    acknowledged = List.copyOf(acknowledged);
  }

  /**
   * Of a run that may be older than commands are.
   *
   * @param values kept by whoever looks again
   */
  static RunControls read(
      KafkaConnection kafka, Topics.Run run, LenientValues<ControlAcknowledged> values) {
    Topic<String, byte[]> topic = run.controlAcknowledged().withValues(Serdes.ByteArray());
    List<ControlAcknowledged> all = new ArrayList<>();
    try (var reader = kafka.reader(topic)) {
      if (KafkaConnection.partitions(reader, topic).isEmpty()) return new RunControls(all);
    }
    kafka.scan(topic, record -> values.of(record).ifPresent(all::add));
    return new RunControls(all);
  }

  /** Whether the last word about it was pause. */
  boolean paused() {
    return acknowledged.stream()
        .filter(answer -> answer.getOutcome() == ControlOutcome.APPLIED)
        .map(answer -> answer.getCommand().getKind())
        .filter(kind -> kind == ControlKind.PAUSE || kind == ControlKind.RESUME)
        .reduce((earlier, later) -> later)
        .filter(last -> last == ControlKind.PAUSE)
        .isPresent();
  }

  /** The last few, the newest first. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (int i = acknowledged.size() - 1; i >= 0 && lines.size() < SHOWN; i--) {
      lines.add(ControlLine.of(acknowledged.get(i)));
    }
    return lines;
  }

  ObjectNode json() {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("paused", paused());
    acknowledged.forEach(answer -> node.withArray("acknowledged").add(RecordJson.of(answer)));
    return node;
  }
}
