package dev.millrace.bench.training;

import dev.millrace.model.Gpt2Size;
import dev.millrace.schemas.checkpoint.CausalSpec;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import dev.millrace.schemas.checkpoint.LlamaSpec;
import dev.millrace.schemas.checkpoint.Rope;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Models whose training is timed, each with the rows of a microbatch of whole contexts. */
enum TrainedSize {
  /** Fits in a test. */
  GPT2_TINY(4),
  /** 13.9 million parameters. */
  GPT2_14M(8),
  /** The same in a longer context, where attention is PyTorch's fused one. */
  GPT2_14M_1024(2),
  /** 29.4 million parameters, two query heads to a head of keys. */
  LLAMA_29M(4),
  /** GPT-2's smallest, in its own context. */
  GPT2_124M(8);

  private static final int VOCABULARY_SIZE = 8192;

  private final int rows;

  TrainedSize(int rows) {
    this.rows = rows;
  }

  CausalSpec spec() {
    return switch (this) {
      case GPT2_TINY -> new Gpt2Spec(512, 64, 64, 2, 2, 0, 0);
      case GPT2_14M -> new Gpt2Spec(VOCABULARY_SIZE, 256, 384, 6, 6, 0, 0);
      case GPT2_14M_1024 -> new Gpt2Spec(VOCABULARY_SIZE, 1024, 384, 6, 6, 0, 0);
      case LLAMA_29M -> {
        Rope rope = new Rope(10_000, new Rope.Unscaled());
        yield new LlamaSpec(
            VOCABULARY_SIZE, 512, 512, 1536, 8, 4, 64, 8, rope, true, 0, 1, 2, 1e-5);
      }
      case GPT2_124M -> Gpt2Size.GPT2.spec(Gpt2Size.VOCABULARY_SIZE, Gpt2Size.VOCABULARY_SIZE - 1);
    };
  }

  /** As the command line writes it: {@code gpt2-14m}. */
  static TrainedSize of(String word) {
    return Arrays.stream(values())
        .filter(size -> size.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("%s is none of %s".formatted(word, all())));
  }

  private static String all() {
    return Arrays.stream(values()).map(TrainedSize::word).collect(Collectors.joining(", "));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** In a microbatch. */
  int rows() {
    return rows;
  }

  /** Tokens in a row. */
  int length() {
    return spec().contextLength();
  }
}
