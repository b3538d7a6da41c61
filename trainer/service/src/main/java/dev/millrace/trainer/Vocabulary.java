package dev.millrace.trainer;

import dev.millrace.schemas.checkpoint.MarkNames;
import dev.millrace.schemas.checkpoint.MarkNames.Mark;
import dev.millrace.schemas.checkpoint.TokenizerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a trainer must know of a tokenizer; it never tokenizes.
 *
 * @param tokenizerJson copied into every checkpoint
 * @param id first 16 hex digits of the file's SHA-256
 * @param size one more than the largest token id
 * @param endOfText the token between documents
 * @param special tokens that no text has, by what they are called
 * @param sentenceEnds tokens that end a sentence; wanted where sentences change places
 */
public record Vocabulary(
    Path tokenizerJson,
    String id,
    int size,
    int endOfText,
    Map<String, Integer> special,
    Set<Integer> sentenceEnds) {
  public Vocabulary {
    if (endOfText < 0 || endOfText >= size) {
      throw new IllegalArgumentException("no token between documents: " + endOfText);
    }
    special = Map.copyOf(special);
    sentenceEnds = Set.copyOf(sentenceEnds);
  }

  /**
   * The tokens that stand around and in place of texts, under BERT's names or BART's.
   *
   * @param begin {@code [CLS]} or {@code <s>}
   * @param end {@code [SEP]} or {@code </s>}
   * @param padding {@code [PAD]} or {@code <pad>}
   * @param mask {@code [MASK]} or {@code <mask>}
   */
  public record Marks(int begin, int end, int padding, int mask) {
    static final List<String> BERT = List.of("[PAD]", "[CLS]", "[SEP]", "[MASK]");
    static final List<String> BART = List.of("<s>", "<pad>", "</s>", "<mask>");
  }

  /**
   * The marks of a family.
   *
   * @throws IllegalArgumentException naming all that the tokenizer lacks
   */
  Marks marks(MarkNames names) {
    List<String> missing = new ArrayList<>();
    Marks marks =
        new Marks(
            mark(names, Mark.BEGIN, missing),
            mark(names, Mark.END, missing),
            mark(names, Mark.PADDING, missing),
            mark(names, Mark.MASK, missing));
    if (missing.isEmpty()) return marks;
    throw new IllegalArgumentException(
        ("%s has no special token %s, which models of family bert and bart are trained with;"
                + " 'millrace tokenizer train' learns one that has them")
            .formatted(tokenizerJson, String.join(", none ", missing)));
  }

  private int mark(MarkNames names, Mark mark, List<String> missing) {
    Optional<Integer> id = names.id(mark, special);
    if (id.isEmpty()) missing.add(names.either(mark));
    return id.orElse(0);
  }

  /** How the marks are spelled. */
  TokenizerConfig tokenizerConfig(MarkNames names) {
    Marks marks = marks(names);
    return new TokenizerConfig(
        spelled(marks.begin()),
        spelled(marks.end()),
        spelled(marks.padding()),
        spelled(marks.mask()));
  }

  private String spelled(int id) {
    return special.entrySet().stream()
        .filter(token -> token.getValue() == id)
        .map(Map.Entry::getKey)
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** All tokens that a text may have. */
  int[] words() {
    return IntStream.range(0, size).filter(id -> !special.containsValue(id)).toArray();
  }
}
