package dev.millrace.evaluator;

import dev.millrace.evaluator.History.Standing;
import dev.millrace.evaluator.metrics.Difference;
import dev.millrace.evaluator.metrics.DocumentSums;
import dev.millrace.evaluator.metrics.PairedBootstrap;
import dev.millrace.evaluator.metrics.Sums;
import dev.millrace.evaluator.scoring.Reading;
import dev.millrace.runtime.artifacts.Artifact;
import dev.millrace.schemas.SetEvaluation;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a checkpoint makes of one set.
 *
 * @param documents in the order of the set's
 */
record ScoredSet(TextSet set, List<DocumentSums> documents) {
  private static final Logger LOG = LoggerFactory.getLogger(ScoredSet.class);

  /** Where the sums of earlier checkpoints are. */
  @FunctionalInterface
  interface Earlier {
    /**
     * The artifact that was announced there.
     *
     * @throws IllegalArgumentException where there cannot be one
     */
    Artifact at(URI announced) throws IOException;
  }

  /** The sums of all documents. */
  Sums sums() {
    return Sums.of(documents);
  }

  /**
   * As a result has it, compared with what earlier checkpoints made of the same documents.
   *
   * @param earlier finds an artifact of theirs by where it was announced
   */
  SetEvaluation against(History history, String setId, Reading reading, Earlier earlier) {
    History.Key key = History.Key.of(setId, reading, set.name());
    Optional<Standing> previous = history.previous(key);
    Optional<Standing> best = history.best(key);
    Optional<Difference> toPrevious = previous.flatMap(standing -> difference(standing, earlier));
    Optional<Difference> toBest = best.flatMap(standing -> difference(standing, earlier));
    return Results.set(
        set.name(),
        set.kind(),
        sums(),
        toPrevious.map(d -> Results.comparison(previous.get().step(), d)),
        toBest.map(d -> Results.comparison(best.get().step(), d)),
        toBest.map(Difference::isRegression).orElse(false));
  }

  private Optional<Difference> difference(Standing other, Earlier earlier) {
    if (other.documentSums().isEmpty()) return Optional.empty();
    URI file = URI.create(other.documentSums().get());
    try {
      return PairedBootstrap.STANDARD.compare(
          documents, DocumentSumsFile.read(read(file, earlier), file, set.name()));
    } catch (IOException e) { // Somebody cleared it away: the numbers stand without it.
      LOG.warn("no comparison with step {}: {}", other.step(), e.toString());
      return Optional.empty();
    }
  }

  private static byte[] read(URI file, Earlier earlier) throws IOException {
    String name = file.getPath().substring(file.getPath().lastIndexOf('/') + 1);
    try {
      return earlier.at(file.resolve(".")).read(name);
    } catch (IllegalArgumentException e) { // It is where these artifacts are no longer.
      throw new IOException(e.getMessage(), e);
    }
  }
}
