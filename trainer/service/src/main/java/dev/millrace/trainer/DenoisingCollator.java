package dev.millrace.trainer;

import dev.millrace.model.Graph.Input;
import dev.millrace.trainer.objective.Denoising;
import dev.millrace.trainer.objective.Draws;
import dev.millrace.trainer.objective.Ends;
import dev.millrace.trainer.objective.Noise;
import dev.millrace.trainer.objective.Text;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A whole text from a spoilt one: {@link Denoising}. */
record DenoisingCollator(long seed, Noise noise, Vocabulary.Marks marks) implements Collator {

  @Override
  public List<List<Example>> examples(List<PackedSequence> step, int contextLength) {
    return step.stream().map(sequence -> examples(sequence, contextLength)).toList();
  }

  private List<Example> examples(PackedSequence sequence, int contextLength) {
    Draws draws = Draws.of(seed, sequence.ordinal());
    return Texts.of(sequence).pieces(contextLength - Denoising.MARKS).stream()
        .filter(text -> text.length() > 0)
        .map(text -> example(sequence.domain(), text, contextLength, draws))
        .toList();
  }

  private Example example(String domain, Text text, int contextLength, Draws draws) {
    Ends ends = new Ends(marks.begin(), marks.end());
    Denoising example = Denoising.of(text, noise, contextLength, ends, draws);
    int[] real = new int[example.spoilt().length];
    Arrays.fill(real, 1);
    return new Example(
        domain,
        text.documents(),
        Map.of(
            Input.INPUT_IDS,
            example.spoilt(),
            Input.ATTENTION_MASK,
            real,
            Input.DECODER_INPUT_IDS,
            example.written(),
            Input.DECODER_LABELS,
            example.labels()),
        Input.DECODER_LABELS);
  }

  @Override
  public int padding() {
    return marks.padding();
  }
}
