package dev.millrace.schemas;

import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_COMPACT;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_DELETE;
import static org.apache.kafka.common.config.TopicConfig.COMPRESSION_TYPE_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MAX_MESSAGE_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.RETENTION_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.RETENTION_MS_CONFIG;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Every topic of Millrace. Data is shared: {@code documents.*}, {@code dedup.*}, {@code
 * checkpoints} and {@code evaluations} belong to the prefix and serve any number of runs. {@code
 * sequences.*}, {@code curriculum}, {@code training.progress} and {@code control} belong to one
 * run.
 *
 * <p>All of them stamp records with the broker's time, because Streams propagates record times and
 * time-based retention would otherwise delete a crawl of last year at once. Nothing expires unless
 * the operator says so.
 *
 * @param prefix put before every name, for example {@code millrace.}
 */
public record Topics(String prefix) {
  /** The largest record that any topic takes: a document of 64 MiB and its fields. */
  public static final int RECORD_BYTES_MAX = 65 << 20;

  /** The longest {@linkplain #isWord name of a run or domain}. */
  public static final int WORD_CHARACTERS_MAX = 60;

  private static final Pattern WORD =
      Pattern.compile("[A-Za-z0-9_-]{1," + WORD_CHARACTERS_MAX + "}");

  private static final Map<String, String> FOR_EVER =
      Map.of(
          CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_DELETE,
          RETENTION_MS_CONFIG, "-1",
          RETENTION_BYTES_CONFIG, "-1",
          MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime",
          COMPRESSION_TYPE_CONFIG, "producer",
          MAX_MESSAGE_BYTES_CONFIG, Integer.toString(RECORD_BYTES_MAX));
  private static final Map<String, String> LATEST_BY_KEY =
      Map.of(
          CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_COMPACT,
          MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime",
          COMPRESSION_TYPE_CONFIG, "producer");

  /**
   * Whether a run or a domain may be called that: it becomes a part of names of topics and files.
   */
  public static boolean isWord(String name) {
    return WORD.matcher(name).matches();
  }

  /** Input name: how far it has been pushed. */
  public Topic<String, IngestProgress> ingestProgress() {
    return new Topic<>(
        prefix + "ingest.progress", Serdes.String(), avro(IngestProgress.class), 1, LATEST_BY_KEY);
  }

  /** Document id: what users push. */
  public Topic<String, RawDocument> raw() {
    return shared("documents.raw", avro(RawDocument.class));
  }

  /**
   * Any key: documents as plain JSON objects, for producers that write no Avro. The refinery turns
   * each into a record of {@link #raw}, in the partition of the same number.
   */
  public Topic<byte[], byte[]> rawJson() {
    return bytes("documents.raw.json");
  }

  /** Document id: passed every rule, waits for its dedup verdict. */
  public Topic<String, RefinedDocument> candidates() {
    return shared("documents.candidates", avro(RefinedDocument.class));
  }

  /** No key: one partition whose offset is the order of the index. */
  public Topic<byte[], DedupSignature> signatures() {
    return new Topic<>(
        prefix + "dedup.signatures", Serdes.ByteArray(), DedupSignature.serde(), 1, FOR_EVER);
  }

  /** No key: the partition is that of the candidate. */
  public Topic<byte[], DedupVerdict> verdicts() {
    return new Topic<>(
        prefix + "dedup.verdicts",
        Serdes.ByteArray(),
        DedupVerdict.serde(),
        Topic.SHARED,
        FOR_EVER);
  }

  /** Content hash (hex): deduplicated, filtered, scrubbed. */
  public Topic<String, RefinedDocument> refined() {
    return shared("documents.refined", avro(RefinedDocument.class));
  }

  /** Content hash (hex): never trained on. */
  public Topic<String, RefinedDocument> heldOut() {
    return shared("documents.held-out", avro(RefinedDocument.class));
  }

  /** Document id: stage, rule, measured value and threshold. */
  public Topic<String, DroppedDocument> dropped() {
    return shared("documents.dropped", avro(DroppedDocument.class));
  }

  /**
   * Partition of {@code documents.raw} and document id, as {@code 2/id}: documents that were taken
   * back.
   */
  public Topic<String, Retraction> retracted() {
    return one("documents.retracted", avro(Retraction.class));
  }

