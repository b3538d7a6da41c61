package dev.millrace.trainer;

import static dev.millrace.trainer.RowTest.segment;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.model.Graph.Input;
import dev.millrace.model.Objective;
import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.Segment;
import dev.millrace.trainer.torch.Microbatch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CollatorTest {
  private static final int BEGIN = 96;
  private static final int END = 97;
  private static final int PADDING = 98;
  private static final int MASK = 99;
  private static final Vocabulary VOCABULARY =
      new Vocabulary(
          Path.of("tokenizer.json"),
          "",
          100,
          END,
          Map.of("[CLS]", BEGIN, "[SEP]", END, "[PAD]", PADDING, "[MASK]", MASK),
          Set.of(9, 19, 29));

  private record Sections(TrainingConfig training) {}

  private static Collator collator(Objective objective, String training) {
    TrainingConfig config =
        RunFile.parse("training: {" + training + "}", "run.yaml", Sections.class)
            .value()
            .training();
    return Collator.of(objective, config, VOCABULARY);
  }

  /** One document of the tokens from first on, after the end of text. */
  private static PackedSequence sequence(long ordinal, int first, int length) {
    int[] tokens =
        IntStream.concat(IntStream.of(END), IntStream.range(first, first + length)).toArray();
    Segment whole = new Segment("d" + ordinal, new LogPosition(0, ordinal), 0, length + 1, true);
    return PackedSequence.of(
        ordinal, RowTest.sequence("text", List.of(whole), tokens), 100, length);
  }

  private static final List<PackedSequence> STEP =
      List.of(sequence(10, 0, 29), sequence(11, 30, 20), sequence(12, 60, 29));

  @ParameterizedTest
  @EnumSource
  void examplesAreThoseOfTheirOrdinalAndSeed(Objective objective) {
    List<List<Example>> examples = collator(objective, "").examples(STEP, 32);
    assertSame(examples, collator(objective, "").examples(STEP, 32));
    if (objective == Objective.CAUSAL) return;
    List<List<Example>> otherSeed = collator(objective, "seed: 7").examples(STEP, 32);
    PackedSequence same = STEP.get(0);
    PackedSequence later =
        new PackedSequence(20, "text", same.tokens(), same.segments(), same.owners());
    List<List<Example>> otherOrdinal =
        collator(objective, "").examples(List.of(later, STEP.get(1), STEP.get(2)), 32);
    assertFalse(Arrays.equals(inputs(examples), inputs(otherSeed)));
    assertFalse(Arrays.equals(inputs(examples), inputs(otherOrdinal)));
  }

  private static int[] inputs(List<List<Example>> examples) {
    return examples.get(0).get(0).values(Input.INPUT_IDS);
  }

  private static void assertSame(List<List<Example>> expected, List<List<Example>> got) {
    for (int s = 0; s < expected.size(); s++) {
      for (int e = 0; e < expected.get(s).size(); e++) {
        Example one = expected.get(s).get(e);
        Example other = got.get(s).get(e);
        one.values()
            .forEach((input, values) -> assertArrayEquals(values, other.values(input), "" + input));
      }
    }
  }

  /** What comes of a denoised sequence does not even depend on the others of its step. */
  @Test
  void aSpoiltTextIsItsOrdinalsAlone() {
    Collator collator = collator(Objective.DENOISING, "");
    assertSame(
        List.of(collator.examples(STEP, 32).get(2)),
        List.of(collator.examples(STEP.subList(2, 3), 32).get(0)));
  }

  /** What stands in for the end of a masked one is another of its step; all else is its own. */
  @ParameterizedTest
  @ValueSource(ints = {32, 16}) // Whole, and in pieces.
  void ofAPairOnlyTheOthersEndIsTheSteps(int contextLength) {
    Collator collator = collator(Objective.MASKED, "");
    int[] labels = new int[2];
    boolean others = false;
    for (int ordinal = 0; ordinal < 200; ordinal++) {
      PackedSequence own = sequence(ordinal, 0, 29);
      List<Example> one =
          collator.examples(List.of(own, STEP.get(1), STEP.get(2)), contextLength).get(0);
      List<Example> other =
          collator.examples(List.of(sequence(300, 80, 5), own), contextLength).get(1);
      assertEquals(one.size(), other.size());
      for (int piece = 0; piece < one.size(); piece++) {
        Example first = one.get(piece);
        int label = first.values(Input.NEXT_SENTENCE_LABEL)[0];
        assertEquals(label, other.get(piece).values(Input.NEXT_SENTENCE_LABEL)[0]);
        labels[label]++;
        if (label == 0) assertSame(List.of(List.of(first)), List.of(List.of(other.get(piece))));
        for (Input input : List.of(Input.INPUT_IDS, Input.LABELS)) {
          int[] expected = firstText(first, input);
          assertArrayEquals(expected, firstText(other.get(piece), input), "" + input);
        }
        others |= first.length() != other.get(piece).length();
      }
    }
    assertTrue(labels[0] > 50 && labels[1] > 50, Arrays.toString(labels));
    assertTrue(others, "all have the same other");
  }

  private static int[] firstText(Example example, Input input) {
    int[] types = example.values(Input.TOKEN_TYPE_IDS);
    int length = (int) Arrays.stream(types).filter(type -> type == 0).count();
    return Arrays.copyOf(example.values(input), length);
  }

  @Test
  void maskedTextStandsBetweenMarksAndHidesAShare() {
    List<List<Example>> examples = collator(Objective.MASKED, "").examples(STEP, 32);
    for (int s = 0; s < 3; s++) {
      assertEquals(1, examples.get(s).size());
      Example example = examples.get(s).get(0);
      int[] ids = example.values(Input.INPUT_IDS);
      assertTrue(ids.length <= 32);
      assertEquals(BEGIN, ids[0]);
      assertEquals(END, ids[ids.length - 1]);
      int first = firstText(example, Input.INPUT_IDS).length - 2;
      int second = ids.length - 3 - first;
      assertEquals(
          Math.round(0.15 * first) + Math.round(0.15 * second), example.targetTokens(), "" + s);
      boolean next = example.values(Input.NEXT_SENTENCE_LABEL)[0] == 0;
      assertEquals(next ? 1 : 2, example.documentsSeen().size());
    }
  }

  @Test
  void aStepWithoutAnotherDocumentHasNoPairs() {
    Collator collator = collator(Objective.MASKED, "");
    Example alone = collator.examples(STEP.subList(0, 1), 32).get(0).get(0);
    assertEquals(-100, alone.values(Input.NEXT_SENTENCE_LABEL)[0]);
    assertEquals(31, alone.length());
  }

  @Test
  void longSequencesBecomeShortEnoughExamples() {
    for (Objective objective : List.of(Objective.MASKED, Objective.DENOISING)) {
      for (int context = 5; context <= 32; context++) {
        int max = context;
        List<List<Example>> examples = collator(objective, "").examples(STEP, context);
        assertTrue(
            examples.stream()
                .flatMap(List::stream)
                .flatMap(example -> example.values().values().stream())
                .allMatch(values -> values.length <= max),
            objective + " at " + context);
      }
    }
  }

  @Test
  void theDecodersLabelsAreTheWholeText() {
    Example example = collator(Objective.DENOISING, "").examples(STEP, 32).get(1).get(0);
    int[] expected =
        IntStream.concat(
                IntStream.concat(IntStream.of(BEGIN), IntStream.range(30, 50)), IntStream.of(END))
            .toArray();
    assertArrayEquals(expected, example.values(Input.DECODER_LABELS));
    assertEquals(END, example.values(Input.DECODER_INPUT_IDS)[0]);
    int[] spoilt = example.values(Input.INPUT_IDS);
    long kept = Arrays.stream(spoilt).filter(token -> token < BEGIN).count();
    assertEquals(20 - Math.round(0.3 * 20), kept);
    assertTrue(Arrays.stream(spoilt).anyMatch(token -> token == MASK));
  }

  @Test
  void theNoiseIsWhatTheRunFileSays() {
    String training = "denoising: {noise: [token-deletion], mlmProbability: 0.5}";
    Example deleted = collator(Objective.DENOISING, training).examples(STEP, 32).get(1).get(0);
    int[] left = deleted.values(Input.INPUT_IDS);
    assertEquals(12, left.length);
    assertArrayEquals(left, Arrays.stream(left).filter(token -> token != MASK).toArray());
    int[] words = Arrays.copyOfRange(left, 1, 11);
    assertArrayEquals(Arrays.stream(words).sorted().toArray(), words);

    String sentences = "denoising: {noise: [sentence-permutation]}";
    Set<List<Integer>> orders =
        LongStream.range(0, 100)
            .mapToObj(ordinal -> sequence(ordinal, 5, 10)) // Sentences end with 9 and 19.
            .map(s -> collator(Objective.DENOISING, sentences).examples(List.of(s), 32))
            .map(examples -> Arrays.stream(inputs(examples)).boxed().toList())
            .collect(java.util.stream.Collectors.toSet());
    assertEquals(
        Set.of(
            List.of(BEGIN, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, END),
            List.of(BEGIN, 10, 11, 12, 13, 14, 5, 6, 7, 8, 9, END)),
        orders);
  }

  /** The first token of a document is the end of text, or was there before the cut. */
  @Test
  void readsDocumentsWithoutTheirFirstToken() {
    List<Segment> segments =
        List.of(segment(3, false), segment(1, true), segment(2, true), segment(2, false));
    PackedSequence sequence =
        RowTest.packed(RowTest.sequence("text", segments, END, 1, 2, END, END, 3, 4, 5), 100, 10);
    assertArrayEquals(
        new int[] {BEGIN, 1, 2, -100, 3, END, 5, -100},
        collator(Objective.DENOISING, "")
            .examples(List.of(sequence), 32)
            .get(0)
            .get(0)
            .values(Input.DECODER_LABELS));
  }

  @Test
  void padsEachSideOfAModelByItself() {
    StepShape shape = new StepShape(3, 1, 32);
    String deletion = "denoising: {noise: [token-deletion], mlmProbability: 0.5}";
    StepBatch batch =
        StepBatch.of(collator(Objective.DENOISING, deletion), STEP, shape, 10, 10 + STEP.size(), 0);
    Microbatch tensors = batch.microbatches().get(0).tensors();
    long[] ids = tensors.inputIds();
    long[] mask = tensors.inputs().get(Input.ATTENTION_MASK);
    int length = tensors.length();
    assertEquals(16, length); // Half of 29 and two marks; the decoder's side has 31.
    assertEquals(3 * 31, tensors.inputs().get(Input.DECODER_LABELS).length);
    for (int i = length; i < 2 * length; i++) {
      boolean real = i < length + 12;
      assertEquals(real ? 1 : 0, mask[i]);
      assertEquals(!real, ids[i] == PADDING);
    }
    assertEquals(31 + 22 + 31, batch.targetTokens());
    assertArrayEquals(new double[] {84}, batch.targets(List.of(Input.DECODER_LABELS)));
  }

  @Test
  void everyHeadHasItsOwnTargets() {
    StepBatch batch =
        StepBatch.of(
            collator(Objective.MASKED, ""), STEP, new StepShape(2, 2, 32), 10, 10 + STEP.size(), 0);
    List<Input> heads = List.of(Input.LABELS, Input.NEXT_SENTENCE_LABEL);
    assertArrayEquals(new double[] {batch.targetTokens(), 3}, batch.targets(heads));
    StepLoss loss = new StepLoss(heads);
    List<StepBatch.Rows> microbatches = batch.microbatches();
    loss.add(microbatches.get(0), List.of(new float[] {2, 3}, new float[] {0.5f, 0.25f}));
    loss.add(microbatches.get(1), List.of(new float[] {1}, new float[] {0.75f}));
    assertEquals(6.0 / batch.targetTokens() + 1.5 / 3, loss.mean(), 1e-9);
    assertEquals(6.0 / batch.targetTokens(), loss.domainMeans().get("text"), 1e-9);
  }

  @Test
  void aTokenizerWithoutMarksIsRefusedInOneLine() {
    Vocabulary causal =
        new Vocabulary(
            Path.of("tokenizer.json"), "", 100, END, Map.of("[SEP]", END, "<s>", 1), Set.of());
    TrainingConfig config =
        RunFile.parse("training: {}", "run.yaml", Sections.class).value().training();
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> Collator.of(Objective.MASKED, config, causal));
    assertEquals(
        "tokenizer.json has no special token [PAD] or <pad>, none [MASK] or <mask>, which models of"
            + " family bert and bart are trained with; 'millrace tokenizer train' learns one that"
            + " has them",
        e.getMessage());
  }
}
