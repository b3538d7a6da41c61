package dev.millrace.refinery.toxicity;

import dev.millrace.refinery.stage.ListFile;
import dev.millrace.refinery.text.Words;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Words and phrases to look for, folded as {@link Words} folds a text. */
final class WordList {
  private static final int FILTER_BITS = 1 << 16;

  /** Entries, as their words' hashes, by the first of them. */
  private final Map<Long, List<long[]>> byFirst = new HashMap<>();

  /** Says of most words that no entry begins with them, without a look at the map. */
  private final long[] filter = new long[FILTER_BITS / Long.SIZE];

  WordList(List<String> entries) {
    for (String entry : entries) {
      Words words = Words.of(entry);
      long[] hashes = new long[words.count()];
      for (int i = 0; i < hashes.length; i++) hashes[i] = words.hash(i);
      if (hashes.length > 0) add(hashes);
    }
  }

  /** From a file, else the built-in list. */
  static WordList read(Optional<Path> file) {
    return new WordList(ListFile.read(file, WordList.class, "words"));
  }

  private void add(long[] entry) {
    byFirst.computeIfAbsent(entry[0], first -> new ArrayList<>()).add(entry);
    filter[place(entry[0])] |= 1L << entry[0];
  }

  private static int place(long hash) {
    return (int) (hash >>> 6) & (FILTER_BITS / Long.SIZE - 1);
  }

  /** The share of the words that are an entry or part of one; 0 where there are no words. */
  double shareOf(Words words) {
    int listed = 0;
    int end = 0; // Of the entries so far: a word in two of them counts once.
    for (int i = 0; i < words.count(); i++) {
      int after = i + longestAt(words, i);
      if (after <= end) continue;
      listed += after - Math.max(i, end);
      end = after;
    }
    return words.count() == 0 ? 0 : (double) listed / words.count();
  }

  /** Words of the longest entry that begins here. */
  private int longestAt(Words words, int start) {
    long first = words.hash(start);
    if ((filter[place(first)] & 1L << first) == 0) return 0;
    int longest = 0;
    for (long[] entry : byFirst.getOrDefault(first, List.of())) {
      if (entry.length > longest && isAt(entry, words, start)) longest = entry.length;
    }
    return longest;
  }

  private static boolean isAt(long[] entry, Words words, int start) {
    if (entry.length > words.count() - start) return false;
    for (int i = 1; i < entry.length; i++) {
      if (words.hash(start + i) != entry[i]) return false;
    }
    return true;
  }
}
