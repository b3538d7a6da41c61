package dev.millrace.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LenientValuesTest {
  private static final Topics TOPICS = new Topics("");
  private static final Topic<String, ControlAcknowledged> TOPIC =
      TOPICS.run("r").controlAcknowledged();

  private final LenientValues<ControlAcknowledged> values = new LenientValues<>(TOPIC);

  private static ControlAcknowledged answer() {
    ControlAcknowledged answer =
        Commands.applied(
            ControlCommand.newBuilder()
                .setId("p")
                .setKind(ControlKind.PAUSE)
                .setIssuedAt(Instant.EPOCH)
                .build(),
            4,
            32);
    answer.setAcknowledgedAt(Instant.EPOCH);
    return answer;
  }

  private Optional<ControlAcknowledged> read(byte @Nullable [] value) {
    return values.of(new ConsumerRecord<>(TOPIC.name(), 0, 7, "p", value));
  }

  @Test
  void whatBelongsThereIsRead() {
    assertEquals(Optional.of(answer()), read(TOPIC.record("p", answer()).value()));
  }

  @Test
  void whatDoesNotIsPassedOver() {
    byte[] whole = TOPIC.record("p", answer()).value();
    assertEquals(Optional.empty(), read(null));
    assertEquals(Optional.empty(), read(new byte[] {1, 2, 3}));
    assertEquals(Optional.empty(), read(Arrays.copyOf(whole, whole.length - 2)));
    assertEquals(
        Optional.empty(),
        read(TOPICS.run("r").control().record("p", answer().getCommand()).value()));
  }

  /** It remembers one offset. */
  @Test
  void aTopicHasOnePartition() {
    assertThrows(IllegalArgumentException.class, () -> new LenientValues<>(TOPICS.dropped()));
  }
}
