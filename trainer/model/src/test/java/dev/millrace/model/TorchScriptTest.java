package dev.millrace.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.model.TorchScript.Options;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The text; what it computes is tested where PyTorch is. */
class TorchScriptTest {
  private static final Options PLAIN = new Options(Precision.FP32, 0, false);

  /** Whoever changes the emitter sees here what becomes of the program, and that it is readable. */
  @Test
  void writesATextThatAPersonCanRead() throws IOException {
    try (var golden = getClass().getResourceAsStream("gpt2-two-layers.torchscript")) {
      String expected = new String(golden.readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(expected, TorchScript.of(gpt2(2), PLAIN));
    }
  }

  @Test
  void givesTheSameTextEachTime() {
    Options options = new Options(Precision.BF16, 0.1, true);
    assertEquals(TorchScript.of(gpt2(3), options), TorchScript.of(gpt2(3), options));
  }

  @Test
  void writesEqualLayersOnce() {
    assertEquals(1, count("def transformer_h", TorchScript.of(gpt2(96), PLAIN)));
    assertTrue(TorchScript.of(gpt2(96), PLAIN).length() < 100_000);
  }

  @Test
  void trainsInLowPrecisionAndScoresInFull() {
    String script = TorchScript.of(gpt2(2), new Options(Precision.BF16, 0, false));
    String bfloat16 = ", 15)";
    assertTrue(method("accumulate", script).contains(bfloat16));
    assertFalse(method("nll", script).contains(bfloat16));
    assertFalse(method("logits", script).contains(bfloat16));
    assertEquals(2, count("def transformer_h", script));
  }

  @Test
  void onlyTrainingDropsOut() {
    String script = TorchScript.of(gpt2(2), new Options(Precision.FP32, 0.25, false));
    assertTrue(method("accumulate", script).contains("torch.dropout("));
    assertFalse(method("nll", script).contains("torch.dropout("));
    assertFalse(TorchScript.of(gpt2(2), PLAIN).contains("torch.dropout("));
  }

  @Test
  void refusesARateThatLeavesNothing() {
    assertThrows(IllegalArgumentException.class, () -> new Options(Precision.FP32, 1, false));
    assertThrows(IllegalArgumentException.class, () -> new Options(Precision.FP32, -0.1, false));
    assertThrows(
        IllegalArgumentException.class, () -> new Options(Precision.FP32, Double.NaN, false));
  }

  private static Architecture gpt2(int layers) {
    return Architectures.of(new Gpt2Spec(97, 16, 32, 4, layers, 0, 0));
  }

  private static int count(String part, String text) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  private static String method(String name, String script) {
    int start = script.indexOf("def " + name + "(");
    int end = script.indexOf("\ndef ", start);
    return script.substring(start, end);
  }
}
