package dev.millrace.evaluator;

import dev.millrace.schemas.checkpoint.BartSpec;
import dev.millrace.schemas.checkpoint.BertSpec;
import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import dev.millrace.schemas.checkpoint.MarkNames;
import dev.millrace.schemas.checkpoint.MarkNames.Mark;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.Optional;

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
      int mask = mark(MarkNames.BART, Mark.MASK, tokenizer, file);
      return new Marks(bart.beginOfText(), bart.endOfText(), mask);
    }
    if (spec instanceof BertSpec) {
      return new Marks(
          mark(MarkNames.BERT, Mark.BEGIN, tokenizer, file),
          mark(MarkNames.BERT, Mark.END, tokenizer, file),
          mark(MarkNames.BERT, Mark.MASK, tokenizer, file));
    }
    return NONE;
  }

  private static int mark(MarkNames names, Mark mark, Tokenizer tokenizer, Path file)
      throws DamagedCheckpointException {
    Optional<Integer> id = names.id(mark, tokenizer.special());
    if (id.isPresent()) return id.get();
    throw new DamagedCheckpointException(file, "no special token " + names.either(mark));
  }
}
