package dev.millrace.refinery.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.millrace.refinery.RefineryChain;
import dev.millrace.refinery.RefineryConfig;
import dev.millrace.refinery.StageName;
import dev.millrace.refinery.classifier.ClassifierFile;
import dev.millrace.refinery.classifier.ClassifierTrainer;
import dev.millrace.refinery.classifier.Training;
import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.refinery.stage.BrokenStageException;
import dev.millrace.refinery.text.Words;
import dev.millrace.runtime.config.Defaults;
import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.DroppedDocument;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RawDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Poison has one outcome each and is accounted for, and no stage takes longer for it than the
 * service lets a document. Every stage judges each of them in the chain, as far as it gets, and by
 * itself, as raw as it came.
 */
class PoisonTest {
  @TempDir private static Path folder;

  private static final StreamConfig STREAM = Defaults.of(StreamConfig.class);
  private static final Map<StageName, RefineryChain> ALONE = new EnumMap<>(StageName.class);
  private static RefineryConfig config;
  private static Rulebook rulebook;

  @BeforeAll
  static void readTheRunFile() throws IOException {
    ClassifierTrainer trainer = new ClassifierTrainer(Defaults.of(Training.class));
    trainer.add(Words.of("good words of care"), true);
    trainer.add(Words.of("bad words of none"), false);
    ClassifierFile.write(trainer.train("good", "bad"), folder.resolve("good.classifier"));
    Files.writeString(folder.resolve("exam.txt"), "a question that no poison of ours ever asks");
    config =
        RunFile.parse(
                """
                stages: [extraction, normalisation, url, language, gopher-quality, gopher-repetition,
                         c4, fineweb, ccnet, code, toxicity, quality-classifier, line-dedup, contamination, pii]
                language: {allowed: [], scoreMin: 0}
                toxicity: {classifier: good.classifier, scoreMax: 1}
                qualityClassifier: {file: good.classifier, scoreMin: 0}
                contamination: {ngram: 5, sets: {exam: exam.txt}}
                pii:
                  kinds: [email, ipv4, ipv6, private-key, api-key, iban, payment-card, us-ssn, phone]
                """,
                "poison",
                RefineryConfig.class)
            .value()
            .in(folder);
    rulebook = Rulebook.of(config);
    RefineryChain chain = new RefineryChain(config);
    config.stages().forEach(stage -> ALONE.put(stage, chain.only(Set.of(stage))));
  }

  @Test
  void everyStageThereIsStandsInTheRunFile() {
    assertEquals(EnumSet.allOf(StageName.class), ALONE.keySet());
  }

  @ParameterizedTest
  @MethodSource("dev.millrace.refinery.stream.Poison#all")
  void hasOneOutcomeAndIsCounted(Poison poison) {
    Topology topology = new Topology();
    new RulesStage(Driver.TOPICS, rulebook, new Patience(STREAM.documentTimeLimit()))
        .addTo(topology);
    new SignStage(Driver.TOPICS, Defaults.of(DedupConfig.class)).addTo(topology);
    RawDocument document = poison.document(Integer.MAX_VALUE);
    try (Driver driver = new Driver(topology)) {
      long begin = System.nanoTime();
      driver.input(Driver.TOPICS.raw()).pipeInput(document.getId(), document);
      long millis = millis(begin);
      String outcome = onlyOutcome(driver);
      System.out.printf(
          "%-30s %,11d bytes %,6d ms  %s%n",
          poison, document.getContent().remaining(), millis, outcome);
      assertEquals(poison.outcome(), outcome);
      assertEquals(1, driver.count(Counts.RULES, Counts.RAW, "d"));
      assertEquals(1, driver.count(Counts.RULES, counted(outcome), "d"));
    }
  }

  private static String onlyOutcome(Driver driver) {
    List<String> outcomes = new ArrayList<>();
    driver.output(Driver.TOPICS.candidates()).forEach(kept -> outcomes.add("kept"));
    assertEquals(outcomes.size(), driver.output(Driver.TOPICS.signatures()).size());
    for (TestRecord<String, DroppedDocument> dropped : driver.output(Driver.TOPICS.dropped())) {
      outcomes.add(dropped.value().getRule());
    }
    for (TestRecord<byte[], byte[]> letter : driver.output(Driver.TOPICS.deadLetters())) {
      byte[] stage = letter.headers().lastHeader(DeadLetter.STAGE_HEADER).value();
      outcomes.add("dead letter: " + new String(stage, StandardCharsets.UTF_8));
    }
    assertEquals(1, outcomes.size(), outcomes.toString());
    return outcomes.get(0);
  }

  private static String counted(String outcome) {
    if (outcome.equals("kept")) return Counts.CANDIDATES;
    return outcome.startsWith("dead") ? Counts.DEAD_LETTERS : Counts.dropped(outcome);
  }

  /** The first quarter of a million bytes: who tries all pairs of them takes too long as well. */
  @ParameterizedTest
  @MethodSource("dev.millrace.refinery.stream.Poison#all")
  void noStageByItselfTakesTooLong(Poison poison) {
    noStageByItselfTakesTooLong(poison, 250_000);
  }

  @ParameterizedTest
  @MethodSource("dev.millrace.refinery.stream.Poison#all")
  @Tag("long")
  void noStageByItselfTakesTooLongForAllOfIt(Poison poison) {
    noStageByItselfTakesTooLong(poison, Integer.MAX_VALUE);
  }

  /** Of what extraction lets through: it stands first, and nothing larger comes to the others. */
  private static void noStageByItselfTakesTooLong(Poison poison, int bytesMax) {
    RawDocument document = poison.document(bytesMax);
    Map<StageName, String> outcomes = new TreeMap<>();
    StringBuilder slow = new StringBuilder();
    ALONE.forEach(
        (stage, chain) -> {
          if (document.getContent().remaining() > config.extraction().charactersMax()) return;
          long begin = System.nanoTime();
          outcomes.put(stage, outcome(chain, document));
          if (millis(begin) >= 100) slow.append(" %s %,d ms".formatted(stage, millis(begin)));
        });
    System.out.printf("%-30s%s%n", poison, slow.isEmpty() ? " each stage under 100 ms" : slow);
    outcomes.forEach(
        (stage, outcome) -> assertNotEquals(DeadLetter.TIME_LIMIT, outcome, () -> stage + ""));
  }

  private static String outcome(RefineryChain chain, RawDocument document) {
    try (TimeLimit limit =
        new TimeLimit(
            () -> new ChainRules(chain, Defaults.of(DedupConfig.class)),
            new Patience(STREAM.documentTimeLimit()))) {
      return limit.judge(document, new Origin(0, 0)).getClass().getSimpleName();
    } catch (BrokenStageException e) {
      return e.stage();
    }
  }

  private static long millis(long begin) {
    return (System.nanoTime() - begin) / 1_000_000;
  }
}