  /** The original key and bytes of what could not be read or broke a stage; headers say why. */
  public Topic<byte[], byte[]> deadLetters() {
    return bytes("documents.dead-letters");
  }

  /** Settings that the prefix's documents were refined with; the first record counts. */
  public Topic<String, String> refinerySettings() {
    return one("refinery.settings", Serdes.String());
  }

  /** Run name: complete, verified checkpoints of every run. */
  public Topic<String, CheckpointPublished> checkpoints() {
    return one("checkpoints", avro(CheckpointPublished.class));
  }

  /** Run name. */
  public Topic<String, EvaluationResult> evaluations() {
    return one("evaluations", avro(EvaluationResult.class));
  }

  /** Run name: the same as {@link #evaluations} as JSON text, for kcat, ksqlDB and Python. */
  public Topic<String, String> evaluationsJson() {
    return one("evaluations.json", Serdes.String());
  }

  /** The topics that belong to one run. */
  public Run run(String name) {
    return new Run(prefix + "run." + name + ".");
  }

  /**
   * One run's topics.
   *
   * @param runPrefix put before every name
   */
  public record Run(String runPrefix) {
    /** Sequence id: one domain's packed sequences. */
    public Topic<String, TokenSequence> sequences(String domain) {
      return own("sequences." + domain, Serdes.String(), avro(TokenSequence.class), FOR_EVER);
    }

    /** Ordinal: the training order, kept for the life of the run. */
    public Topic<Long, CurriculumSequence> curriculum() {
      return own("curriculum", Serdes.Long(), avro(CurriculumSequence.class), FOR_EVER);
    }

    /** Always the key {@code scheduler}. */
    public Topic<String, SchedulerState> curriculumState() {
      return own("curriculum.state", Serdes.String(), avro(SchedulerState.class), LATEST_BY_KEY);
    }

    /** Run name: one record a step. */
    public Topic<String, TrainingProgress> progress() {
      return own("training.progress", Serdes.String(), avro(TrainingProgress.class), FOR_EVER);
    }

    /** Command id: what operators want of the run, in the order in which it is obeyed. */
    public Topic<String, ControlCommand> control() {
      return own("control", Serdes.String(), avro(ControlCommand.class), FOR_EVER);
    }

    /** Command id: what became of it, one record a command. */
    public Topic<String, ControlAcknowledged> controlAcknowledged() {
      return own(
          "control.acknowledged", Serdes.String(), avro(ControlAcknowledged.class), FOR_EVER);
    }

    /** Content hash (hex): refined documents that could not become tokens; headers say why. */
    public Topic<byte[], byte[]> deadLetters() {
      return own("dead-letters", Serdes.ByteArray(), Serdes.ByteArray(), FOR_EVER);
    }

    /** All of them, for the domains named. */
    public List<Topic<?, ?>> all(List<String> domains) {
      return Stream.concat(
              domains.stream().<Topic<?, ?>>map(this::sequences),
              Stream.of(
                  deadLetters(),
                  curriculum(),
                  curriculumState(),
                  progress(),
                  control(),
                  controlAcknowledged()))
          .toList();
    }

    private <K, V> Topic<K, V> own(
        String name, Serde<K> keys, Serde<V> values, Map<String, String> settings) {
      return new Topic<>(runPrefix + name, keys, values, 1, settings);
    }
  }

  /** All topics that belong to the prefix. */
  public List<Topic<?, ?>> all() {
    return List.of(
        ingestProgress(),
        raw(),
        rawJson(),
        candidates(),
        signatures(),
        verdicts(),
        refined(),
        heldOut(),
        dropped(),
        retracted(),
        deadLetters(),
        refinerySettings(),
        checkpoints(),
        evaluations(),
        evaluationsJson());
  }

  private <V> Topic<String, V> shared(String name, Serde<V> values) {
    return new Topic<>(prefix + name, Serdes.String(), values, Topic.SHARED, FOR_EVER);
  }

  private Topic<byte[], byte[]> bytes(String name) {
    return new Topic<>(
        prefix + name, Serdes.ByteArray(), Serdes.ByteArray(), Topic.SHARED, FOR_EVER);
  }

  private <V> Topic<String, V> one(String name, Serde<V> values) {
    return new Topic<>(prefix + name, Serdes.String(), values, 1, FOR_EVER);
  }

  private static <T extends SpecificRecordBase> Serde<T> avro(Class<T> type) {
    return AvroSerde.of(type);
  }
}
