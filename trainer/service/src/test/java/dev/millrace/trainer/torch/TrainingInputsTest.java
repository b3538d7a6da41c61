package dev.millrace.trainer.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.model.Graph;
import dev.millrace.model.Graph.Input;
import dev.millrace.model.Precision;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrainingInputsTest {

  @Test
  void countsTheLabelsThatAreNotIgnored() {
    long[] labels = {1, Graph.IGNORED, 0, Graph.IGNORED};
    assertEquals(2, new Microbatch(new long[4], labels, Optional.empty(), 2, 2).targetTokens());
  }

  @Test
  void refusesArraysOfAnotherSizeThanRowsTimesLength() {
    long[] four = new long[4];
    long[] three = new long[3];
    assertRefused(
        "input_ids must have rows * length = 4 values: 3",
        () -> new Microbatch(three, four, Optional.empty(), 2, 2));
    assertRefused(
        "labels must have rows * length = 4 values: 3",
        () -> new Microbatch(four, three, Optional.empty(), 2, 2));
    assertRefused(
        "segment_ids must have rows * length = 4 values: 3",
        () -> new Microbatch(four, four, Optional.of(three), 2, 2));
    assertRefused(
        "rows and length must be at least 1",
        () -> new Microbatch(new long[0], new long[0], Optional.empty(), 0, 2));
  }

  @Test
  void everyInputHasAsManyValuesAsItsRowsAndTheOthers() {
    Map<Input, long[]> uneven =
        Map.of(Input.INPUT_IDS, new long[4], Input.ATTENTION_MASK, new long[6]);
    assertThrows(IllegalArgumentException.class, () -> new Microbatch(uneven, 2));
    assertRefused(
        "next_sentence_label must have rows * length = 2 values: 4",
        () -> new Microbatch(Map.of(Input.NEXT_SENTENCE_LABEL, new long[4]), 2));
    assertRefused(
        "input_ids must have rows * length = 2 values: 3",
        () -> new Microbatch(Map.of(Input.INPUT_IDS, new long[3]), 2));
  }

  @Test
  void wantsTargetsForEveryHead() {
    TinyModel bert = TinyModel.BERT;
    TorchOptions options = TinyModels.options(Precision.FP32, 0, false);
    try (ScriptedModel model =
        ScriptedModel.load(bert.architecture(), options, TinyModels.ADAM_W)) {
      assertRefused(
          "targets of 1 heads for a model of 2", () -> model.accumulate(bert.batch(1), 9, 1));
    }
  }

  @Test
  void wantsSegmentsForDocumentMasks() {
    Microbatch without = new Microbatch(new long[4], new long[4], Optional.empty(), 1, 4);
    try (ScriptedModel model =
        ScriptedModel.load(
            TinyModels.architecture(true),
            TinyModels.options(Precision.FP32, 0, false),
            TinyModels.ADAM_W)) {
      assertRefused("the microbatch has no segment_ids", () -> model.accumulate(without, 4, 1));
    }
  }

  @Test
  void refusesOptionsOutOfBounds() {
    assertRefused(
        "dropout must be at least 0 and less than 1: 1.0",
        () -> new TorchOptions(Precision.FP32, 1, false, TorchDevice.CPU, 1));
    assertRefused(
        "threads must be at least 1: 0",
        () -> new TorchOptions(Precision.FP32, 0, false, TorchDevice.CPU, 0));
    assertRefused(
        "beta1 must be at least 0 and less than 1: 1.0", () -> new AdamW(1, 0.9, 1e-8, 0));
    assertRefused(
        "beta2 must be at least 0 and less than 1: -0.1", () -> new AdamW(0.9, -0.1, 1e-8, 0));
    assertRefused("epsilon must be positive: 0.0", () -> new AdamW(0.9, 0.9, 0, 0));
    assertRefused("weightDecay must not be negative: -1.0", () -> new AdamW(0.9, 0.9, 1, -1));
  }

  private static void assertRefused(String message, Runnable attempt) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, attempt::run).getMessage());
  }
}
