package dev.millrace.dashboard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.refinery.stream.RefineryCounts;
import dev.millrace.refinery.stream.RefineryProgress;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.CoolingBranch;
import dev.millrace.schemas.CoolingBranches;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.LenientValues;
import dev.millrace.schemas.SchedulerState;
import dev.millrace.schemas.Signal;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.tokenization.PackingCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Reads a run's topics into a picture, from their beginning on, for as long as it is asked to.
 * Kafka is asked nothing before the first {@link #read}, which may fail and be tried again.
 */
final class Feed implements AutoCloseable {
  private static final Duration REST = Duration.ofMillis(100);

  /** Counting reads whole topics, if small ones. */
  private static final long COUNT_EVERY_MILLIS = 1_000;

  private static final long COUNT_UNWATCHED_EVERY_MILLIS = 30_000;
  private static final int DROPPED_PLACES = 1_000;

  /** Of the curriculum, whose records are the largest there are. */
  private static final int STRETCHES = 100;

  /** A chart has a thousand pixels, and all blocks are sent whenever one is new. */
  private static final int BLOCKS_MAX = 400;

  /** One key, the last record counts, and each is large. */
  private static final int STATE_PLACES = 10;

  private final KafkaConnection kafka;
  private final Topics topics;
  private final String run;
  private final Picture picture;
  private final Dropped dropped = new Dropped();
  private final List<Tail<?, ?>> tails = new ArrayList<>();
  private final Orders orders = new Orders();
  private final CoolingBranches branches = new CoolingBranches();
  private final Released released;
  private final RefineryProgress refinery;
  private boolean replayed;
  private long countedMillis;

  /**
   * @param signals of what the curriculum releases
   */
  Feed(KafkaConnection kafka, Topics topics, String run, List<Signal> signals, Picture picture) {
    this.kafka = kafka;
    this.topics = topics;
    this.run = run;
    this.picture = picture;
    released = new Released(signals, BLOCKS_MAX);
    refinery = new RefineryProgress(kafka, topics);
    tails.add(Tail.ofKey(kafka, topics.run(run).progress(), run, picture::add));
    tails.add(Tail.ofAll(kafka, topics.checkpoints(), this::saved));
    tails.add(Tail.ofAll(kafka, topics.evaluations(), this::evaluated));
    tails.add(
        Tail.ofTheNewest(STATE_PLACES, kafka, topics.run(run).curriculumState(), this::curriculum));
    tails.add(
        Tail.ofStretches(
            STRETCHES,
            kafka,
            topics.run(run).curriculum(),
            record -> released.add(record.value())));
    Topic<String, ControlAcknowledged> answers = topics.run(run).controlAcknowledged();
    LenientValues<ControlAcknowledged> values = new LenientValues<>(answers);
    tails.add(
        Tail.ofAll(
            kafka,
            answers.withValues(Serdes.ByteArray()),
            record -> values.of(record).ifPresent(this::told)));
    tails.add(Tail.ofTheNewest(DROPPED_PLACES, kafka, topics.dropped(), dropped::add));
  }

  /** Takes over what is there now, and rests where there is nothing. */
  void read() throws InterruptedException {
    boolean any = false;
    for (Tail<?, ?> tail : tails) any |= tail.read();
    boolean justReplayed = !replayed && tails.stream().allMatch(Tail::isReplayed);
    replayed |= justReplayed;
    long every = picture.isWatched() ? COUNT_EVERY_MILLIS : COUNT_UNWATCHED_EVERY_MILLIS;
    if (justReplayed || System.currentTimeMillis() - countedMillis >= every) count();
    if (!any) Thread.sleep(REST.toMillis());
  }

  /** Whether the picture has all that was in the topics when it began. */
  boolean isReplayed() {
    return replayed;
  }

  /** Half of what was dropped and released is no news: until the log is read, nothing of it is. */
  private void count() throws InterruptedException {
    picture.put("unread", LongNode.valueOf(refinery.unread()));
    picture.put("funnel", Funnel.json(RefineryCounts.read(kafka, topics)));
    picture.put("packing", packing());
    if (replayed) {
      picture.put("dropped", dropped.json());
      picture.put("released", released.json());
      picture.put("replayed", BooleanNode.TRUE);
    }
    countedMillis = System.currentTimeMillis();
  }

  private ObjectNode packing() throws InterruptedException {
    ObjectNode domains = Json.object();
    PackingCounts.committed(kafka, topics, run)
        .forEach(
            (domain, counts) ->
                domains
                    .putObject(domain)
                    .put("documents", counts.documents())
                    .put("packed", counts.packedDocuments())
                    .put("waiting", counts.waitingDocuments())
                    .put("deadLetters", counts.deadLetters())
                    .put("sequences", counts.sequences())
                    .put("tokens", counts.packedTokens()));
    return domains;
  }

  private void told(ControlAcknowledged answer) {
    orders.add(answer);
    picture.put("controls", orders.json());
    branches.add(answer);
    picture.put("branches", branchesJson());
  }

  /** Of the run, or of one that may be its branch. */
  private void saved(ConsumerRecord<String, CheckpointPublished> record) {
    if (record.value() == null) return;
    if (run.equals(record.key())) picture.add(record.value());
    branches.add(record.key(), record.value().getStep());
    picture.put("branches", branchesJson());
  }

  private void evaluated(ConsumerRecord<String, EvaluationResult> record) {
    if (!run.equals(record.key()) || record.value() == null) return;
    picture.add(record.value(), record.offset());
  }

  private ArrayNode branchesJson() {
    ArrayNode list = Json.array();
    for (CoolingBranch branch : branches.all()) {
      ObjectNode node = list.addObject().put("name", branch.name());
      node.put("firstStep", branch.firstStep()).put("lastStep", branch.lastStep());
      node.put("state", branch.state());
    }
    return list;
  }

  /** Its state also says what every domain has released: more than a page should be sent. */
  private void curriculum(SchedulerState state) {
    ObjectNode node = Json.object().put("ordinal", state.getOrdinal());
    node.put("phase", state.getPhase());
    ObjectNode mixture = node.putObject("mixture");
    state.getMixture().forEach(mixture::put);
    picture.put("curriculum", node);
  }

  @Override
  public void close() {
    for (Tail<?, ?> tail : tails) tail.close();
    refinery.close();
  }
}
