package dev.millrace.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

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
    private int[] symbols;
    private final long count;

    Word(int[] symbols, long count) {
      this.symbols = symbols;
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
      occurrences(symbols[i], symbols[i + 1]).add(word);
    }
  }

  private Occurrences occurrences(int left, int right) {
    return pairs.computeIfAbsent(new Pair(left, right), pair -> new Occurrences());
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
    Map<Pair, Occurrences> born = new HashMap<>();
    for (int i = 0; i < occurrences.size; i++) merge(occurrences.words[i], pair, id, born);
    born.forEach((next, found) -> queue.add(new Candidate(found.count, next)));
  }

  private void merge(Word word, Pair pair, int id, Map<Pair, Occurrences> born) {
    int[] from = word.symbols;
    int[] to = new int[from.length];
    int length = 0;
    int i = 0;
    while (i < from.length) {
      if (i + 1 == from.length || from[i] != pair.left || from[i + 1] != pair.right) {
        to[length++] = from[i++];
        continue;
      }
      if (length > 0) {
        forget(word, to[length - 1], pair.left);
        find(word, to[length - 1], id, born);
      }
      if (i + 2 < from.length) {
        forget(word, pair.right, from[i + 2]);
        find(word, id, from[i + 2], born);
      }
      to[length++] = id;
      i += 2;
    }
    word.symbols = Arrays.copyOf(to, length);
  }

  private void forget(Word word, int left, int right) {
    Occurrences occurrences = pairs.get(new Pair(left, right));
    if (occurrences != null) occurrences.count -= word.count;
  }

  private void find(Word word, int left, int right, Map<Pair, Occurrences> born) {
    Occurrences occurrences = occurrences(left, right);
    occurrences.add(word);
    born.put(new Pair(left, right), occurrences);
  }
}
