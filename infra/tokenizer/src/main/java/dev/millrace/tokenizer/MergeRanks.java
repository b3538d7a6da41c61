package dev.millrace.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The vocabulary of a merge list as ranks: of two neighbours whose joined bytes are in it, the pair
 * with the lowest id merges first.
 *
 * <p>That is the same as following the list where (1) every piece is a byte or the product of
 * exactly one merge, (2) the products' ids rise along the list, and (3) each product's own bytes,
 * merged by the ranks below its own, end as the two parts that the list names. A trained vocabulary
 * always passes; one that was edited by hand may not.
 *
 * @param ids piece in {@link ByteAlphabet} spelling to id
 */
record MergeRanks(Map<String, Integer> ids) {
  private record Merge(String left, String right) {
    String product() {
      return left + right;
    }
  }

  /** Empty where the list cannot be read as ranks. */
  static Optional<MergeRanks> of(TokenizerFile file) {
    List<Merge> merges = merges(file.json().path("model").path("merges"));
    Map<String, Integer> ranks = new HashMap<>();
    for (int b = 0; b < 256; b++) {
      String spelled = String.valueOf(ByteAlphabet.character(b));
      Integer id = file.vocabulary().get(spelled);
      if (id == null) return Optional.empty();
      ranks.put(spelled, id);
    }
    int last = -1;
    for (Merge merge : merges) {
      Integer id = file.vocabulary().get(merge.product());
      if (id == null || id <= last || !ByteAlphabet.spells(merge.product())) {
        return Optional.empty();
      }
      if (ranks.put(merge.product(), id) != null) return Optional.empty();
      last = id;
    }
    boolean complete =
        file.vocabulary().keySet().stream()
            .allMatch(piece -> ranks.containsKey(piece) != file.special().containsKey(piece));
    MergeRanks result = new MergeRanks(ranks);
    return complete && merges.stream().allMatch(result::comesTo)
        ? Optional.of(result)
        : Optional.empty();
  }

  /** Both spellings in use: {@code "a b"} and {@code ["a", "b"]}. */
  private static List<Merge> merges(JsonNode list) {
    List<Merge> merges = new ArrayList<>();
    for (JsonNode pair : list) {
      if (pair.isArray()) {
        merges.add(new Merge(pair.path(0).asText(), pair.path(1).asText()));
      } else {
        String text = pair.asText();
        int space = text.indexOf(' ');
        merges.add(new Merge(text.substring(0, Math.max(space, 0)), text.substring(space + 1)));
      }
    }
    return merges;
  }

  private boolean comesTo(Merge merge) {
    return parts(merge.product()).equals(List.of(merge.left(), merge.right()));
  }

  /** A piece, merged as far as the ranks below its own go. */
  private List<String> parts(String piece) {
    int below = ids.get(piece);
    List<String> parts = new ArrayList<>(List.of(piece.split("")));
    while (true) {
      int best = -1;
      int bestRank = below;
      for (int i = 0; i + 1 < parts.size(); i++) {
        int rank = ids.getOrDefault(parts.get(i) + parts.get(i + 1), Integer.MAX_VALUE);
        if (rank < bestRank) {
          best = i;
          bestRank = rank;
        }
      }
      if (best < 0) return parts;
      parts.set(best, parts.get(best) + parts.remove(best + 1));
    }
  }
}
