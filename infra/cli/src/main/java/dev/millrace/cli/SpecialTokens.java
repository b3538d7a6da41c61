package dev.millrace.cli;

import dev.millrace.tokenizer.BpeVocabulary;
import dev.millrace.trainer.ModelConfig;
import java.util.List;

/** What a tokenizer that is learnt for a model holds beside what texts are made of. */
final class SpecialTokens {
  private SpecialTokens() {}

  static List<String> of(ModelConfig model) {
    List<String> wanted = model.specialTokens();
    return wanted.isEmpty() ? List.of(BpeVocabulary.END_OF_TEXT) : wanted;
  }
}
