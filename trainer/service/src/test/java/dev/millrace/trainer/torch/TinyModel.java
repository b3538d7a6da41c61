package dev.millrace.trainer.torch;

import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Graph;
import dev.millrace.model.Graph.Input;
import dev.millrace.schemas.checkpoint.BartSpec;
import dev.millrace.schemas.checkpoint.BertSpec;
import dev.millrace.schemas.checkpoint.GptSpec;
import dev.millrace.schemas.checkpoint.LlamaSpec;
import dev.millrace.schemas.checkpoint.Rope;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.IntStream;

/** A model of each family and kind, so small that it fits in a test. */
enum TinyModel {
  BART,
  BERT,
  GPT,
  GPT_WITH_DOCUMENT_MASKS,
  GPT2,
  GPT2_WITH_DOCUMENT_MASKS,
  LLAMA,
  TIED_LLAMA_WITH_DOCUMENT_MASKS;

  private static final BartSpec BART_SPEC =
      new BartSpec(
          97, 32, 32, new BartSpec.Side(2, 4, 80), new BartSpec.Side(3, 2, 48), 0, 0, 1, 2, 2);
  private static final BertSpec BERT_SPEC = new BertSpec(97, 32, 32, 80, 4, 3, 2, 0, 0, 1e-12);
  private static final GptSpec GPT_SPEC = new GptSpec(97, 32, 32, 4, 3, 0, 0);

  Architecture architecture() {
    return switch (this) {
      case BART -> Architectures.of(BART_SPEC);
      case BERT -> Architectures.of(BERT_SPEC);
      case GPT -> Architectures.of(GPT_SPEC);
      case GPT_WITH_DOCUMENT_MASKS -> Architectures.of(GPT_SPEC, true);
      case GPT2 -> TinyModels.architecture(false);
      case GPT2_WITH_DOCUMENT_MASKS -> TinyModels.architecture(true);
      case LLAMA -> // Heads of 4 * 10, and a width of 32.
          Architectures.of(llama(2, 10, new Rope.Yarn(4, 16, 8, 1, 1.2, true), false));
      case TIED_LLAMA_WITH_DOCUMENT_MASKS ->
          Architectures.of(llama(4, 8, new Rope.Llama3(8, 1, 4, 16), true), true);
    };
  }

  /** Rows of what it is fed with: documents and texts of several lengths, padding at their end. */
  Microbatch batch(long seed) {
    return switch (this) {
      case BART -> texts(seed);
      case BERT -> pairs(seed);
      default -> TinyModels.batch(seed);
    };
  }

  /** The damaged text is longer, so that a mix-up shows. */
  private static Microbatch texts(long seed) {
    Microbatch whole = TinyModels.batch(seed);
    Microbatch damaged = TinyModels.batch(seed + 1, whole.rows(), whole.length() + 5);
    Map<Input, long[]> inputs = new EnumMap<>(Input.class);
    inputs.put(Input.INPUT_IDS, damaged.inputIds());
    inputs.put(Input.ATTENTION_MASK, mask(damaged));
    inputs.put(Input.DECODER_INPUT_IDS, whole.inputIds());
    inputs.put(Input.DECODER_LABELS, whole.labels());
    return new Microbatch(inputs, whole.rows());
  }

  /** Each row three tokens shorter than the one before. */
  private static long[] mask(Microbatch batch) {
    int length = batch.length();
    return IntStream.range(0, batch.rows() * length)
        .mapToLong(i -> i % length < length - 3 * (i / length) ? 1 : 0)
        .toArray();
  }

  private static Microbatch pairs(long seed) {
    Microbatch plain = TinyModels.batch(seed);
    int length = plain.length();
    Map<Input, long[]> inputs = new EnumMap<>(plain.inputs());
    long[] mask = mask(plain);
    long[] types = new long[mask.length];
    for (int i = 0; i < mask.length; i++) {
      types[i] = i % length > 5 + i / length ? 1 : 0;
      if (mask[i] == 0) plain.labels()[i] = Graph.IGNORED;
    }
    inputs.put(Input.ATTENTION_MASK, mask);
    inputs.put(Input.TOKEN_TYPE_IDS, types);
    inputs.put(Input.NEXT_SENTENCE_LABEL, new long[] {1, 0, Graph.IGNORED});
    return new Microbatch(inputs, plain.rows());
  }

  private static LlamaSpec llama(
      int keyValueHeads, int headWidth, Rope.Scaling scaling, boolean tied) {
    Rope rope = new Rope(100, scaling);
    return new LlamaSpec(97, 32, 32, 88, 4, keyValueHeads, headWidth, 3, rope, tied, 0, 1, 2, 1e-5);
  }
}
