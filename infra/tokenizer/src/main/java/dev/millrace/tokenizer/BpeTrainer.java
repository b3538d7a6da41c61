package dev.millrace.tokenizer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Learns a byte-level BPE vocabulary from a stream of texts: counts words as they come, in bounded
 * memory, then merges (Sennrich et al. 2016; on bytes, Radford et al. 2019). The same texts in the
 * same order give the same vocabulary. Not safe for use by several threads.
 */
public final class BpeTrainer {
  /** Every text is made of them. */
  private static final int BYTES = 256;

  /** Bytes and the end of text: the least that encodes anything. */
  public static final int VOCABULARY_SIZE_MIN = BYTES + 1;

  /** Distinct words held while counting, some 150 MB. */
  public static final int WORDS_MAX = 1_000_000;

  private final WordCounts words;

  public BpeTrainer() {
    this(WORDS_MAX);
  }

  /**
   * @param wordsMax distinct words held while counting; the rarest are given up beyond it
   */
  public BpeTrainer(int wordsMax) {
    words = new WordCounts(wordsMax);
  }

  /** Counts one text. */
  public void add(String text) {
    words.add(text);
  }

  /** The vocabulary of what was counted so far, with the end of text as its only special token. */
  public BpeVocabulary train(int vocabularySize) {
    return train(vocabularySize, List.of(BpeVocabulary.END_OF_TEXT));
  }

  /**
   * The vocabulary of what was counted so far.
   *
   * @param vocabularySize ids, the 256 bytes and the special tokens included; the result is smaller
   *     where the texts hold too few pairs that occur twice
   * @param special tokens that no text has, in the order of their ids, after all others; one of
   *     them ends a text
   */
  public BpeVocabulary train(int vocabularySize, List<String> special) {
    int least = BYTES + special.size();
    if (vocabularySize < least) {
      throw new IllegalArgumentException(
          "a vocabulary has at least " + least + " ids: " + vocabularySize);
    }
    List<String> bytes = BpeVocabulary.bytes();
    Map<Integer, Integer> ids = new HashMap<>();
    for (int id = 0; id < bytes.size(); id++) ids.put((int) bytes.get(id).charAt(0), id);
    MergeLearner learner = new MergeLearner(bytes.size());
    words
        .counts()
        .forEach((word, count) -> learner.add(word.chars().map(ids::get).toArray(), count));
    return new BpeVocabulary(learner.learn(vocabularySize - least), special);
  }
}
