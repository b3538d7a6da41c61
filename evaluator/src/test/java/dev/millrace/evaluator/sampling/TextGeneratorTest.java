package dev.millrace.evaluator.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Letters a to z are tokens 0 to 25, end-of-text is 26; the model says the next letter. */
class TextGeneratorTest {
  private static final int END_OF_TEXT = 26;
  private static final Sampler GREEDY = new Sampler(0, 0);
  private final List<int[]> seen = new ArrayList<>();

  private float[] nextLetter(int[] tokens) {
    seen.add(tokens);
    float[] logits = new float[27];
    int last = tokens[tokens.length - 1];
    logits[last == END_OF_TEXT ? 0 : last + 1] = 1;
    return logits;
  }

  private TextGenerator generator(int context) {
    return new TextGenerator(
        prompt -> this::nextLetter,
        text -> text.chars().map(c -> c - 'a').toArray(),
        tokens ->
            Arrays.stream(tokens)
                .mapToObj(t -> Character.toString('a' + t))
                .collect(Collectors.joining()),
        END_OF_TEXT,
        END_OF_TEXT,
        context);
  }

  @Test
  void goesOnFromThePrompt() {
    assertEquals("def", generator(8).continuation("abc", 3, GREEDY, 0));
    assertEquals(List.of(26, 0, 1, 2), Arrays.stream(seen.get(0)).boxed().toList());
  }

  @Test
  void anEmptyPromptBeginsADocument() {
    assertEquals("ab", generator(8).continuation("", 2, GREEDY, 0));
  }

  @Test
  void endsWhereTheModelSaysSo() {
    assertEquals("yz", generator(8).continuation("x", 100, GREEDY, 0));
  }

  @Test
  void slidesOverTextsBeyondTheContext() {
    assertEquals("fghi", generator(3).continuation("abcde", 4, GREEDY, 0));
    assertEquals(List.of(5, 6, 7), Arrays.stream(seen.get(3)).boxed().toList());
  }

  @Test
  void theSameSeedGivesTheSameText() {
    Sampler warm = new Sampler(1, 0);
    String once = generator(8).continuation("a", 20, warm, 3);
    assertEquals(once, generator(8).continuation("a", 20, warm, 3));
  }
}
