package dev.millrace.schemas.checkpoint;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the tokens are called that stand around and in place of texts, of models that look both
 * ways. Either family takes a tokenizer with the other's names; where one has both, its own count.
 * Whoever trains such a model and whoever evaluates it must look here, or they would take different
 * tokens.
 */
public enum MarkNames {
  BERT,
  BART;

  /** What a mark is for. */
  public enum Mark {
    BEGIN("[CLS]", "<s>"),
    END("[SEP]", "</s>"),
    PADDING("[PAD]", "<pad>"),
    MASK("[MASK]", "<mask>");

    private final String ofBert;
    private final String ofBart;

    Mark(String ofBert, String ofBart) {
      this.ofBert = ofBert;
      this.ofBart = ofBart;
    }
  }

  /**
   * A tokenizer's mark, if it has one.
   *
   * @param special the tokenizer's special tokens by what they are called
   */
  public Optional<Integer> id(Mark mark, Map<String, Integer> special) {
    return names(mark).filter(special::containsKey).map(special::get).findFirst();
  }

  /** Both names of a mark, as a message has them. */
  public String either(Mark mark) {
    return String.join(" or ", names(mark).toList());
  }

  private Stream<String> names(Mark mark) {
    return this == BERT ? Stream.of(mark.ofBert, mark.ofBart) : Stream.of(mark.ofBart, mark.ofBert);
  }
}
