package dev.millrace.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;

/**
 * Counts of pre-tokens in bounded memory. When there are more than {@code wordsMax} distinct ones
 * the rarest half goes (compare lossy counting, Manku and Motwani 2002): what a vocabulary is made
 * of is frequent and stays. A function of the order of the texts.
 */
final class WordCounts {
  /** Longer runs (base64, rules of dashes) would cost memory and earn no merges. */
  private static final int WORD_CHARACTERS_MAX = 128;

  private final int wordsMax;
  private final Map<String, Counter> counts = new HashMap<>();
  private long dropped;

  private static final class Counter {
    private long count;
  }

  WordCounts(int wordsMax) {
    if (wordsMax < 1) throw new IllegalArgumentException("wordsMax must be at least 1");
    this.wordsMax = wordsMax;
  }

  void add(String text) {
    Matcher words = PreTokens.PATTERN.matcher(PreTokens.encodable(text));
    while (words.find()) {
      if (words.end() - words.start() > WORD_CHARACTERS_MAX) continue;
      counts.computeIfAbsent(words.group(), word -> new Counter()).count++;
      if (counts.size() > wordsMax) prune();
    }
  }

  private void prune() {
    for (long rarest = 1; counts.size() > wordsMax / 2; rarest *= 2) {
      long limit = rarest;
      int before = counts.size();
      counts.values().removeIf(counter -> counter.count <= limit);
      dropped += before - counts.size();
    }
  }

  int size() {
    return counts.size();
  }

  /** Distinct words given up so far; one that came again counts again. */
  long dropped() {
    return dropped;
  }

  /** By the word's bytes, in {@link ByteAlphabet} spelling. */
  Map<String, Long> counts() {
    Map<String, Long> result = new HashMap<>();
    counts.forEach(
        (word, counter) ->
            result.put(ByteAlphabet.spell(word.getBytes(StandardCharsets.UTF_8)), counter.count));
    return result;
  }
}
