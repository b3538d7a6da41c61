package dev.millrace.evaluator;

import dev.millrace.schemas.checkpoint.BartSpec;
import dev.millrace.schemas.checkpoint.BertSpec;
import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The tokens that stand around and in place of a text, of models that look both ways.
 *
 * @param begin {@code [CLS]} or {@code <s>}
 * @param end {@code [SEP]} or {@code </s>}
 * @param mask {@code [MASK]} or {@code <mask>}
 */
record Marks(int begin, int end, int mask) {
  private static final Marks NONE = new Marks(-1, -1, -1);

  /**
   * A model's: by the settings where they say it, else by the names that its tokenizer has.
   *
   * @param file of the tokenizer
   * @throws DamagedCheckpointException where the tokenizer lacks one that the model needs
   */
  static Marks of(ModelSpec spec, Tokenizer tokenizer, Path file)
      throws DamagedCheckpointException {
    if (spec instanceof BartSpec bart) {
      return new Marks(
          bart.beginOfText(), bart.endOfText(), mark(tokenizer, file, "<mask>", "[MASK]"));
    }
    if (spec instanceof BertSpec) {
      return new Marks(
          mark(tokenizer, file, "[CLS]", "<s>"),
          mark(tokenizer, file, "[SEP]", "</s>"),
          mark(tokenizer, file, "[MASK]", "<mask>"));
    }
    return NONE;
  }

  private static int mark(Tokenizer tokenizer, Path file, String name, String other)
      throws DamagedCheckpointException {
    Optional<Integer> id =
        Stream.of(name, other)
            .filter(tokenizer.special()::containsKey)
            .map(tokenizer.special()::get)
            .findFirst();
    if (id.isPresent()) return id.get();
    throw new DamagedCheckpointException(file, "no special token %s or %s".formatted(name, other));
  }
}
