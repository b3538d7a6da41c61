package dev.millrace.cli;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Retractions;
import dev.millrace.schemas.Topics;
import dev.millrace.tokenizer.BpeTrainer;
import dev.millrace.tokenizer.BpeVocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Learns a tokenizer from a run's refined documents as they come, with the same number of
 * characters from each domain where there are that many.
 */
public final class TokenizerTraining implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Consumer<String, RefinedDocument> reader;
  private final List<TopicPartition> partitions;
  private final List<String> domains;
  private final long share;
  private final List<String> special;
  private final Map<String, Long> taken = new HashMap<>();
  private final BpeTrainer trainer = new BpeTrainer();
  private final KafkaConnection kafka;
  private final Topics topics;
  private Retractions retractions = new Retractions();

  /**
   * @param characters to learn from in all, at most
   * @param special tokens beside what texts are made of
   */
  public TokenizerTraining(
      KafkaConnection kafka,
      Topics topics,
      List<String> domains,
      long characters,
      List<String> special) {
    this.special = List.copyOf(special);
    this.domains = List.copyOf(domains);
    this.kafka = kafka;
    this.topics = topics;
    share = Math.max(1, characters / domains.size());
    reader = kafka.reader(topics.refined());
    partitions = KafkaConnection.partitions(reader, topics.refined());
    reader.assign(partitions);
    reader.seekToBeginning(partitions);
  }

  /** Takes in what has been refined since the last time; returns the characters taken in so far. */
  public long read() {
    return read(characters -> {});
  }

  /**
   * As above.
   *
   * @param taking told how many characters each document gave
   */
  long read(LongConsumer taking) {
    retractions = Retractions.read(kafka, topics);
    Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
    while (ends.entrySet().stream().anyMatch(e -> reader.position(e.getKey()) < e.getValue())) {
      for (ConsumerRecord<String, RefinedDocument> record : reader.poll(POLL)) {
        if (record.value() != null) taking.accept(take(record.value()));
      }
    }
    return taken.values().stream().mapToLong(n -> n).sum();
  }

  private long take(RefinedDocument document) {
    String domain = document.getDomain();
    if (!domains.contains(domain) || taken.getOrDefault(domain, 0L) >= share) return 0;
    if (retractions.cover(document.getId(), Origin.of(document.getOrigin()))) return 0;
    trainer.add(document.getText());
    long characters = document.getText().length();
    taken.merge(domain, characters, Long::sum);
    return characters;
  }

  /** The vocabulary of what was read, written whole or not at all. */
  public BpeVocabulary write(int vocabularySize, Path file) throws IOException {
    BpeVocabulary vocabulary = trainer.train(vocabularySize, special);
    write(vocabulary, file);
    return vocabulary;
  }

  static void write(BpeVocabulary vocabulary, Path file) throws IOException {
    Path absolute = file.toAbsolutePath();
    Files.createDirectories(absolute.getParent());
    Path temporary = absolute.resolveSibling(absolute.getFileName() + ".tmp");
    vocabulary.write(temporary);
    Files.move(
        temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() {
    reader.close();
  }
}
