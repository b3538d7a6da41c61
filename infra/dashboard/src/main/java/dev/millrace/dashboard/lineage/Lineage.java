package dev.millrace.dashboard.lineage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.OrdinalRange;
import dev.millrace.schemas.Segment;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.TrainingProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Law 5: from an evaluation to its checkpoint, to its steps, to offsets, to documents, and back.
 * What was read before is not read again: a {@link LineageStore} says where to look.
 *
 * <p>History is what survives: of a step that was done twice, the last record counts.
 */
public final class Lineage implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int CURRICULUM = 0;
  private static final int PROGRESS = 1;
  private static final int CHECKPOINTS = 2;
  private static final int EVALUATIONS = 3;

  private final KafkaConnection kafka;
  private final Topics topics;
  private final String run;
  private final Topic<Long, CurriculumSequence> curriculum;
  private final LineageStore store;
  private final TopicReader<Long, CurriculumSequence> sequences;
  private final TopicReader<String, TrainingProgress> progress;
  private final TopicReader<String, CheckpointPublished> checkpoints;
  private final TopicReader<String, EvaluationResult> evaluations;

  private Lineage(
      KafkaConnection kafka,
      Topics topics,
      String run,
      Topic<Long, CurriculumSequence> curriculum,
      LineageStore store) {
    this.kafka = kafka;
    this.topics = topics;
    this.run = run;
    this.curriculum = curriculum;
    this.store = store;
    sequences = new TopicReader<>(kafka, curriculum);
    progress = new TopicReader<>(kafka, topics.run(run).progress());
    checkpoints = new TopicReader<>(kafka, topics.checkpoints());
    evaluations = new TopicReader<>(kafka, topics.evaluations());
  }

  /**
   * Opens a run's, as far as it was read before.
   *
   * @param order the run whose training order it is: its own name, unless it is a branch
   * @param directory for what is kept; one below it for each run and curriculum topic
   * @throws IllegalArgumentException where there is no such run
   */
  public static Lineage open(
      KafkaConnection kafka, Topics topics, String run, String order, Path directory)
      throws IOException {
    Topic<Long, CurriculumSequence> curriculum = topics.run(order).curriculum();
    // A topic that was made anew has another id, and so another store.
    LineageStore store =
        LineageStore.open(directory.resolve(run + "-" + id(kafka, curriculum.name())));
    return new Lineage(kafka, topics, run, curriculum, store);
  }

  private static String id(KafkaConnection kafka, String topic) {
    try (Admin admin = kafka.admin()) {
      return admin
          .describeTopics(List.of(topic))
          .topicNameValues()
          .get(topic)
          .get()
          .topicId()
          .toString();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new IllegalArgumentException("there is no topic " + topic, e);
      }
      throw new IllegalStateException("cannot look for topic " + topic, e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** Reads what has come since the last time. */
  public void update(Listener listener) throws IOException {
    read(
        listener,
        CURRICULUM,
        curriculum,
        (batch, record) -> {
          long ordinal = record.value().getOrdinal();
          batch.place(new LineageStore.Place(ordinal, record.offset()));
          for (String id : documents(record.value())) batch.document(id, ordinal);
        });
    read(
        listener,
        PROGRESS,
        topics.run(run).progress(),
        (batch, record) -> batch.step(step(record)));
    read(
        listener,
        CHECKPOINTS,
        topics.checkpoints(),
        (batch, record) -> {
          if (run.equals(record.key())) batch.checkpoint(record.value().getStep(), record.offset());
        });
    read(
        listener,
        EVALUATIONS,
        topics.evaluations(),
        (batch, record) -> {
          if (run.equals(record.key())) batch.evaluation(record.value().getStep(), record.offset());
        });
  }

  private static LineageStore.Step step(ConsumerRecord<String, TrainingProgress> record) {
    TrainingProgress progress = record.value();
    return new LineageStore.Step(
        progress.getStep(), progress.getFirstOrdinal(), progress.getNextOrdinal(), record.offset());
  }

  private static Set<String> documents(CurriculumSequence sequence) {
    Set<String> ids = new HashSet<>();
    sequence.getSequence().getSegments().forEach(segment -> ids.add(segment.getDocumentId()));
    return ids;
  }

  private interface Taking<K, V> {
    void take(LineageStore.Batch batch, ConsumerRecord<K, V> record) throws IOException;
  }

  private <K, V> void read(Listener listener, int number, Topic<K, V> topic, Taking<K, V> taking)
      throws IOException {
    TopicPartition partition = new TopicPartition(topic.name(), 0);
    try (Consumer<K, V> reader = reader(topic, store.next(number))) {
      long end = reader.endOffsets(List.of(partition)).get(partition);
      long from = reader.position(partition);
      listener.read(topic.name(), 0, end - from);
      while (reader.position(partition) < end) {
        try (LineageStore.Batch batch = store.batch()) {
          for (ConsumerRecord<K, V> record : reader.poll(POLL)) {
            if (record.value() != null) taking.take(batch, record);
          }
          batch.commit(number, reader.position(partition));
        }
        listener.read(topic.name(), reader.position(partition) - from, end - from);
      }
    }
  }

  private <K, V> Consumer<K, V> reader(Topic<K, V> topic, long from) {
    TopicPartition partition = new TopicPartition(topic.name(), 0);
    Consumer<K, V> reader = kafka.reader(topic);
    reader.assign(List.of(partition));
    reader.seek(partition, from);
    return reader;
  }

  /**
   * The documents of a step, a segment a line; empty where the run has no such step.
   *
   * @param most no sequence is read when there are so many lines
   */
  public Answer step(long number, int most) throws IOException {
    Optional<LineageStore.Step> step = store.step(number);
    if (step.isEmpty()) return Answer.whole(List.of());
    Fate fate = Fate.of(progress.at(step.get().offset()).value());
    List<ObjectNode> lines = new ArrayList<>();
    long next = step.get().firstOrdinal();
    var record = sequence(next);
    while (record.isPresent() && lines.size() < most) {
      long ordinal = record.get().value().getOrdinal();
      if (ordinal >= step.get().nextOrdinal()) return Answer.whole(lines);
      lines.addAll(lines(record.get(), Optional.of(fate), segment -> true));
      next = ordinal + 1;
      record = sequences.next(record.get().offset() + 1);
    }
    long unread = record.isPresent() ? step.get().nextOrdinal() - next : 0;
    return new Answer(lines, lines.size() + unread);
  }

  /**
   * What a document was trained on in, a segment a line, then the checkpoints and evaluations that
   * come after the first such step.
   *
   * @param most of each of these no more are read when there are so many lines of it
   */
  public Answer document(String id, int most) throws IOException {
    List<ObjectNode> lines = new ArrayList<>();
    OptionalLong firstTrained = OptionalLong.empty();
    List<Long> ordinals = store.ordinals(id);
    int read = 0;
    while (read < ordinals.size() && lines.size() < most) {
      long ordinal = ordinals.get(read++);
      Optional<LineageStore.Step> step = store.stepOf(ordinal);
      Optional<Fate> fate = step.map(s -> Fate.of(progress.at(s.offset()).value()));
      sequence(ordinal)
          .filter(record -> record.value().getOrdinal() == ordinal)
          .map(record -> lines(record, fate, segment -> segment.getDocumentId().equals(id)))
          .ifPresent(lines::addAll);
      if (firstTrained.isEmpty() && fate.isPresent() && fate.get().trained(ordinal)) {
        firstTrained = OptionalLong.of(fate.get().progress().getStep());
      }
    }
    long of = (long) lines.size() + ordinals.size() - read;
    if (lines.isEmpty() || firstTrained.isEmpty()) return new Answer(lines, of);
    List<Long> saved = store.checkpoints(firstTrained.getAsLong());
    for (long offset : saved.subList(0, Math.min(saved.size(), most))) {
      lines.add(checkpoint(offset, checkpoints.at(offset).value()));
    }
    List<Long> evaluated = store.evaluations(firstTrained.getAsLong());
    for (long offset : evaluated.subList(0, Math.min(evaluated.size(), most))) {
      lines.add(evaluation(offset, evaluations.at(offset).value()));
    }
    return new Answer(lines, of + saved.size() + evaluated.size());
  }

  /**
   * An evaluation, its checkpoint and what that was trained on, a line each; empty where there is
   * no such evaluation of the run.
   *
   * @param offset in {@code evaluations}
   */
  public Answer evaluation(long offset) throws IOException {
    if (!store.evaluations(0).contains(offset)) return Answer.whole(List.of());
    EvaluationResult evaluation = evaluations.at(offset).value();
    List<ObjectNode> lines = new ArrayList<>();
    lines.add(evaluation(offset, evaluation));
    CheckpointPublished checkpoint = checkpoints.at(evaluation.getCheckpointOffset()).value();
    lines.add(checkpoint(evaluation.getCheckpointOffset(), checkpoint));
    long first = store.firstStep().orElse(1);
    ObjectNode steps = line("steps");
    steps.put("run", run).put("first", first).put("last", checkpoint.getStep());
    steps
        .put("firstOrdinal", store.step(first).map(LineageStore.Step::firstOrdinal).orElse(0L))
        .put("nextOrdinal", checkpoint.getNextOrdinal())
        .put("curriculum", curriculum.name())
        .put("nextOffset", checkpoint.getNextOffset());
    lines.add(steps);
    evaluation
        .getOffsets()
        .forEach(
            (domain, positions) -> {
              ObjectNode heldOut = line("held-out").put("domain", domain);
              heldOut.put("documents", positions.size());
              var places = heldOut.putArray("offsets");
              positions.forEach(
                  p ->
                      places
                          .addObject()
                          .put("partition", p.getPartition())
                          .put("offset", p.getOffset()));
              lines.add(heldOut);
            });
    return Answer.whole(lines);
  }

  private static ObjectNode line(String kind) {
    return JsonNodeFactory.instance.objectNode().put("kind", kind);
  }

  private static ObjectNode checkpoint(long offset, CheckpointPublished checkpoint) {
    return line("checkpoint")
        .put("step", checkpoint.getStep())
        .put("attempt", checkpoint.getAttempt())
        .put("offset", offset)
        .put("uri", checkpoint.getUri())
        .put("nextOrdinal", checkpoint.getNextOrdinal());
  }

  private static ObjectNode evaluation(long offset, EvaluationResult evaluation) {
    return line("evaluation")
        .put("step", evaluation.getStep())
        .put("attempt", evaluation.getAttempt())
        .put("offset", offset)
        .put("status", evaluation.getStatus().toString())
        .put("checkpointOffset", evaluation.getCheckpointOffset())
        .put("setId", evaluation.getSetId());
  }

  /** What a step did with its ordinals. */
  private record Fate(TrainingProgress progress) {
    static Fate of(TrainingProgress progress) {
      return new Fate(progress);
    }

    boolean trained(long ordinal) {
      return progress.getSkipped() == null
          && progress.getPassedOver().stream().noneMatch(range -> isIn(range, ordinal));
    }

    private static boolean isIn(OrdinalRange range, long ordinal) {
      return ordinal >= range.getFirstOrdinal() && ordinal < range.getNextOrdinal();
    }
  }

  private List<ObjectNode> lines(
      ConsumerRecord<Long, CurriculumSequence> record,
      Optional<Fate> fate,
      Predicate<Segment> wanted) {
    CurriculumSequence sequence = record.value();
    List<ObjectNode> lines = new ArrayList<>();
    for (Segment segment : sequence.getSequence().getSegments()) {
      if (!wanted.test(segment)) continue;
      ObjectNode line = line("segment").put("ordinal", sequence.getOrdinal());
      fate.ifPresentOrElse(
          f -> line.put("step", f.progress().getStep()), () -> line.putNull("step"));
      line.put("trained", fate.isPresent() && fate.get().trained(sequence.getOrdinal()))
          .put("domain", sequence.getDomain())
          .put("document", segment.getDocumentId())
          .put("start", segment.getStart())
          .put("length", segment.getLength())
          .put("sequence", sequence.getSequence().getId())
          .put("curriculumOffset", record.offset())
          .put("sequencesOffset", sequence.getSource());
      line.putObject("raw")
          .put("partition", segment.getOrigin().getPartition())
          .put("offset", segment.getOrigin().getOffset());
      lines.add(line);
    }
    return lines;
  }

  /** The first sequence of the curriculum from an ordinal on. */
  private Optional<ConsumerRecord<Long, CurriculumSequence>> sequence(long first)
      throws IOException {
    Optional<LineageStore.Place> place = store.place(first);
    if (place.isEmpty()) return Optional.empty();
    var record = sequences.next(place.get().offset());
    while (record.isPresent() && record.get().value().getOrdinal() < first) {
      record = sequences.next(record.get().offset() + 1);
    }
    return record;
  }

  /** What is kept on this disk, bytes. */
  public long size() throws IOException {
    return store.size();
  }

  @Override
  public void close() {
    try (store;
        sequences;
        progress;
        checkpoints;
        evaluations) {
      // Each of them, whatever another throws.
    }
  }
}
