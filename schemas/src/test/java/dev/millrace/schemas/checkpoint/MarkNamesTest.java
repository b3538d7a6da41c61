package dev.millrace.schemas.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.schemas.checkpoint.MarkNames.Mark;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MarkNamesTest {
  private static final Map<String, Integer> OF_BERT =
      Map.of("[CLS]", 1, "[SEP]", 2, "[PAD]", 3, "[MASK]", 4);
  private static final Map<String, Integer> OF_BOTH =
      Map.of(
          "[CLS]", 1, "[SEP]", 2, "[PAD]", 3, "[MASK]", 4, "<s>", 5, "</s>", 6, "<pad>", 7,
          "<mask>", 8);

  private static List<Integer> ids(MarkNames family, Map<String, Integer> special) {
    return Arrays.stream(Mark.values())
        .map(mark -> family.id(mark, special).orElseThrow())
        .toList();
  }

  @Test
  void ofATokenizerWithBothEachFamilyTakesItsOwn() {
    assertEquals(List.of(1, 2, 3, 4), ids(MarkNames.BERT, OF_BOTH));
    assertEquals(List.of(5, 6, 7, 8), ids(MarkNames.BART, OF_BOTH));
  }

  @Test
  void theOthersNamesDoWhereItsOwnAreMissing() {
    assertEquals(List.of(1, 2, 3, 4), ids(MarkNames.BART, OF_BERT));
  }

  @Test
  void aTokenizerWithNeitherHasNone() {
    assertEquals(Optional.empty(), MarkNames.BERT.id(Mark.MASK, Map.of("<s>", 1)));
    assertEquals("[MASK] or <mask>", MarkNames.BERT.either(Mark.MASK));
    assertEquals("<mask> or [MASK]", MarkNames.BART.either(Mark.MASK));
  }
}
