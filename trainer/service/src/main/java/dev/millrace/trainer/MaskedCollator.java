package dev.millrace.trainer;

import dev.millrace.model.Graph.Input;
import dev.millrace.trainer.objective.Draws;
import dev.millrace.trainer.objective.Ends;
import dev.millrace.trainer.objective.MaskedTokens;
import dev.millrace.trainer.objective.MaskedTokens.Masking;
import dev.millrace.trainer.objective.SentencePair;
import dev.millrace.trainer.objective.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Some tokens from all others, and whether two texts belong together: {@link MaskedTokens} of a
 * {@link SentencePair}. The other text is one of the same step that shares no document with the
 * first; where the step has none the first stands alone.
 *
 * <p>Of the step comes only which text the other is, if any. Whether it follows, where the first is
 * cut and what is hidden of it are of the seed and the ordinal alone.
 */
record MaskedCollator(long seed, Masking masking, Vocabulary.Marks marks) implements Collator {

  /** A sequence in pieces that are short enough. */
  private record Pieces(PackedSequence sequence, List<Text> texts) {}

  @Override
  public List<List<Example>> examples(List<PackedSequence> step, int contextLength) {
    List<Pieces> all =
        step.stream()
            .map(
                sequence ->
                    new Pieces(
                        sequence, Texts.of(sequence).pieces(contextLength - SentencePair.MARKS)))
            .toList();
    List<Text> texts = all.stream().flatMap(pieces -> pieces.texts().stream()).toList();
    return all.stream().map(pieces -> examples(pieces, texts)).toList();
  }

  private List<Example> examples(Pieces pieces, List<Text> step) {
    Draws draws = Draws.of(seed, pieces.sequence().ordinal());
    List<Example> examples = new ArrayList<>();
    for (Text text : pieces.texts()) {
      if (text.length() == 0) continue;
      Draws own = draws.fork(); // Of each piece: how many it takes depends on the other text.
      int from = draws.below(step.size());
      Optional<Text> other = text.length() < 2 ? Optional.empty() : other(text, step, from);
      examples.add(example(pieces.sequence().domain(), text, other, own));
    }
    return examples;
  }

  /** The first from a place on that is not of the same documents. */
  private static Optional<Text> other(Text text, List<Text> step, int from) {
    List<String> own = text.documents();
    for (int i = 0; i < step.size(); i++) {
      Text other = step.get((from + i) % step.size());
      if (other.length() > 0 && Collections.disjoint(own, other.documents())) {
        return Optional.of(other);
      }
    }
    return Optional.empty();
  }

  private Example example(String domain, Text text, Optional<Text> other, Draws draws) {
    Ends ends = new Ends(marks.begin(), marks.end());
    SentencePair pair =
        other
            .map(second -> SentencePair.of(text, second, ends, draws))
            .orElseGet(() -> SentencePair.alone(text, ends));
    MaskedTokens hidden = MaskedTokens.of(pair.tokens(), pair.texts(), masking, draws);
    int[] real = new int[pair.tokens().length];
    Arrays.fill(real, 1);
    return new Example(
        domain,
        pair.documents(),
        Map.of(
            Input.INPUT_IDS,
            hidden.tokens(),
            Input.ATTENTION_MASK,
            real,
            Input.TOKEN_TYPE_IDS,
            pair.types(),
            Input.LABELS,
            hidden.labels(),
            Input.NEXT_SENTENCE_LABEL,
            new int[] {pair.label()}),
        Input.LABELS);
  }

  @Override
  public int padding() {
    return marks.padding();
  }
}
