package dev.millrace.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.schemas.IngestProgress;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.RawDocument;
import dev.millrace.schemas.Topics;
import dev.millrace.testkit.TestKafka;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** The topics of one test, and what readers of committed records find in them. */
record Log(KafkaConnection kafka, Topics topics) {
  private static final int PARTITIONS = 3;

  static Log fresh(TestKafka broker) {
    return create(broker.bootstrap(), broker.freshPrefix());
  }

  static Log create(String bootstrap, String prefix) {
    Log log = new Log(KafkaConnection.to(bootstrap), new Topics(prefix));
    List<NewTopic> topics =
        Stream.of(log.topics.raw(), log.topics.ingestProgress())
            .map(
                t ->
                    new NewTopic(t.name(), t.partitions(PARTITIONS), (short) 1)
                        .configs(t.settings()))
            .toList();
    try (Admin admin = log.kafka.admin()) {
      admin.createTopics(topics).all().get();
      KafkaConnection.awaitLeaders(admin, topics.stream().map(NewTopic::name).toList());
      return log;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  IngestReport push(IngestOptions options, Input... inputs) {
    return push(options, IngestListener.SILENT, inputs);
  }

  IngestReport push(IngestOptions options, IngestListener listener, Input... inputs) {
    return new Ingest(kafka, topics, options).push(List.of(inputs), listener);
  }

  List<RawDocument> documents() {
    List<RawDocument> documents = new ArrayList<>();
    kafka.scan(
        topics.raw(),
        record -> {
          assertEquals(record.value().getId(), record.key(), "the key is the id");
          documents.add(record.value());
        });
    return documents;
  }

  List<String> ids() {
    return documents().stream().map(RawDocument::getId).sorted().toList();
  }

  /** How many documents the broker has, committed or not, markers of transactions included. */
  long written() {
    try (Consumer<String, RawDocument> reader = kafka.reader(topics.raw());
        Admin admin = kafka.admin()) {
      Map<TopicPartition, OffsetSpec> latest =
          KafkaConnection.partitions(reader, topics.raw()).stream()
              .collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
      return admin.listOffsets(latest).all().get().values().stream()
          .mapToLong(ListOffsetsResultInfo::offset)
          .sum();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  Map<String, IngestProgress> marks() {
    Map<String, IngestProgress> marks = new HashMap<>();
    kafka.scan(topics.ingestProgress(), record -> marks.put(record.key(), record.value()));
    return marks;
  }

  Optional<IngestProgress> mark(String input) {
    return Optional.ofNullable(marks().get(input));
  }
}
