package dev.millrace.schemas.checkpoint;

import java.util.Map;
import java.util.Optional;

/** A model that says what comes next, and so can score and continue texts. */
public sealed interface CausalSpec extends ModelSpec permits Gpt2Spec, GptSpec, LlamaSpec {

  /** The id of the token between documents, which ends a text. */
  int endOfText();

  /** The id of the token that starts a text: mostly the one that ends the text before it. */
  default int beginOfText() {
    return endOfText();
  }

  @Override
  default Optional<String> toGenerationConfigJson() {
    return Optional.of(
        ConfigJson.write(Map.of("bos_token_id", beginOfText(), "eos_token_id", endOfText())));
  }
}
