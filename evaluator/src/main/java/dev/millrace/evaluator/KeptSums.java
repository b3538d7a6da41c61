package dev.millrace.evaluator;

import dev.millrace.evaluator.CheckpointFeed.Announced;
import dev.millrace.runtime.artifacts.Artifact;
import dev.millrace.runtime.artifacts.ArtifactStore;
import dev.millrace.runtime.artifacts.Artifacts;
import dev.millrace.runtime.artifacts.Published;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.EvaluationResult;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run's checkpoints made of each document, an artifact a checkpoint: for as long as the
 * checkpoint is kept, or a later one may be compared with it.
 */
final class KeptSums {
  private static final Logger LOG = LoggerFactory.getLogger(KeptSums.class);
  private static final String FILE = "documents.jsonl";
  private static final String EVALUATIONS = "evaluations";

  private final String run;
  private final Artifacts artifacts;
  private final ArtifactStore sums;
  private final ArtifactStore heldOut;

  /**
   * @param heldOut the sets that a later checkpoint may be scored on
   */
  KeptSums(String run, Artifacts artifacts, ArtifactStore heldOut) {
    this.run = run;
    this.artifacts = artifacts;
    this.sums = artifacts.store(EVALUATIONS, run);
    this.heldOut = heldOut;
  }

  /** The name of the sums of what a result is of, also where it has none. */
  static String name(EvaluationResult result) {
    return name(result.getStep(), result.getAttempt(), result.getCheckpointOffset());
  }

  private static String name(long step, int attempt, long offset) {
    return "step-%d-attempt-%d-offset-%d".formatted(step, attempt, offset);
  }

  /** Keeps them; the URI of their file. */
  String keep(Announced announced, List<ScoredSet> scored) throws IOException {
    CheckpointPublished checkpoint = announced.checkpoint();
    String name = name(checkpoint.getStep(), checkpoint.getAttempt(), announced.offset());
    sums.delete(name); // Of an evaluation that was killed before its result was written.
    Published kept =
        sums.publish(name, directory -> DocumentSumsFile.write(directory.resolve(FILE), scored));
    return kept.uri().resolve(FILE).toString();
  }

  /** As {@link ScoredSet.Earlier#at}. */
  Artifact at(URI announced) throws IOException {
    return artifacts.announced(sums, announced);
  }

  /** What others have begun and never ended; only for whom they are fenced. */
  void clearUnfinished() throws IOException {
    sums.clear();
  }

  /**
   * Removes those of the history's results that are of no more use. What the history does not know
   * may be a newer evaluator's, and is left alone.
   */
  void clear(History history) {
    try {
      Set<String> expendable = new TreeSet<>(sums.names());
      expendable.retainAll(history.sums());
      expendable.removeAll(history.compared(heldOut.names()));
      List<String> checkpoints = artifacts.checkpoints(run).names();
      expendable.removeIf(
          name -> checkpoints.stream().anyMatch(checkpoint -> name.startsWith(checkpoint + "-")));
      for (String name : expendable) sums.delete(name);
    } catch (IOException e) {
      LOG.warn(
          "Sums of earlier evaluations of run {} are cleared away later: {}", run, e.toString());
    }
  }
}
