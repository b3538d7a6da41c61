package dev.millrace.evaluator.sampling;

import dev.millrace.runtime.terminal.Onlooker;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Continues a prompt. The text begins as a document does in training and ends where the model says
 * end-of-text or the tokens run out. A text longer than the context goes on from its last {@code
 * context} tokens.
 *
 * @param model for a prompt's tokens: what comes next
 * @param encode text to token ids, without special tokens
 * @param decode token ids to text
 */
public record TextGenerator(
    Function<int[], NextToken> model,
    Function<String, int[]> encode,
    Function<int[], String> decode,
    int beginOfText,
    int endOfText,
    int context) {

  /**
   * What follows the prompt, without it. The same arguments give the same text.
   *
   * @param tokensMax how many tokens at most
   */
  public String continuation(String prompt, int tokensMax, Sampler sampler, long seed) {
    return continuation(prompt, tokensMax, sampler, seed, Onlooker.NOBODY);
  }

  /**
   * As above.
   *
   * @param onlooker sees tokens written
   */
  public String continuation(
      String prompt, int tokensMax, Sampler sampler, long seed, Onlooker onlooker) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] start = encode.apply(prompt);
    NextToken next = model.apply(start);
    int[] tokens = new int[1 + start.length + tokensMax];
    tokens[0] = beginOfText;
    System.arraycopy(start, 0, tokens, 1, start.length);
    int length = 1 + start.length;
    for (; length < tokens.length; length++) {
      onlooker.sees(length - 1 - start.length, tokensMax);
      int[] seen = Arrays.copyOfRange(tokens, Math.max(0, length - context), length);
      int picked = sampler.pick(next.logits(seen), random);
      if (picked == endOfText) break;
      tokens[length] = picked;
    }
    return decode.apply(Arrays.copyOfRange(tokens, 1 + start.length, length));
  }
}
