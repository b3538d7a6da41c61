package dev.millrace.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BpeTrainerTest {
  @TempDir Path directory;

  @Test
  void mergesTheMostFrequentPairFirst() {
    assertEquals(List.of("a b", "ab c"), merges(259, "ab ab ab abc abc abc".replace(' ', '\n')));
  }

  @Test
  void mergesTheLowerIdsWhereTwoPairsAreAsFrequent() {
    assertEquals(List.of("c d", "x y"), merges(259, "xy1xy1cd1cd"));
  }

  /** Worked by hand: aaaa has three pairs but room for two, so the second merge is "aa aa". */
  @Test
  void mergesOverlappingPairsFromTheLeft() {
    assertEquals(List.of("a a", "aa aa"), merges(260, "aaaa\naaaa"));
  }

  @Test
  void mergesNoPairThatOccursOnce() {
    assertEquals(List.of("a b"), merges(1000, "ab\nab\ncd"));
  }

  @Test
  void neverMergesAcrossWords() {
    assertEquals(
        List.of(), merges(1000, "a\nb\na\nb\na\nb").stream().filter(m -> m.contains("a")).toList());
  }

  @Test
  void countsAcrossTexts() {
    assertEquals(List.of("a b"), merges(258, "ab", "cd", "ab"));
  }

  @Test
  void numbersBytesFirstAndTheEndOfTextLast() throws IOException {
    Path file = directory.resolve("tokenizer.json");
    BpeTrainer trainer = new BpeTrainer();
    trainer.add("ab\nab");
    BpeVocabulary vocabulary = trainer.train(300);
    vocabulary.write(file);
    Tokenizer tokenizer = Tokenizer.read(file);
    assertEquals(258, vocabulary.size());
    assertEquals(258, tokenizer.vocabularySize());
    assertEquals(257, tokenizer.endOfText());
    assertEquals("<|endoftext|>", tokenizer.decode(new int[] {257}));
    assertEquals("!", tokenizer.decode(new int[] {0}));
    assertEquals("ab", tokenizer.decode(new int[] {256}));
  }

  /** Without them a file is what it was before there were any, byte for byte. */
  @Test
  void specialTokensComeLastAndMergesStayWhatTheyAre() throws IOException {
    Path plain = directory.resolve("plain.json");
    Path masked = directory.resolve("masked.json");
    BpeTrainer trainer = new BpeTrainer();
    Europarl.speeches(300).forEach(trainer::add);
    trainer.train(1001).write(plain);
    List<String> special = List.of("[PAD]", "[CLS]", "[SEP]", "[MASK]");
    trainer.train(1004, special).write(masked);
    Tokenizer without = Tokenizer.read(plain);
    Tokenizer with = Tokenizer.read(masked);
    assertEquals(
        "7f89b87a621aa6f6", without.id(), "an id of what was learnt before there was a choice");
    assertEquals(Map.of("<|endoftext|>", 1000), without.special());
    assertEquals(
        Map.of("[PAD]", 1000, "[CLS]", 1001, "[SEP]", 1002, "[MASK]", 1003), with.special());
    assertEquals(1002, with.endOfText());
    for (String speech : Europarl.speeches(50)) {
      assertArrayEquals(without.encode(speech), with.encode(speech));
    }
    // A text that spells one is only a text.
    assertTrue(Arrays.stream(with.encode("[MASK] it [SEP]")).allMatch(id -> id < 1000));
  }

  @Test
  void knowsWhichTokensEndASentence() throws IOException {
    Path file = directory.resolve("tokenizer.json");
    BpeTrainer trainer = new BpeTrainer();
    trainer.add("a.\" a.\" b). b). c? c? d., d., e e");
    trainer.train(400, List.of("<s>", "<pad>", "</s>", "<mask>")).write(file);
    Tokenizer tokenizer = Tokenizer.read(file);
    Set<String> ends =
        tokenizer.sentenceEnds().stream()
            .map(id -> tokenizer.decode(new int[] {id}))
            .collect(Collectors.toSet());
    assertEquals(Set.of(".", "!", "?", ".\"", ")."), ends);
  }

  @Test
  void learnsTheSameTwice() throws IOException {
    assertEquals(bytes("one.json"), bytes("two.json"));
  }

  private String bytes(String name) throws IOException {
    BpeTrainer trainer = new BpeTrainer();
    Europarl.speeches(300).forEach(trainer::add);
    trainer.train(1000).write(directory.resolve(name));
    return Files.readString(directory.resolve(name));
  }

  @Test
  void leavesOnlyTheFinishedFileBehind() throws IOException {
    bytes("only.json");
    try (var files = Files.list(directory)) {
      assertEquals(List.of(directory.resolve("only.json")), files.toList());
    }
  }

  @Test
  void refusesAVocabularyThatCannotHoldTheBytes() {
    assertThrows(IllegalArgumentException.class, () -> new BpeTrainer().train(256));
    assertEquals(257, new BpeTrainer().train(257).size());
    List<String> two = List.of("<s>", "</s>");
    assertThrows(IllegalArgumentException.class, () -> new BpeTrainer().train(257, two));
    assertEquals(258, new BpeTrainer().train(258, two).size());
  }

  @Test
  void givesUpTheRarestWordsWhenMemoryIsBounded() {
    WordCounts counts = new WordCounts(100);
    for (int i = 0; i < 10_000; i++) counts.add("frequent\nword" + "abcdefghij".charAt(i % 10) + i);
    assertTrue(counts.size() <= 100, () -> counts.size() + " words");
    assertTrue(counts.dropped() > 0);
    assertEquals(10_000, counts.counts().get("frequent"));
  }

  @Test
  void countsNoWordTooLongToMerge() {
    WordCounts counts = new WordCounts(100);
    counts.add("y".repeat(128) + "\n" + "x".repeat(129));
    assertTrue(counts.counts().containsKey("y".repeat(128)));
    assertFalse(counts.counts().containsKey("x".repeat(129)));
  }

  private static List<String> merges(int vocabularySize, String... texts) {
    BpeTrainer trainer = new BpeTrainer();
    for (String text : texts) trainer.add(text);
    return trainer.train(vocabularySize).merges();
  }
}
