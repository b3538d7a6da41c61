package dev.millrace.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A {@code tokenizer.json} at work. The same file gives the same ids everywhere, whichever of the
 * two readers takes it: byte-level BPE runs in Java (jtokkit, some 20 MB/s a core), everything else
 * in Hugging Face's tokenizers (some 3 MB/s a core).
 *
 * <p>Text is only ever text: one that spells a special token ({@code <|endoftext|>}) gets the ids
 * of its characters, so that no document can pretend to end. No special token is added either;
 * whoever builds sequences puts them in. What UTF-8 cannot carry, unpaired surrogates, is read as
 * {@code ?}, as Java's own encoder does; the ids stand for exactly the bytes that {@code
 * text.getBytes(UTF_8)} gives.
 *
 * <p>Safe for use by many threads at once. Nothing to close: a tokenizer lives as long as the
 * process.
 */
public interface Tokenizer {
  /** The ids of a text, without any special token; empty for the empty text. */
  int[] encode(String text);

  /**
   * The text of ids; special tokens appear as they are spelled, bytes that are no UTF-8 as U+FFFD.
   *
   * @throws IllegalArgumentException for an id outside the vocabulary
   */
  String decode(int[] ids);

  /** One more than the largest id, special tokens included: rows of an embedding. */
  int vocabularySize();

  /** The id that stands before every document. */
  int endOfText();

  /** The ids of all tokens that no text becomes, by what they are called. */
  Map<String, Integer> special();

  /**
   * The ids of tokens that end a sentence: with a full stop, a question or an exclamation mark,
   * after which only quotes, brackets and white space may come.
   */
  default Set<Integer> sentenceEnds() {
    return IntStream.range(0, vocabularySize())
        .filter(id -> !special().containsValue(id))
        .filter(id -> SentenceEnd.is(this, id))
        .boxed()
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The first 16 hex digits of the SHA-256 of the file. */
  String id();

  /**
   * Reads a {@code tokenizer.json} as Hugging Face's library writes them.
   *
   * @throws IOException where the file cannot be read
   * @throws IllegalArgumentException in one line, where it is no tokenizer or names no end of text
   */
  static Tokenizer read(Path tokenizerJson) throws IOException {
    byte[] bytes = Files.readAllBytes(tokenizerJson);
    try {
      TokenizerFile file = TokenizerFile.of(bytes);
      return ByteLevelBpe.of(file).orElseGet(() -> new NativeTokenizer(file));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(tokenizerJson + " " + e.getMessage(), e);
    }
  }
}
