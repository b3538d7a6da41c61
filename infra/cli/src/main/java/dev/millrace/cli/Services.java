package dev.millrace.cli;

import dev.millrace.curriculum.CurriculumService;
import dev.millrace.dashboard.Dashboard;
import dev.millrace.dashboard.LineageDesk;
import dev.millrace.evaluator.EvaluatorService;
import dev.millrace.ingest.FollowService;
import dev.millrace.ingest.Ingest;
import dev.millrace.ingest.IngestListener;
import dev.millrace.ingest.IngestOptions;
import dev.millrace.ingest.Input;
import dev.millrace.refinery.stream.RefineryService;
import dev.millrace.runtime.Service;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.tokenization.TokenizationService;
import dev.millrace.tokenizer.Tokenizer;
import dev.millrace.trainer.ModelConfig;
import dev.millrace.trainer.TrainerRun;
import dev.millrace.trainer.TrainerService;
import dev.millrace.trainer.Vocabulary;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Makes each service of a run from its section of the run file. */
public record Services(RunContext run, KafkaConnection kafka, MeterRegistry meters) {
  static final String TOKENIZATION = "tokenization-1";

  /** Longer than a file that is being written is left alone, as a rule. */
  private static final Duration FOLLOW_REST = Duration.ofSeconds(3);

  /**
   * @param instance a name that this refinery keeps over restarts, unique among those of the prefix
   */
  RefineryService refinery(String instance) {
    RunSettings s = run.settings();
    return new RefineryService(
        kafka,
        run.prefix(),
        run.refinery(),
        s.heldOut(),
        s.stream(),
        instance,
        run.state().resolve("refinery").resolve(instance),
        meters);
  }

  /**
   * @param instance unique among those of this machine and kept over restarts
   */
  TokenizationService tokenization(String instance) throws IOException {
    RunSettings s = run.settings();
    Tokenizer tokenizer = tokenizer(run.tokenizer());
    // Refuses one that the model cannot use before any sequence is made with it.
    s.model().spec(vocabulary(run, run.tokenizer(), tokenizer));
    return new TokenizationService(
        kafka,
        run.prefix(),
        s.name(),
        s.domains(),
        s.packing(),
        s.model().packedLength(),
        tokenizer,
        run.state().resolve("tokenization").resolve(instance),
        meters);
  }

  /**
   * @param folders whose files are pushed as they come
   * @param listener hears what becomes of them
   */
  Service ingest(IngestOptions options, List<Input> folders, IngestListener listener) {
    Ingest ingest = new Ingest(kafka, run.prefix(), options);
    return new FollowService(ingest, folders, FOLLOW_REST, listener, meters);
  }

  Service curriculum() {
    RunSettings s = run.settings();
    return new CurriculumService(
        kafka, run.prefix(), s.name(), s.domains(), s.curriculum(), meters);
  }

  TrainerService trainer() throws IOException {
    RunSettings s = run.settings();
    return new TrainerService(
        trainerRun(run, run.tokenizer()), s.model(), s.training(), kafka, meters);
  }

  static TrainerRun trainerRun(RunContext run, Path tokenizerJson) throws IOException {
    Tokenizer tokenizer = tokenizer(tokenizerJson);
    Vocabulary vocabulary = vocabulary(run, tokenizerJson, tokenizer);
    return new TrainerRun(
        run.settings().name(), run.prefix(), run.publicYaml(), vocabulary, run.artifacts());
  }

  private static Vocabulary vocabulary(RunContext run, Path tokenizerJson, Tokenizer tokenizer) {
    return new Vocabulary(
        tokenizerJson,
        tokenizer.id(),
        tokenizer.vocabularySize(),
        tokenizer.endOfText(),
        tokenizer.special(),
        sentenceEnds(run.settings(), tokenizer));
  }

  /** Looked for in every token, so only where the objective moves sentences. */
  private static Set<Integer> sentenceEnds(RunSettings settings, Tokenizer tokenizer) {
    return settings.model().family() == ModelConfig.Family.BART
        ? tokenizer.sentenceEnds()
        : Set.of();
  }

  EvaluatorService evaluator() throws IOException {
    RunSettings s = run.settings();
    return new EvaluatorService(
        new EvaluatorService.Setup(
            s.name(),
            s.domains(),
            run.prefix(),
            kafka,
            s.evaluation().relativeTo(run.base()),
            s.model().contextLength(),
            run.artifacts(),
            run.directory().resolve("scratch").resolve(s.name())),
        meters);
  }

  Dashboard dashboard() throws IOException {
    RunSettings s = run.settings();
    return new Dashboard(
        s.dashboard().relativeTo(run.base()),
        kafka,
        run.prefix(),
        s.name(),
        s.domains(),
        s.curriculum().phases(),
        new LineageDesk(() -> run.lineage(kafka)));
  }

  private static Tokenizer tokenizer(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new UserError(
          file
              + " does not exist; 'millrace tokenizer train' learns one from the refined"
              + " documents");
    }
    return Tokenizer.read(file);
  }
}
