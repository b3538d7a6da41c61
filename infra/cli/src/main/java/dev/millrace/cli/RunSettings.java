package dev.millrace.cli;

import dev.millrace.curriculum.CurriculumConfig;
import dev.millrace.dashboard.DashboardConfig;
import dev.millrace.evaluator.EvaluationConfig;
import dev.millrace.refinery.HeldOutConfig;
import dev.millrace.refinery.RefineryConfig;
import dev.millrace.refinery.stream.StreamConfig;
import dev.millrace.runtime.artifacts.S3Location;
import dev.millrace.runtime.config.Default;
import dev.millrace.runtime.metrics.EndpointConfig;
import dev.millrace.schemas.KafkaSecrets;
import dev.millrace.schemas.Topics;
import dev.millrace.tokenization.PackingConfig;
import dev.millrace.trainer.ModelConfig;
import dev.millrace.trainer.TrainingConfig;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A whole run file: one section a service, so that nothing is configured in two places.
 *
 * @param name the run; part of topic names
 * @param topicPrefix put before every topic; the refinery and held-out sections belong to it
 * @param kafka client properties as Kafka names them, secrets by {@link KafkaSecrets reference};
 *     without {@code bootstrap.servers} an embedded broker in {@code --dir} is used
 * @param domains what this run trains on; documents of other domains pass through the refinery only
 * @param artifacts where checkpoints and snapshots go: a path, relative to {@code --dir}, or {@code
 *     s3://BUCKET/PREFIX}
 * @param artifactCacheBytes of those in an object store that stay on this machine, about
 */
public record RunSettings(
    @Default("run") String name,
    @Default("millrace.") String topicPrefix,
    @Default("{}") Map<String, String> kafka,
    TopicSettings topics,
    @Default("[text]") List<String> domains,
    RefineryConfig refinery,
    HeldOutConfig heldOut,
    StreamConfig stream,
    TokenizerSettings tokenizer,
    PackingConfig packing,
    CurriculumConfig curriculum,
    ModelConfig model,
    TrainingConfig training,
    EvaluationConfig evaluation,
    @Default("artifacts") String artifacts,
    @Default("20G") long artifactCacheBytes,
    EndpointConfig metrics,
    DashboardConfig dashboard) {
  private static final Pattern TOPIC_PREFIX = Pattern.compile("([A-Za-z0-9_-]+\\.)*");

  public RunSettings {
    require(Topics.isWord(name), "name must be letters, digits, - and _: " + name);
    require(
        TOPIC_PREFIX.matcher(topicPrefix).matches() && topicPrefix.length() <= 60,
        "topicPrefix must be words that end with a dot each: " + topicPrefix);
    KafkaSecrets.problem(kafka).ifPresent(problem -> require(false, "kafka." + problem));
    require(!domains.isEmpty(), "domains must name one at least");
    for (String domain : domains) {
      require(Topics.isWord(domain), "domains must be letters, digits, - and _: " + domain);
    }
    require(new HashSet<>(domains).size() == domains.size(), "domains name one twice: " + domains);
    problem(artifacts).ifPresent(problem -> require(false, "artifacts: " + problem));
    require(
        artifactCacheBytes >= 0, "artifactCacheBytes must not be negative: " + artifactCacheBytes);
    curriculum.check(training.sequencesPerStep(), domains);
    training.check(name, model);
    List<String> special = SpecialTokens.of(model);
    require(
        tokenizer.vocabularySize() >= 256 + special.size(),
        "tokenizer.vocabularySize must have room for 256 bytes and %s: %d"
            .formatted(special, tokenizer.vocabularySize()));
    int stride = evaluation.stride().orElse(model.contextLength());
    require(
        stride <= model.contextLength(),
        "evaluation.stride must be at most model.contextLength, %d: %d"
            .formatted(model.contextLength(), stride));
  }

  /**
   * @param partitions of the topics that are spread; fixed for the life of the prefix
   * @param replication of topics that are created here
   */
  public record TopicSettings(@Default("4") int partitions, @Default("1") int replication) {
    public TopicSettings {
      require(partitions >= 1, "partitions must be at least 1: " + partitions);
      require(replication >= 1, "replication must be at least 1: " + replication);
    }
  }

  /**
   * @param file {@code tokenizer.json}, relative to the run file; where there is none, {@code up}
   *     learns one and writes it there
   * @param vocabularySize of one that is learnt, the 256 bytes and the special tokens included
   * @param learnFrom characters of refined text that one is learnt from
   */
  public record TokenizerSettings(
      @Default("tokenizer.json") Path file,
      @Default("8192") int vocabularySize,
      @Default("10M") long learnFrom) {
    public TokenizerSettings {
      require(vocabularySize >= 257, "vocabularySize must be at least 257: " + vocabularySize);
      require(learnFrom >= 1, "learnFrom must be at least 1: " + learnFrom);
    }
  }

  private static Optional<String> problem(String artifacts) {
    try {
      if (S3Location.isMeant(artifacts)) S3Location.of(artifacts);
      else if (Path.of(artifacts).toString().isBlank()) return Optional.of("no path");
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  private static void require(boolean holds, String problem) {
    if (!holds) throw new IllegalArgumentException(problem);
  }
}
