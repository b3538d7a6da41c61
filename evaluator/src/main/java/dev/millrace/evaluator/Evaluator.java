package dev.millrace.evaluator;

import dev.millrace.evaluator.CheckpointFeed.Announced;
import dev.millrace.evaluator.History.Standing;
import dev.millrace.evaluator.heldout.HeldOutTexts;
import dev.millrace.evaluator.metrics.Difference;
import dev.millrace.evaluator.metrics.DocumentSums;
import dev.millrace.evaluator.metrics.PairedBootstrap;
import dev.millrace.evaluator.metrics.Sums;
import dev.millrace.evaluator.onnx.OnnxException;
import dev.millrace.evaluator.sampling.NextToken;
import dev.millrace.evaluator.sampling.TextGenerator;
import dev.millrace.evaluator.scoring.Document;
import dev.millrace.evaluator.scoring.Scorer;
import dev.millrace.evaluator.scoring.TokenNll;
import dev.millrace.evaluator.scoring.Windows;
import dev.millrace.runtime.artifacts.ArtifactStore;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.Sample;
import dev.millrace.schemas.SetEvaluation;
import dev.millrace.schemas.SetKind;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import dev.millrace.schemas.checkpoint.Manifest;
import dev.millrace.schemas.checkpoint.ModelSpec;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates one checkpoint: verify, export, check parity, score, compare, sample. A checkpoint that
 * fails any of it gets a result that says why.
 */
final class Evaluator {
  private static final Logger LOG = LoggerFactory.getLogger(Evaluator.class);
  private static final String SUMS_FILE = "documents.jsonl";
  private static final List<String> NEEDED =
      List.of(
          CheckpointDirectory.CONFIG,
          CheckpointDirectory.MODEL,
          CheckpointDirectory.TOKENIZER,
          CheckpointDirectory.PROBE);

  private final EvaluationConfig config;
  private final List<TextSet> files;
  private final HeldOutSnapshot heldOut;
  private final Path scratch;
  private final ArtifactStore sums;
  private final BooleanSupplier stopped;

