package dev.millrace.evaluator.onnx;

import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Parameter;
import dev.millrace.model.Shapes;
import dev.millrace.model.WeightSource;
import dev.millrace.schemas.checkpoint.BartSpec;
import dev.millrace.schemas.checkpoint.BertSpec;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import dev.millrace.schemas.checkpoint.GptSpec;
import dev.millrace.schemas.checkpoint.LlamaSpec;
import dev.millrace.schemas.checkpoint.Rope;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** A model of each family and kind, so small that it fits in a test. */
enum TinyModel {
  BART,
  BERT,
  GPT,
  GPT2,
  LLAMA,
  TIED_LLAMA;

  Architecture architecture() {
    return switch (this) {
      case BART -> Architectures.of(bart());
      case BERT -> Architectures.of(new BertSpec(97, 32, 32, 80, 4, 3, 2, 0, 0, 1e-12));
      case GPT -> Architectures.of(new GptSpec(97, 32, 32, 4, 3, 0, 0));
      case GPT2 -> Architectures.of(new Gpt2Spec(97, 32, 32, 4, 3, 0, 0));
      case LLAMA -> // Heads of 4 * 10, and a width of 32.
          Architectures.of(llama(2, 10, new Rope.Yarn(4, 16, 8, 1, 1.2, true), false));
      case TIED_LLAMA -> Architectures.of(llama(4, 8, new Rope.Llama3(8, 1, 4, 16), true));
    };
  }

  private static BartSpec bart() {
    BartSpec.Side encoder = new BartSpec.Side(2, 4, 80);
    BartSpec.Side decoder = new BartSpec.Side(3, 2, 48);
    return new BartSpec(97, 32, 32, encoder, decoder, 0, 0, 1, 2, 2);
  }

  private static LlamaSpec llama(
      int keyValueHeads, int headWidth, Rope.Scaling scaling, boolean tied) {
    Rope rope = new Rope(100, scaling);
    return new LlamaSpec(97, 32, 32, 88, 4, keyValueHeads, headWidth, 3, rope, tied, 0, 1, 2, 1e-5);
  }

  /** Biases and gains too are random, so that a mix-up shows. */
  static WeightSource weights(Architecture architecture) {
    Random random = new Random(7);
    Map<String, float[]> weights = new LinkedHashMap<>();
    for (Parameter parameter : Shapes.of(architecture).parameters()) {
      float[] values = new float[(int) parameter.elements()];
      for (int i = 0; i < values.length; i++) {
        double noise = random.nextGaussian() * (parameter.init().deviation() + 0.1);
        values[i] = (float) (parameter.init().mean() + noise);
      }
      weights.put(parameter.name(), values);
    }
    return WeightSource.of(weights);
  }
}
