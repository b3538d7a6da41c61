package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.cli.Millrace;
import dev.millrace.refinery.stream.DomainCounts;
import dev.millrace.refinery.stream.RefineryCounts;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.TokenSequence;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Documents are taken back while the refinery is killed: nothing of them is in any refined,
 * held-out, sequence or curriculum record that is written afterwards, every raw document is counted
 * where it ended, and a copy that is pushed later is accepted.
 */
class RetractionTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Topics TOPICS = new Topics("millrace.");
  private static final Topics.Run RUN = TOPICS.run("tiny");
  private static final int DOCUMENTS = 400;
  private static final int WHILE_TOKENIZED = 300;
  private static final int LEAD = 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String RUN_FILE =
      """
      name: tiny
      domains: [left]
      kafka: {bootstrap.servers: "%s"}
      refinery: {stages: [normalisation, gopher-quality, pii]}
      heldOut: {fraction: 0.1}
      stream: {commitInterval: 200ms, standbyReplicas: 0}
      tokenizer: {vocabularySize: 400}
      packing: {openBins: 2}
      curriculum: {lead: %d}
      model: {layers: 2, heads: 2, width: 32, contextLength: 64}
      training: {perDeviceTrainBatchSize: 8}
      """;

  @Test
  void nothingOfADocumentComesOutAfterItWasTakenBackAndACopyMayReturn(@TempDir Path directory)
      throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      new Flow(directory, broker.bootstrap()).run();
    }
  }

  private static final class Flow {
    private final Path directory;
    private final Path runFile;
    private final Path input;
    private final KafkaConnection kafka;
    private final List<ChildJvm> children = new ArrayList<>();

    Flow(Path directory, String bootstrap) throws Exception {
      this.directory = directory;
      kafka = KafkaConnection.to(bootstrap);
      runFile = directory.resolve("run.yaml");
      Files.writeString(runFile, RUN_FILE.formatted(bootstrap, LEAD));
      input = directory.resolve("left.jsonl");
      new TestCorpus(5).write(input, "left-", DOCUMENTS);
    }

    void run() throws Exception {
      try {
        prepare();
        ChildJvm refinery = start("refine", "--instance", "a");
        push(part(0, WHILE_TOKENIZED));
        Await.until("these have found their end", PATIENCE, () -> decided() == WHILE_TOKENIZED);
        ChildJvm tokenization = start("tokenize");
        start("curriculum");
        Await.until("the lead", PATIENCE, () -> all(RUN.curriculum()).size() == LEAD);
        Await.until("sequences", PATIENCE, () -> all(RUN.sequences("left")).size() > 4 * LEAD);
        tokenization.terminate(); // So that the others wait, refined and not packed.
        tokenization.awaitExit(PATIENCE);
        push(part(WHILE_TOKENIZED, DOCUMENTS));
        Await.until("all have found their end", PATIENCE, () -> decided() == DOCUMENTS);
        Map<String, Origin> victims = victims();
        ChildJvm retract = start("retract", documents(victims.keySet()));
        Await.until("the request", PATIENCE, this::isAsked);
        refinery.kill9();
        System.out.println("answers when it was killed: " + all(TOPICS.retracted()).size());
        refinery.awaitExit(PATIENCE);
        start("refine", "--instance", "a");
        start("tokenize");
        assertEquals(0, retract.awaitExit(PATIENCE), retract.output());
        System.out.println(retract.output());
        checkAfter(victims, ends());
      } finally {
        children.forEach(ChildJvm::close);
      }
    }

    private void checkAfter(Map<String, Origin> victims, Map<TopicPartition, Long> ends)
        throws Exception {
      DomainCounts counts = counts();
      assertEquals(DOCUMENTS, counts.raw());
      assertEquals(victims.size(), counts.retracted());
      assertEquals(0, counts.inFlight());
      assertEquals(
          counts.refined() + counts.heldOut(),
          (long) standing(TOPICS.refined()) + standing(TOPICS.heldOut()));
      push(copies(victims.keySet()));
      Await.until(
          "the copies are decided", PATIENCE, () -> decided() == DOCUMENTS + victims.size());
      assertEquals(
          counts.refined() + counts.heldOut() + victims.size(),
          counts().refined() + counts().heldOut(),
          "every copy is accepted");
      trainerReaches(all(RUN.sequences("left")).size());
      Await.until("nothing pends", PATIENCE, () -> released() >= trainable(victims));
      long seen = 0;
      for (Map.Entry<String, Origin> document : documentsAfter(ends)) {
        assertFalse(
            document.getValue().equals(victims.get(document.getKey())),
            document + " was taken back");
        seen++;
      }
      assertTrue(seen > 3 * LEAD, "looked at " + seen);
    }

    private boolean isAsked() {
      return all(TOPICS.rawJson()).stream().anyMatch(r -> r.value() == null);
    }

    private long released() {
      return all(RUN.curriculum()).size();
    }

    /** Sequences with something in them that was not taken back. */
    private long trainable(Map<String, Origin> victims) {
      return all(RUN.sequences("left")).stream()
          .filter(r -> !victims.entrySet().containsAll(documents(r.value())))
          .count();
    }

    /** Refined and packed but not released for training; refined and waiting; held out. */
    private Map<String, Origin> victims() {
      Set<String> released =
          all(RUN.curriculum()).stream()
              .flatMap(r -> documents(r.value().getSequence()).stream())
              .map(Map.Entry::getKey)
              .collect(Collectors.toSet());
      Set<String> packed =
          all(RUN.sequences("left")).stream()
              .flatMap(r -> documents(r.value()).stream())
              .map(Map.Entry::getKey)
              .collect(Collectors.toSet());
      Map<String, Origin> victims = new HashMap<>();
      Map<String, Origin> refined = origins(TOPICS.refined());
      choose(refined, victims, 3, id -> packed.contains(id) && !released.contains(id));
      choose(refined, victims, 1, id -> !packed.contains(id));
      choose(origins(TOPICS.heldOut()), victims, 2, id -> true);
      System.out.println("taken back: " + victims);
      return victims;
    }

    private static void choose(
        Map<String, Origin> from,
        Map<String, Origin> into,
        int count,
        java.util.function.Predicate<String> wanted) {
      List<String> ids = from.keySet().stream().filter(wanted).sorted().limit(count).toList();
      assertEquals(count, ids.size());
      ids.forEach(id -> into.put(id, from.get(id)));
    }

    private Map<String, Origin> origins(Topic<String, RefinedDocument> topic) {
      Map<String, Origin> origins = new HashMap<>();
      kafka.scan(topic, r -> origins.put(r.value().getId(), Origin.of(r.value().getOrigin())));
      return origins;
    }

    /** Documents that no later record without a value takes back. */
    private int standing(Topic<String, RefinedDocument> topic) {
      Map<String, Boolean> latest = new HashMap<>();
      kafka.scan(topic, r -> latest.put(r.key(), r.value() != null));
      return (int) latest.values().stream().filter(stands -> stands).count();
    }

    /** Id and origin of every document in any record behind these offsets. */
    private List<Map.Entry<String, Origin>> documentsAfter(Map<TopicPartition, Long> ends) {
      List<Map.Entry<String, Origin>> documents = new ArrayList<>();
      for (Topic<?, ?> topic : outputs()) {
        for (ConsumerRecord<?, ?> record : all(topic)) {
          TopicPartition partition = new TopicPartition(record.topic(), record.partition());
          if (record.offset() < ends.get(partition) || record.value() == null) continue;
          if (record.value() instanceof RefinedDocument d) {
            documents.add(Map.entry(d.getId(), Origin.of(d.getOrigin())));
          } else if (record.value() instanceof TokenSequence s) {
            documents.addAll(documents(s));
          } else {
            documents.addAll(documents(((CurriculumSequence) record.value()).getSequence()));
          }
        }
      }
      return documents;
    }

    private static List<Map.Entry<String, Origin>> documents(TokenSequence sequence) {
      return sequence.getSegments().stream()
          .map(s -> Map.entry(s.getDocumentId(), Origin.of(s.getOrigin())))
          .toList();
    }

    private static List<Topic<?, ?>> outputs() {
      return List.of(TOPICS.refined(), TOPICS.heldOut(), RUN.sequences("left"), RUN.curriculum());
    }

    private Map<TopicPartition, Long> ends() {
      Map<TopicPartition, Long> ends = new HashMap<>();
      for (Topic<?, ?> topic : outputs()) {
        try (var reader = kafka.reader(topic)) {
          ends.putAll(reader.endOffsets(KafkaConnection.partitions(reader, topic)));
        }
      }
      return ends;
    }

    private <K, V> List<ConsumerRecord<K, V>> all(Topic<K, V> topic) {
      List<ConsumerRecord<K, V>> records = new ArrayList<>();
      kafka.scan(topic, records::add);
      return records;
    }

    private Path part(int from, int to) throws Exception {
      List<String> lines = Files.readAllLines(input).subList(from, to);
      return Files.write(directory.resolve("from-%d.jsonl".formatted(from)), lines);
    }

    /** The same documents once more. */
    private Path copies(Set<String> ids) throws Exception {
      List<String> lines = new ArrayList<>();
      Set<String> left = new HashSet<>(ids);
      for (String line : Files.readAllLines(input)) {
        JsonNode document = JSON.readTree(line);
        if (left.remove(document.get("id").asText())) lines.add(line);
      }
      assertTrue(left.isEmpty());
      return Files.write(directory.resolve("copies.jsonl"), lines);
    }

    private void trainerReaches(long ordinal) {
      try (Producer<byte[], byte[]> producer = kafka.transactionalProducer("trainer")) {
        producer.initTransactions();
        producer.beginTransaction();
        TrainingProgress progress =
            new TrainingProgress(
                "tiny", 0, 1L, 1L, 1.0, 1.0, 1.0, 1.0, null, 0.0, Map.of(), Map.of(), 0L, ordinal,
                0L, null, List.of());
        var unused = producer.send(RUN.progress().record("tiny", progress));
        producer.commitTransaction();
      }
    }

    private DomainCounts counts() {
      return RefineryCounts.read(kafka, TOPICS).total();
    }

    private long decided() {
      return counts().decided();
    }

    private void prepare() {
      assertEquals(0, Millrace.run("topics", "create", "--run", runFile.toString()));
      assertEquals(
          0,
          Millrace.run(
              "tokenizer",
              "train",
              "--vocab",
              "400",
              "--out",
              directory.resolve("tokenizer.json").toString(),
              input.toString()));
    }

    private void push(Path file) {
      ChildJvm ingest = start("ingest", "--domain", "left", file.toString());
      assertEquals(0, ingest.awaitExit(PATIENCE), ingest.output());
    }

    private static String[] documents(Set<String> ids) {
      return ids.stream().flatMap(id -> List.of("--document", id).stream()).toArray(String[]::new);
    }

    private ChildJvm start(String command, String... arguments) {
      List<String> line = new ArrayList<>(List.of(command));
      line.addAll(List.of("--run", runFile.toString(), "--dir", directory.toString()));
      line.addAll(List.of(arguments));
      ChildJvm child =
          ChildJvm.of(Millrace.class)
              .jvmOptions("-Xmx400m")
              .arguments(line.toArray(String[]::new))
              .start(directory.resolve(command + "-" + children.size() + ".log"));
      children.add(child);
      return child;
    }
  }
}
