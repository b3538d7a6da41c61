package dev.millrace.evaluator;

import dev.millrace.evaluator.CheckpointFeed.Announced;
import dev.millrace.evaluator.heldout.HeldOutTexts;
import dev.millrace.evaluator.onnx.OnnxException;
import dev.millrace.evaluator.sampling.NextToken;
import dev.millrace.evaluator.sampling.TextGenerator;
import dev.millrace.evaluator.scoring.Document;
import dev.millrace.evaluator.scoring.Reading;
import dev.millrace.evaluator.scoring.Scorer;
import dev.millrace.evaluator.scoring.TokenNll;
import dev.millrace.runtime.artifacts.Artifacts;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.Sample;
import dev.millrace.schemas.SetKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Evaluates one checkpoint: verify, export, check parity, score, compare, sample. A checkpoint that
 * fails any of it gets a result that says why.
 */
final class Evaluator {
  private final EvaluationConfig config;
  private final int contextLength;
  private final List<TextSet> files;
  private final HeldOutSnapshot heldOut;
  private final Path scratch;
  private final Artifacts artifacts;
  private final KeptSums sums;
  private final BooleanSupplier stopped;

  /**
   * @param contextLength tokens of a window, where the model can take so many
   * @param files scored beside the held-out sets
   * @param scratch emptied and used for exported models
   * @param artifacts where checkpoints are found
   */
  Evaluator(
      EvaluationConfig config,
      int contextLength,
      List<TextSet> files,
      HeldOutSnapshot heldOut,
      Path scratch,
      Artifacts artifacts,
      KeptSums sums,
      BooleanSupplier stopped) {
    this.config = config;
    this.contextLength = contextLength;
    this.files = List.copyOf(files);
    this.heldOut = heldOut;
    this.scratch = scratch;
    this.artifacts = artifacts;
    this.sums = sums;
    this.stopped = stopped;
  }

  /**
   * What the checkpoint is worth, or why that is not known. The first one may wait for held-out
   * text; that time does not count.
   *
   * @throws IOException where a disk is full, or the like: no fault of the checkpoint's
   * @throws CancellationException when stopped meanwhile
   */
  EvaluationResult evaluate(Announced announced, History history) throws Exception {
    long start = System.nanoTime();
    try {
      VerifiedCheckpoint verified = VerifiedCheckpoint.of(announced.checkpoint(), artifacts);
      long verifiedAfter = System.nanoTime() - start;
      HeldOutTexts texts = heldOut.get(history.setId(), verified.tokenizer());
      start = System.nanoTime() - verifiedAfter;
      return evaluate(announced, verified, texts, history, start);
    } catch (Refusal e) {
      return Results.refused(announced, e.reason(), seconds(start));
    }
  }

  private EvaluationResult evaluate(
      Announced announced,
      VerifiedCheckpoint verified,
      HeldOutTexts texts,
      History history,
      long start)
      throws IOException, Refusal {
    VerifiedCheckpoint.Gated gated = verified.load(config, ScratchDirectory.at(scratch));
    try (LoadedModel model = gated.model()) {
      Reading reading = reading(model);
      List<ScoredSet> scored = score(model, reading, texts);
      List<Sample> samples = samples(model);
      String setId = texts.set().id();
      return Results.evaluated(announced)
          .setObjective(reading.objective())
          .setDefinition(reading.definition())
          .setContextLength(length(model))
          .setStride(reading.windows().stride())
          .setProvider(model.provider())
          .setParity(gated.parity())
          .setSetId(setId)
          .setSets(scored.stream().map(s -> s.against(history, setId, reading, sums::at)).toList())
          .setOffsets(Results.offsets(texts.set()))
          .setSamples(samples)
          .setArtifacts(Map.of(History.DOCUMENT_SUMS, sums.keep(announced, scored)))
          .setSeconds(seconds(start))
          .build();
    } catch (OnnxException e) {
      throw new Refusal(String.valueOf(e.getMessage()));
    }
  }

  private int length(LoadedModel model) {
    return Math.min(contextLength, model.contextLength());
  }

  private Reading reading(LoadedModel model) {
    try {
      return model.reading(
          length(model),
          config.stride().map(OptionalInt::of).orElse(OptionalInt.empty()),
          config.maskedEvery());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("evaluation." + e.getMessage(), e);
    }
  }

  private List<ScoredSet> score(LoadedModel model, Reading reading, HeldOutTexts texts)
      throws Refusal {
    Scorer scorer = model.scorer(unlessStopped(model.tokenNll()), reading, config.batchTokens());
    List<ScoredSet> scored = new ArrayList<>();
    for (TextSet set : sets(texts)) {
      ScoredSet one = new ScoredSet(set, scorer.score(set.documents()));
      if (!Double.isFinite(one.sums().nll())) {
        throw new Refusal("the nll of set " + set.name() + " is not finite");
      }
      scored.add(one);
    }
    return scored;
  }

  private List<TextSet> sets(HeldOutTexts heldOutTexts) {
    List<TextSet> sets = new ArrayList<>();
    heldOutTexts
        .texts()
        .forEach(
            (domain, texts) ->
                sets.add(
                    new TextSet(
                        domain, SetKind.HELD_OUT, texts.stream().map(Document::of).toList())));
    sets.addAll(files);
    return sets;
  }

  private List<Sample> samples(LoadedModel model) {
    if (!model.writes()) return List.of();
    TextGenerator generator = model.generator(this::asked);
    return config.prompts().stream()
        .map(
            prompt ->
                new Sample(
                    prompt,
                    generator.continuation(
                        prompt, config.sampleTokens(), config.sampler(), config.sampleSeed())))
        .toList();
  }

  private TokenNll unlessStopped(TokenNll model) {
    return rows -> {
      checkStopped();
      return model.nll(rows);
    };
  }

  private NextToken asked(NextToken model) {
    return tokens -> {
      checkStopped();
      return model.logits(tokens);
    };
  }

  private void checkStopped() {
    if (stopped.getAsBoolean()) throw new CancellationException("stopped");
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
