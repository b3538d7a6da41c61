package dev.millrace.e2e;

import static dev.millrace.e2e.SoakStack.RUN;
import static dev.millrace.e2e.SoakStack.TOPICS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.AvroSerde;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.EvaluationStatus;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Segment;
import dev.millrace.schemas.TokenSequence;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.TrainingProgress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;

/**
 * The five laws, read off a run's topics when it has come to rest. It keeps what it reads in memory
 * and trusts no counter of the program's. Of resume it sees what steps record, and no weights.
 */
final class SoakLaws {
  private static final double PARITY_MAX = 1e-4;

  /** Open bins, as the tokenization keeps them. */
  private static final Topic<String, TokenSequence> WAITING =
      new Topic<>(
          RUN.runPrefix() + "tokenization-waiting-pieces-changelog",
          Serdes.String(),
          AvroSerde.of(TokenSequence.class),
          Topic.SHARED,
          Map.of());

  private final KafkaConnection kafka;
  private final Map<String, String> found = new LinkedHashMap<>();

  SoakLaws(KafkaConnection kafka) {
    this.kafka = kafka;
  }

  /** What was looked at, by law. */
  Map<String, String> found() {
    return found;
  }

  void check(int documents, int poison) throws Exception {
    conservation(documents + poison);
    List<TrainingProgress> history = order();
    resume();
    parity();
    lineage(history);
  }

  private static List<Topic<?, ?>> ends() {
    return List.of(TOPICS.refined(), TOPICS.heldOut(), TOPICS.dropped(), TOPICS.deadLetters());
  }

  /** Raw records that have found their end. */
  static long decided(KafkaConnection kafka) {
    long[] decided = new long[1];
    for (Topic<?, ?> topic : ends()) kafka.scan(bytes(topic), record -> decided[0]++);
    return decided[0];
  }

  /** Whether every checkpoint that was announced has a result. */
  static boolean isJudged(KafkaConnection kafka) {
    Set<Long> open = new HashSet<>();
    kafka.scan(TOPICS.checkpoints(), record -> open.add(record.offset()));
    kafka.scan(TOPICS.evaluations(), record -> open.remove(record.value().getCheckpointOffset()));
    return open.isEmpty();
  }

  private static Topic<byte[], byte[]> bytes(Topic<?, ?> topic) {
    return new Topic<>(
        topic.name(), Serdes.ByteArray(), Serdes.ByteArray(), topic.partitions(), topic.settings());
  }

  /** Every raw record, by partition and offset, ended in one topic, and no document came twice. */
  private void conservation(int records) throws Exception {
    Set<String> keys = new HashSet<>();
    Set<String> places = new HashSet<>();
    kafka.scan(
        bytes(TOPICS.raw()),
        record -> {
          assertTrue(keys.add(text(record.key())), () -> "pushed twice: " + text(record.key()));
          places.add(record.partition() + ":" + record.offset());
        });
    assertEquals(records, places.size(), "raw records");
    Map<String, String> ended = new HashMap<>();
    Map<String, Integer> counts = new TreeMap<>();
    for (Topic<?, ?> end : ends()) {
      kafka.scan(
          bytes(end),
          record -> {
            String origin = text(record.headers().lastHeader("origin").value());
            assertEquals(null, ended.put(origin, end.name()), origin + " ended twice");
            counts.merge(end.name(), 1, Integer::sum);
          });
    }
    assertEquals(places, ended.keySet());
    found.put(
        "1 conservation",
        "%,d raw records, each with one end: %s; of the refined ones every token is in a sequence, once, or"
                .formatted(records, counts)
            + " waits for one, as those of %,d do in part or in whole".formatted(packing()));
  }

  /** A part of a document's tokens, which is in a sequence or waits for one. */
  private record Stretch(int start, int length, boolean endsDocument) {
    Stretch(Segment segment) {
      this(segment.getStart(), segment.getLength(), segment.getEndsDocument());
    }
  }

  /** Each refined document, and no other, is in sequences and open bins from end to end. */
  private int packing() {
    Map<String, List<Stretch>> stretches = new HashMap<>();
    for (String domain : SoakStack.DOMAINS) {
      kafka.scan(RUN.sequences(domain), record -> add(stretches, record.value()));
    }
    Map<String, TokenSequence> waiting = new HashMap<>();
    kafka.scan(
        WAITING,
        record -> {
          String place = record.partition() + ":" + record.key();
          if (record.value() == null) waiting.remove(place);
          else waiting.put(place, record.value());
        });
    waiting.values().forEach(piece -> add(stretches, piece));
    assertEquals(ids(TOPICS.refined()), stretches.keySet());
    stretches.forEach(SoakLaws::assertWhole);
    return (int)
        waiting.values().stream()
            .map(p -> p.getSegments().get(0).getDocumentId())
            .distinct()
            .count();
  }

  private static void add(Map<String, List<Stretch>> stretches, TokenSequence sequence) {
    for (Segment segment : sequence.getSegments()) {
      stretches
          .computeIfAbsent(segment.getDocumentId(), id -> new ArrayList<>())
          .add(new Stretch(segment));
    }
  }

  /** A stretch begins with the last token of the one before it. */
  private static void assertWhole(String id, List<Stretch> stretches) {
    stretches.sort(Comparator.comparingInt(Stretch::start));
    int next = 0;
    for (Stretch stretch : stretches) {
      assertEquals(next, stretch.start(), id);
      next += stretch.length() - 1;
    }
    long ends = stretches.stream().filter(Stretch::endsDocument).count();
    assertTrue(ends == 1 && stretches.get(stretches.size() - 1).endsDocument(), id);
  }

