package dev.millrace.trainer;

import dev.millrace.runtime.config.Default;
import dev.millrace.schemas.checkpoint.BartSpec;
import dev.millrace.schemas.checkpoint.BertSpec;
import dev.millrace.schemas.checkpoint.CausalSpec;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import dev.millrace.schemas.checkpoint.GptSpec;
import dev.millrace.schemas.checkpoint.LlamaSpec;
import dev.millrace.schemas.checkpoint.MarkNames;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.schemas.checkpoint.Rope;
import dev.millrace.trainer.objective.Denoising;
import dev.millrace.trainer.objective.SentencePair;
import java.util.List;
import java.util.Optional;

/**
 * The run file's {@code model} section: the architecture and its size. The vocabulary is the
 * tokenizer's.
 *
 * @param layers blocks; of bart in its encoder, and as many in its decoder
 * @param heads attention heads per layer
 * @param width of the residual stream, a multiple of {@code heads}
 * @param contextLength the longest sequence, tokens
 * @param keyValueHeads of llama: heads of keys and values per layer, which divide {@code heads};
 *     {@code heads} unless given
 * @param intermediateSize of llama: width of the gated layer; two thirds of four times {@code
 *     width}, rounded up to a multiple of 256, unless given; of bert and bart: width of the inner
 *     layer; four times {@code width} unless given
 * @param ropeTheta of llama: base of the rotary wavelengths; 10,000 unless given
 * @param ropeScaling of llama: stretches its positions; not at all unless given
 * @param tieWordEmbeddings of llama: whether the embedding table is the output matrix; false unless
 *     given
 * @param dropout rate in training, 0 to less than 1; 0 where no text comes twice
 * @param documentMasks of models that say what comes next: keep the documents that share a sequence
 *     from seeing each other; its cost is in infra/bench/results/training-speed.md
 */
