package dev.millrace.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Byte-pair encoding over word counts (Sennrich et al. 2016): the most frequent pair of neighbours
 * becomes one symbol, again and again; of equally frequent pairs the one with the lower ids. Pair
 * counts are kept up to date and each merge visits only the words that hold its pair.
 */
final class MergeLearner {
  /** A pair seen once says nothing about the next text. */
  private static final long PAIR_COUNT_MIN = 2;

  /** Two neighbouring symbols. */
  record Pair(int left, int right) {}

  private record Candidate(long count, Pair pair) {
    static final Comparator<Candidate> ORDER =
        Comparator.comparingLong(Candidate::count)
            .reversed()
            .thenComparingInt(candidate -> candidate.pair.left)
            .thenComparingInt(candidate -> candidate.pair.right);
  }

  /** A distinct word: its symbols and how often it was seen. */
  private static final class Word {
    private final int[] symbols;
    private int length;
    private final long count;

    Word(int[] symbols, long count) {
      this.symbols = symbols;
      this.length = symbols.length;
      this.count = count;
    }
  }

  /** How often a pair occurs, and the words that held it at some time. */
  private static final class Occurrences {
    private long count;
    private Word[] words = new Word[2];
    private int size;

    void add(Word word) {
      count += word.count;
      if (size > 0 && words[size - 1] == word) return;
      if (size == words.length) words = Arrays.copyOf(words, 2 * size);
      words[size++] = word;
    }
  }

  private final Map<Pair, Occurrences> pairs = new HashMap<>();
  private final PriorityQueue<Candidate> queue = new PriorityQueue<>(Candidate.ORDER);
  private final List<Pair> merges = new ArrayList<>();
  private final int firstId;

  /**
   * @param firstId the first id that merges may take
   */
  MergeLearner(int firstId) {
    this.firstId = firstId;
  }

  /** A distinct word and how often it was seen. */
  void add(int[] symbols, long count) {
    Word word = new Word(symbols, count);
    for (int i = 0; i + 1 < symbols.length; i++) {
      occurrences(new Pair(symbols[i], symbols[i + 1])).add(word);
    }
  }

  private Occurrences occurrences(Pair pair) {
    return pairs.computeIfAbsent(pair, fresh -> new Occurrences());
  }

  /** At most {@code limit} merges; fewer where no pair occurs twice any more. */
  List<Pair> learn(int limit) {
    pairs.forEach((pair, occurrences) -> queue.add(new Candidate(occurrences.count, pair)));
    while (merges.size() < limit && !queue.isEmpty()) {
      Candidate best = queue.remove();
      Occurrences occurrences = pairs.get(best.pair);
      if (occurrences == null || occurrences.count < PAIR_COUNT_MIN) continue;
      if (occurrences.count == best.count) {
        merge(best.pair, occurrences);
      } else {
        queue.add(
            new Candidate(occurrences.count, best.pair)); // It was counted before other merges.
      }
    }
    return merges;
  }

  private void merge(Pair pair, Occurrences occurrences) {
    int id = firstId + merges.size();
    merges.add(pair);
    pairs.remove(pair);
    Set<Pair> born = new HashSet<>();
    for (int i = 0; i < occurrences.size; i++) merge(occurrences.words[i], pair, id, born);
    for (Pair next : born) queue.add(new Candidate(pairs.get(next).count, next));
  }

  /** In place: what is written never overtakes what is read. */
  private void merge(Word word, Pair pair, int id, Set<Pair> born) {
    int[] symbols = word.symbols;
    int written = 0;
    int read = 0;
    while (read < word.length) {
      if (read + 1 == word.length
          || symbols[read] != pair.left
          || symbols[read + 1] != pair.right) {
        symbols[written++] = symbols[read++];
        continue;
      }
      if (written > 0) {
        forget(word, symbols[written - 1], pair.left);
        find(word, symbols[written - 1], id, born);
      }
      if (read + 2 < word.length) {
        forget(word, pair.right, symbols[read + 2]);
        find(word, id, symbols[read + 2], born);
      }
      symbols[written++] = id;
      read += 2;
    }
    word.length = written;
  }

  private void forget(Word word, int left, int right) {
    Occurrences occurrences = pairs.get(new Pair(left, right));
    if (occurrences != null) occurrences.count -= word.count;
  }

  private void find(Word word, int left, int right, Set<Pair> born) {
    Pair pair = new Pair(left, right);
    occurrences(pair).add(word);
    born.add(pair);
  }
}