  /** Why a checkpoint is not evaluated. */
  private static final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    Refusal(String reason) {
      super(reason);
    }
  }

  /**
   * @param files scored beside the held-out sets
   * @param scratch emptied and used for exported models
   * @param sums keeps the sums of each document, an artifact a checkpoint
   */
  Evaluator(
      EvaluationConfig config,
      List<TextSet> files,
      HeldOutSnapshot heldOut,
      Path scratch,
      ArtifactStore sums,
      BooleanSupplier stopped) {
    this.config = config;
    this.files = List.copyOf(files);
    this.heldOut = heldOut;
    this.scratch = scratch;
    this.sums = sums;
    this.stopped = stopped;
  }

  /**
   * What the checkpoint is worth, or why that is not known.
   *
   * @throws CancellationException when stopped meanwhile
   */
  EvaluationResult evaluate(Announced announced, History history) throws Exception {
    long start = System.nanoTime();
    try (LoadedModel model = load(announced.checkpoint())) {
      double parity = parity(announced.checkpoint(), model);
      return evaluated(announced, history, model, parity, start);
    } catch (Refusal e) {
      return Results.refused(announced, String.valueOf(e.getMessage()), seconds(start));
    } catch (OnnxException e) {
      return Results.refused(announced, String.valueOf(e.getMessage()), seconds(start));
    }
  }

  private LoadedModel load(CheckpointPublished checkpoint) throws IOException, Refusal {
    CheckpointDirectory directory = verified(checkpoint);
    try {
      if (!LoadedModel.spec(directory)
          .equals(ModelSpec.fromConfigJson(checkpoint.getModelSpec()))) {
        throw new Refusal("config.json describes another model than the announcement");
      }
      LoadedModel model = LoadedModel.open(directory, config.model(), ScratchDirectory.at(scratch));
      if (model.tokenizer().id().equals(checkpoint.getTokenizer())) return model;
      model.close();
      throw new Refusal("tokenizer.json is not the one that was announced");
    } catch (DamagedCheckpointException | IllegalArgumentException e) {
      throw new Refusal(String.valueOf(e.getMessage()));
    }
  }

  private static CheckpointDirectory verified(CheckpointPublished checkpoint) throws Refusal {
    try {
      CheckpointDirectory directory = CheckpointDirectory.at(checkpoint.getUri());
      directory.verify(checkpoint.getFiles());
      Map<String, String> manifest = Manifest.read(directory.path()).hashes();
      for (String file : NEEDED) {
        if (!manifest.containsKey(file)) throw new Refusal(file + " is not in the manifest");
      }
      for (Map.Entry<String, String> file : manifest.entrySet()) {
        if (file.getValue().equals(checkpoint.getFiles().get(file.getKey()))) continue;
        throw new Refusal(file.getKey() + " was announced otherwise than the manifest says");
      }
      return directory;
    } catch (DamagedCheckpointException | IllegalArgumentException e) {
      throw new Refusal(String.valueOf(e.getMessage()));
    } catch (IOException e) { // Unreadable is as good as damaged; the message may be a name only.
      throw new Refusal(e.toString());
    }
  }

  private double parity(CheckpointPublished checkpoint, LoadedModel model)
      throws IOException, Refusal {
    try {
      double parity =
          Parity.largestDifference(
              model.tokenNll(), CheckpointDirectory.at(checkpoint.getUri()).probe());
      if (parity <= config.parityMax()) return parity;
      if (!Double.isFinite(parity)) throw new Refusal("parity: nll is not finite");
      throw new Refusal(
          String.format(
              Locale.ROOT,
              "parity: nll per token differs from the trainer's by up to %.3g, more than %.3g",
              parity,
              config.parityMax()));
    } catch (DamagedCheckpointException e) {
      throw new Refusal(String.valueOf(e.getMessage()));
    }
  }

  private EvaluationResult evaluated(
      Announced announced, History history, LoadedModel model, double parity, long start)
      throws Exception {
    HeldOutTexts texts = heldOut.get(history.setId(), model.tokenizer());
    String setId = texts.set().id();
    Windows windows = windows(model.spec());
    Map<TextSet, List<DocumentSums>> scores = score(model, windows, texts);
    Path documents = keep(announced, scores);
    List<SetEvaluation> sets = new ArrayList<>();
    for (Map.Entry<TextSet, List<DocumentSums>> score : scores.entrySet()) {
      sets.add(set(score.getKey(), score.getValue(), setId, history));
    }
    return Results.evaluated(announced)
        .setStride(windows.stride())
        .setProvider(model.provider())
        .setParity(parity)
        .setSetId(setId)
        .setSets(sets)
        .setOffsets(Results.offsets(texts.set()))
        .setSamples(samples(model))
        .setArtifacts(Map.of(History.DOCUMENT_SUMS, documents.toUri().toString()))
        .setSeconds(seconds(start))
        .build();
  }

  private Windows windows(ModelSpec spec) {
    int stride = config.stride().orElse(spec.contextLength());
    if (stride <= spec.contextLength()) return new Windows(spec.contextLength(), stride);
    throw new IllegalArgumentException(
        "evaluation.stride must be at most the model's context length, %d: %d"
            .formatted(spec.contextLength(), stride));
  }

  private Map<TextSet, List<DocumentSums>> score(
      LoadedModel model, Windows windows, HeldOutTexts texts) throws Refusal {
    List<TextSet> sets = new ArrayList<>();
    texts
        .texts()
        .forEach(
            (domain, of) ->
                sets.add(
                    new TextSet(domain, SetKind.HELD_OUT, of.stream().map(Document::of).toList())));
    sets.addAll(files);
    Scorer scorer = model.scorer(unlessStopped(model.tokenNll()), windows, config.batchTokens());
    Map<TextSet, List<DocumentSums>> scores = new LinkedHashMap<>();
    for (TextSet set : sets) {
      List<DocumentSums> sums = scorer.score(set.documents());
      if (!Double.isFinite(Sums.of(sums).nll())) {
        throw new Refusal("the nll of set " + set.name() + " is not finite");
      }
      scores.put(set, sums);
    }
    return scores;
  }

  private Path keep(Announced announced, Map<TextSet, List<DocumentSums>> scores)
      throws IOException {
    CheckpointPublished checkpoint = announced.checkpoint();
    String name =
        "step-%d-attempt-%d-offset-%d"
            .formatted(checkpoint.getStep(), checkpoint.getAttempt(), announced.offset());
    Map<String, List<DocumentSums>> byName = new LinkedHashMap<>();
    scores.forEach((set, documents) -> byName.put(set.name(), documents));
    sums.delete(name); // An evaluation that was killed before its result was written.
    sums.publish(name, directory -> DocumentSumsFile.write(directory.resolve(SUMS_FILE), byName));
    return sums.directory(name).resolve(SUMS_FILE);
  }

  private static SetEvaluation set(
      TextSet set, List<DocumentSums> sums, String setId, History history) {
    Optional<Standing> previous = history.previous(setId, set.name());
    Optional<Standing> best = history.best(setId, set.name());
    Optional<Difference> toPrevious = previous.flatMap(p -> difference(set, sums, p));
    Optional<Difference> toBest = best.flatMap(b -> difference(set, sums, b));
    return Results.set(
        set.name(),
        set.kind(),
        Sums.of(sums),
        toPrevious.map(d -> Results.comparison(previous.get().step(), d)),
        toBest.map(d -> Results.comparison(best.get().step(), d)),
        toBest.map(Difference::isRegression).orElse(false));
  }

  private static Optional<Difference> difference(
      TextSet set, List<DocumentSums> sums, Standing other) {
    if (other.documentSums().isEmpty()) return Optional.empty();
    Path file = Path.of(URI.create(other.documentSums().get()));
    try {
      return PairedBootstrap.STANDARD.compare(sums, DocumentSumsFile.read(file, set.name()));
    } catch (IOException e) {
      LOG.warn("no comparison with step {}: {}", other.step(), e.toString());
      return Optional.empty();
    }
  }

  private List<Sample> samples(LoadedModel model) {
    NextToken nextToken = model.nextToken();
    TextGenerator generator =
        model.generator(
            tokens -> {
              checkStopped();
              return nextToken.logits(tokens);
            });
    List<Sample> samples = new ArrayList<>();
    for (String prompt : config.prompts()) {
      samples.add(
          new Sample(
              prompt,
              generator.continuation(
                  prompt, config.sampleTokens(), config.sampler(), config.sampleSeed())));
    }
    return samples;
  }

  private TokenNll unlessStopped(TokenNll model) {
    return (inputs, targets) -> {
      checkStopped();
      return model.nll(inputs, targets);
    };
  }

  private void checkStopped() {
    if (stopped.getAsBoolean()) throw new CancellationException("stopped");
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