public record ModelConfig(
    @Default("gpt2") Family family,
    @Default("12") int layers,
    @Default("12") int heads,
    @Default("768") int width,
    @Default("1024") int contextLength,
    Optional<Integer> keyValueHeads,
    Optional<Integer> intermediateSize,
    Optional<Double> ropeTheta,
    Optional<RopeScalingConfig> ropeScaling,
    Optional<Boolean> tieWordEmbeddings,
    @Default("0") double dropout,
    @Default("false") boolean documentMasks) {

  private static final double THETA = 10_000;
  private static final double RMS_NORM_EPSILON = 1e-5;
  private static final double LAYER_NORM_EPSILON = 1e-12;
  private static final int TOKEN_TYPES = 2;

  /** A text of one token has nothing to tell it by. */
  private static final int TEXT_MIN = 2;

  /** The architectures that can be trained. */
  public enum Family {
    GPT2,
    /** The first, of 2018. */
    GPT,
    LLAMA,
    BERT,
    /** A text spoilt and the whole one, each at most as long as the context. */
    BART;

    boolean isCausal() {
      return this != BERT && this != BART;
    }

    /** Tokens of the context that are none of the text. */
    private int marks() {
      return switch (this) {
        case GPT2, GPT, LLAMA -> 0;
        case BERT -> SentencePair.MARKS;
        case BART -> Denoising.MARKS;
      };
    }
  }

  public ModelConfig {
    require(layers >= 1, "layers must be at least 1: " + layers);
    require(heads >= 1, "heads must be at least 1: " + heads);
    require(
        width >= 1 && width % heads == 0,
        "width must be a multiple of heads: " + width + " and " + heads);
    require(
        contextLength >= TEXT_MIN + family.marks(),
        "contextLength must be at least %d: %d"
            .formatted(TEXT_MIN + family.marks(), contextLength));
    require(
        !documentMasks || family.isCausal(),
        "documentMasks is a setting of families gpt2, gpt and llama");
    if (family.isCausal() && family != Family.LLAMA) {
      require(
          intermediateSize.isEmpty(),
          "intermediateSize is a setting of families llama, bert and bart");
    }
    if (family != Family.LLAMA) {
      requireAbsent("keyValueHeads", keyValueHeads);
      requireAbsent("ropeTheta", ropeTheta);
      requireAbsent("ropeScaling", ropeScaling);
      requireAbsent("tieWordEmbeddings", tieWordEmbeddings);
    }
    require(
        keyValueHeads.map(keys -> keys >= 1 && heads % keys == 0).orElse(true),
        "heads must be a multiple of keyValueHeads: " + heads + " and " + keyValueHeads.orElse(0));
    require(
        family != Family.LLAMA || width / heads % 2 == 0,
        "width / heads must be even, since positions turn pairs: " + width + " / " + heads);
    require(
        intermediateSize.orElse(1) >= 1,
        "intermediateSize must be at least 1: " + intermediateSize.orElse(1));
    require(ropeTheta.orElse(THETA) > 1, "ropeTheta must be more than 1: " + ropeTheta.orElse(0d));
    require(dropout >= 0 && dropout < 1, "dropout must be at least 0 and less than 1: " + dropout);
  }

  /**
   * The most tokens that a packed sequence has beside the first: so many that, with the marks that
   * the objective puts around them, they fill the context.
   */
  public int packedLength() {
    return contextLength - family.marks();
  }

  /** The shortest context that holds the marks and something to learn. */
  int contextLengthMin() {
    return TEXT_MIN + family.marks();
  }

  /** The special tokens that a tokenizer for it must have; none where the end of text is enough. */
  public List<String> specialTokens() {
    return switch (family) {
      case GPT2, GPT, LLAMA -> List.of();
      case BERT -> Vocabulary.Marks.BERT;
      case BART -> Vocabulary.Marks.BART;
    };
  }

  /**
   * The model for a vocabulary.
   *
   * @throws IllegalArgumentException where it lacks a special token that the model needs
   */
  public ModelSpec spec(Vocabulary vocabulary) {
    return switch (family) {
      case GPT2 ->
          new Gpt2Spec(
              vocabulary.size(),
              contextLength,
              width,
              heads,
              layers,
              dropout,
              vocabulary.endOfText());
      case GPT ->
          new GptSpec(
              vocabulary.size(),
              contextLength,
              width,
              heads,
              layers,
              dropout,
              vocabulary.endOfText());
      case LLAMA -> llama(vocabulary);
      case BERT -> bert(vocabulary);
      case BART -> bart(vocabulary);
    };
  }

  /**
   * Refuses a model from elsewhere of another architecture or size than this asks for. Its
   * vocabulary may be larger than the tokenizer's, its context longer, its dropout is not used, and
   * what this cannot say is the model's own.
   */
  void mustAskFor(ModelSpec model, Vocabulary vocabulary) {
    ModelSpec asked = spec(vocabulary);
    require(
        model.family().equals(asked.family()),
        "the model is a %s and model.family asks for %s".formatted(model.family(), asked.family()));
    require(
        model.vocabularySize() >= vocabulary.size(),
        "the model has %d tokens and the tokenizer %d"
            .formatted(model.vocabularySize(), vocabulary.size()));
    require(
        model.contextLength() >= contextLength,
        "the model's context is %d tokens and model.contextLength asks for %d"
            .formatted(model.contextLength(), contextLength));
    require(
        !(model instanceof CausalSpec causal) || causal.endOfText() == vocabulary.endOfText(),
        "the model's text ends with another token than the tokenizer's: eos_token_id");
    requireSameMarks(asked, model);
    require(
        ropeTheta.isEmpty()
            || (model instanceof LlamaSpec llama && llama.rope().theta() == ropeTheta.get()),
        "the model's rope_theta is not model.ropeTheta");
    require(
        ropeScaling.isEmpty()
            || (model instanceof LlamaSpec llama
                && llama.rope().scaling().equals(scaling(llama.contextLength()))),
        "the model's rope_scaling is not model.ropeScaling");
    String difference = asked.sizeDifference(model);
    require(
        difference.isEmpty(), "the model is not what the section model asks for: " + difference);
  }

  private LlamaSpec llama(Vocabulary vocabulary) {
    return new LlamaSpec(
        vocabulary.size(),
        contextLength,
        width,
        intermediateSize.orElseGet(() -> (8 * width / 3 + 255) / 256 * 256),
        heads,
        keyValueHeads.orElse(heads),
        width / heads,
        layers,
        new Rope(ropeTheta.orElse(THETA), scaling(contextLength)),
        tieWordEmbeddings.orElse(false),
        dropout,
        vocabulary.endOfText(),
        vocabulary.endOfText(),
        RMS_NORM_EPSILON);
  }

  private Rope.Scaling scaling(int contextLength) {
    return ropeScaling.map(given -> given.scaling(contextLength)).orElseGet(Rope.Unscaled::new);
  }

  private BertSpec bert(Vocabulary vocabulary) {
    return new BertSpec(
        vocabulary.size(),
        contextLength,
        width,
        intermediateSize.orElse(4 * width),
        heads,
        layers,
        TOKEN_TYPES,
        dropout,
        vocabulary.marks(MarkNames.BERT).padding(),
        LAYER_NORM_EPSILON);
  }

  private BartSpec bart(Vocabulary vocabulary) {
    Vocabulary.Marks marks = vocabulary.marks(MarkNames.BART);
    BartSpec.Side side = new BartSpec.Side(layers, heads, intermediateSize.orElse(4 * width));
    return new BartSpec(
        vocabulary.size(),
        contextLength,
        width,
        side,
        side,
        dropout,
        marks.begin(),
        marks.padding(),
        marks.end(),
        marks.end());
  }

  private static void requireSameMarks(ModelSpec asked, ModelSpec model) {
    boolean same = true;
    if (asked instanceof BertSpec ours && model instanceof BertSpec theirs) {
      same = ours.padding() == theirs.padding();
    }
    if (asked instanceof BartSpec ours && model instanceof BartSpec theirs) {
      same =
          ours.padding() == theirs.padding()
              && ours.beginOfText() == theirs.beginOfText()
              && ours.endOfText() == theirs.endOfText()
              && ours.decoderStart() == theirs.decoderStart();
    }
    require(
        same,
        "the model's special tokens are others than the tokenizer's: bos_token_id, pad_token_id,"
            + " eos_token_id, decoder_start_token_id");
  }

  private static void requireAbsent(String name, Optional<?> setting) {
    require(setting.isEmpty(), name + " is a setting of family llama");
  }

  private static void require(boolean holds, String problem) {
    if (!holds) throw new IllegalArgumentException(problem);
  }
}
