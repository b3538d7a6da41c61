package dev.millrace.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutageTest {
  @TempDir Path folder;

  private static Outage outage(boolean stopped) {
    return new Outage(
        KafkaConnection.to("127.0.0.1:1"), new Topics("t."), Duration.ofMillis(1), () -> stopped);
  }

  @Test
  void isNotWaitedOutByWhoIsToldToStop() throws IOException {
    Corpus corpus =
        Corpus.of(
            Input.of(Files.writeString(folder.resolve("a.txt"), "text")),
            InputStream.nullInputStream());
    outage(true)
        .waitOut(
            new KafkaException("away"),
            corpus,
            new Tally(IngestListener.SILENT, OptionalLong.empty()));
  }

  /** Who went on would shut out the newer one in turn. */
  @Test
  void leavesWhateverTheBrokerSaysOfANewerPush() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "text");
    Corpus corpus = Corpus.of(Input.of(file), InputStream.nullInputStream());
    Tally tally = new Tally(IngestListener.SILENT, OptionalLong.empty());
    Outage outage = outage(false);
    for (RuntimeException sign :
        List.of(
            new InvalidTxnStateException("state"),
            new InvalidProducerEpochException("epoch"),
            new ProducerFencedException("fenced"))) {
      KafkaException failure = new KafkaException("cannot commit", sign);
      ProducerFencedException left =
          assertThrows(ProducerFencedException.class, () -> outage.waitOut(failure, corpus, tally));
      assertEquals(
          "another push of %s has taken over: this one leaves".formatted(file), left.getMessage());
      assertSame(failure, left.getCause());
    }
  }
}