  /** The order has no gap and no source twice, and what survives of training follows it. */
  private List<TrainingProgress> order() {
    long[] next = new long[1];
    Set<String> sources = new HashSet<>();
    kafka.scan(
        RUN.curriculum(),
        record -> {
          CurriculumSequence sequence = record.value();
          assertEquals(next[0]++, sequence.getOrdinal());
          String source =
              sequence.getDomain() + "/" + sequence.getSource() + "/" + sequence.getEpoch();
          assertTrue(sources.add(source), () -> "released twice: " + source);
        });
    TreeMap<Long, TrainingProgress> last = new TreeMap<>();
    kafka.scan(RUN.progress(), record -> last.put(record.value().getStep(), record.value()));
    long step = 0;
    long ordinal = 0;
    for (TrainingProgress progress : last.values()) {
      assertEquals(++step, progress.getStep());
      assertEquals(ordinal, progress.getFirstOrdinal(), "step " + step);
      ordinal = progress.getNextOrdinal();
    }
    assertTrue(ordinal <= next[0], "trained on what was not released");
    found.put(
        "2 the curriculum is the order",
        "%,d ordinals without a gap, %,d steps that follow each other".formatted(next[0], step));
    return List.copyOf(last.values());
  }

  /** Steps that a resumed trainer repeats have the losses and the gradient norm to the bit. */
  private void resume() {
    Map<Long, TrainingProgress> first = new HashMap<>();
    Set<Integer> attempts = new HashSet<>();
    int[] repeated = new int[1];
    kafka.scan(
        RUN.progress(),
        record -> {
          TrainingProgress now = record.value();
          attempts.add(now.getAttempt());
          TrainingProgress before = first.putIfAbsent(now.getStep(), now);
          if (before == null) return;
          repeated[0]++;
          String step = "step %d, attempt %d".formatted(now.getStep(), now.getAttempt());
          assertEquals(before.getFirstOrdinal(), now.getFirstOrdinal(), step);
          assertEquals(before.getLoss(), now.getLoss(), step);
          assertEquals(before.getGradientNorm(), now.getGradientNorm(), step);
          assertEquals(before.getDomainLoss(), now.getDomainLoss(), step);
        });
    assertTrue(repeated[0] > 0, "no step was ever repeated");
    found.put(
        "3 resume is bitwise",
        "%,d steps were done again by one of %d trainers: same losses and gradient norm to the bit"
            .formatted(repeated[0], attempts.size()));
  }

  private List<EvaluationResult> evaluations() {
    List<EvaluationResult> results = new ArrayList<>();
    kafka.scan(TOPICS.evaluations(), record -> results.add(record.value()));
    return results;
  }

  /** Trainer and evaluator agree on each checkpoint, and each has one result. */
  private void parity() {
    List<EvaluationResult> results = evaluations();
    Set<Long> checkpoints = new HashSet<>();
    double worst = 0;
    int evaluated = 0;
    for (EvaluationResult result : results) {
      assertTrue(checkpoints.add(result.getCheckpointOffset()), "evaluated twice: " + result);
      assertFalse(result.getStatus() == EvaluationStatus.REFUSED, result::toString);
      if (result.getStatus() != EvaluationStatus.EVALUATED) continue;
      evaluated++;
      worst = Math.max(worst, result.getParity());
    }
    assertTrue(evaluated > 0 && worst <= PARITY_MAX, "parity " + worst);
    found.put(
        "4 one definition",
        "%d checkpoints evaluated, %d passed over for a newer one; nll differs by %.1e at most"
            .formatted(evaluated, results.size() - evaluated, worst));
  }

  /** From each evaluation to its checkpoint, steps, sequences and documents. */
  private void lineage(List<TrainingProgress> history) {
    Map<Long, CheckpointPublished> checkpoints = new HashMap<>();
    kafka.scan(TOPICS.checkpoints(), r -> checkpoints.put(r.offset(), r.value()));
    Map<Long, TrainingProgress> byStep = new HashMap<>();
    history.forEach(progress -> byStep.put(progress.getStep(), progress));
    for (EvaluationResult result : evaluations()) {
      CheckpointPublished checkpoint = checkpoints.get(result.getCheckpointOffset());
      assertEquals(result.getCheckpoint(), checkpoint.getUri());
      assertEquals(result.getStep(), checkpoint.getStep());
      if (checkpoint.getStep() == 0) continue;
      TrainingProgress step = byStep.get(checkpoint.getStep());
      assertEquals(step.getNextOrdinal(), checkpoint.getNextOrdinal());
      assertEquals(step.getTokens(), checkpoint.getTokens());
    }
    long taken = history.get(history.size() - 1).getNextOrdinal();
    Set<String> trainedOn = new HashSet<>();
    kafka.scan(
        RUN.curriculum(),
        r -> {
          if (r.value().getOrdinal() >= taken) return;
          r.value().getSequence().getSegments().stream()
              .map(Segment::getDocumentId)
              .forEach(trainedOn::add);
        });
    assertTrue(ids(TOPICS.refined()).containsAll(trainedOn), "trained on what is not refined");
    Set<String> heldOut = ids(TOPICS.heldOut());
    assertTrue(trainedOn.stream().noneMatch(heldOut::contains), "trained on what was held out");
    found.put(
        "5 lineage",
        "%d checkpoints, %,d documents trained on, none of the %,d held out"
            .formatted(checkpoints.size(), trainedOn.size(), heldOut.size()));
  }

  private Set<String> ids(Topic<String, RefinedDocument> topic) {
    Set<String> ids = new HashSet<>();
    kafka.scan(topic, record -> ids.add(record.value().getId()));
    return ids;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
