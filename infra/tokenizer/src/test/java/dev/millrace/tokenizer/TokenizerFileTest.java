package dev.millrace.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerFileTest {
  private static final String WORD_PIECE =
      """
      {"version": "1.0", "truncation": {"direction": "Right", "max_length": 4,
       "strategy": "LongestFirst", "stride": 0}, "padding": null,
       "added_tokens": [
        {"id": 0, "content": "[UNK]", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true},
        {"id": 1, "content": "[SEP]", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true}],
       "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "BertPreTokenizer"},
       "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 1], "cls": ["[UNK]", 0]},
       "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": false},
       "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100,
        "vocab": {"[UNK]": 0, "[SEP]": 1, "hello": 2, "##s": 3, "[": 4, "]": 5, "sep": 6}}}
      """;

  private static final String UNIGRAM =
      """
      {"version": "1.0", "truncation": null, "padding": null,
       "added_tokens": [
        {"id": 1, "content": "</s>", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true},
        {"id": 7, "content": "<extra>", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true},
        {"id": 8, "content": "HEADING", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": false}],
       "normalizer": null, "pre_tokenizer": null, "post_processor": null, "decoder": null,
       "model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0], ["</s>", 0.0],
        ["<", -3.0], ["/", -3.0], ["s", -3.0], [">", -3.0], ["ab", -1.0]]}}
      """;

  @TempDir Path directory;
  private String byteLevel;

  @BeforeEach
  void trainALittle() throws IOException {
    BpeTrainer trainer = new BpeTrainer();
    trainer.add("abc\nabc\nab\nend of text");
    Path file = directory.resolve("trained.json");
    trainer.train(258).write(file);
    byteLevel = Files.readString(file);
  }

  @Test
  void namesAFileByTheStartOfItsSha256() throws IOException {
    Path file = directory.resolve("t.json");
    Files.writeString(file, WORD_PIECE);
    // The empty input's SHA-256, from FIPS 180 test vectors.
    assertEquals("e3b0c44298fc1c14", TokenizerFile.id(new byte[0]));
    assertEquals(TokenizerFile.id(Files.readAllBytes(file)), Tokenizer.read(file).id());
  }

  @Test
  void readsWordPieceThroughTheNativeLibrary() throws IOException {
    Tokenizer tokenizer = read(WORD_PIECE);
    assertInstanceOf(NativeTokenizer.class, tokenizer);
    assertArrayEquals(new int[] {2, 3, 0}, tokenizer.encode("Hellos x"));
    assertEquals(7, tokenizer.vocabularySize());
    assertEquals(1, tokenizer.endOfText());
    assertEquals("hellos", tokenizer.decode(new int[] {2, 3}));
  }

  @Test
  void ignoresTheFilesOwnTruncation() throws IOException {
    assertEquals(100, read(WORD_PIECE).encode("hello ".repeat(100)).length);
  }

  @Test
  void readsASpelledSpecialTokenAsText() throws IOException {
    assertArrayEquals(new int[] {4, 6, 5}, read(WORD_PIECE).encode("[SEP]"));
    assertArrayEquals(new int[] {6, 2, 3, 4, 5}, read(UNIGRAM).encode("ab</s>"));
    int[] ids = read(byteLevel).encode("<|endoftext|>");
    assertTrue(Arrays.stream(ids).allMatch(id -> id < 257), () -> Arrays.toString(ids));
    assertEquals("<|endoftext|>", read(byteLevel).decode(ids));
  }

  @Test
  void keepsAddedTokensThatAreNotSpecial() throws IOException {
    Tokenizer tokenizer = read(UNIGRAM);
    assertArrayEquals(new int[] {8, 6}, tokenizer.encode("HEADINGab"));
    assertArrayEquals(new int[] {2, 3, 4, 5, 8, 2}, tokenizer.encode("</s>HEADING<"));
    assertEquals(9, tokenizer.vocabularySize());
  }

  @Test
  void refusesToDecodeWhatIsNoToken() throws IOException {
    for (String json : new String[] {byteLevel, WORD_PIECE}) {
      Tokenizer tokenizer = read(json);
      assertThrows(IllegalArgumentException.class, () -> tokenizer.decode(new int[] {9999}));
      assertThrows(IllegalArgumentException.class, () -> tokenizer.decode(new int[] {-1}));
    }
  }

  @Test
  void encodesTheEmptyTextToNothing() throws IOException {
    for (String json : new String[] {byteLevel, WORD_PIECE, UNIGRAM}) {
      assertEquals(0, read(json).encode("").length);
      assertEquals("", read(json).decode(new int[0]));
    }
  }

  @Test
  void leavesOtherKindsOfByteLevelFilesToTheNativeLibrary() throws IOException {
    for (String[] change :
        new String[][] {
          {"\"add_prefix_space\" : false", "\"add_prefix_space\" : true"},
          {"\"use_regex\" : true", "\"use_regex\" : false"},
          {"\"normalizer\" : null", "\"normalizer\" : {\"type\": \"NFC\"}"},
          {"\"special\" : true", "\"special\" : false"},
        }) {
      assertInstanceOf(ByteLevelBpe.class, read(byteLevel));
      assertInstanceOf(NativeTokenizer.class, read(byteLevel.replace(change[0], change[1])));
    }
  }

  /** {@code ab c} and {@code a bc} spell one piece: by rank it could come from either pair. */
  @Test
  void leavesAMergeListThatIsNoRankingToTheNativeLibrary() throws IOException {
    String ranked = withMerges("[\"b c\", \"a bc\"]", "\"bc\": 256, \"abc\": 257");
    String edited =
        withMerges("[\"b c\", \"a b\", \"ab c\"]", "\"bc\": 256, \"ab\": 257, \"abc\": 258");
    assertInstanceOf(ByteLevelBpe.class, read(ranked));
    Tokenizer tokenizer = read(edited);
    assertInstanceOf(NativeTokenizer.class, tokenizer);
    assertEquals(2, tokenizer.encode("abc").length);
  }

  private String withMerges(String merges, String pieces) {
    int vocab = byteLevel.indexOf("\"ab\" :");
    String bytes = byteLevel.substring(0, vocab);
    return bytes.replace("257", "300")
        + pieces
        + ", \"<|endoftext|>\": 300}, \"merges\": "
        + merges
        + "}}";
  }

  @Test
  void saysInOneLineWhatIsWrongWithAFile() {
    assertTrue(problem("{").contains("is not JSON"), problem("{"));
    assertTrue(problem("{}").contains("has no model.vocab"), problem("{}"));
    String nameless = "{\"model\": {\"vocab\": {\"a\": 0}}}";
    assertTrue(problem(nameless).contains("has no end-of-text token"), problem(nameless));
    String unknown = "{\"model\": {\"type\": \"Other\", \"vocab\": {\"</s>\": 0}}}";
    assertTrue(problem(unknown).contains("not a tokenizer.json"), problem(unknown));
    assertThrows(NoSuchFileException.class, () -> Tokenizer.read(directory.resolve("none.json")));
  }

  private String problem(String json) {
    String message = assertThrows(IllegalArgumentException.class, () -> read(json)).getMessage();
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.contains("t.json"), message);
    return message;
  }

  @Test
  void servesManyThreadsAtOnce() throws IOException {
    for (String json : new String[] {byteLevel, WORD_PIECE}) {
      Tokenizer tokenizer = read(json);
      String text = "hello [SEP] abc \uD801\uDD70 ".repeat(20);
      int[] expected = read(json).encode(text);
      AtomicInteger same = new AtomicInteger();
      IntStream.range(0, 400)
          .parallel()
          .forEach(
              i -> {
                if (Arrays.equals(expected, tokenizer.encode(text))) same.incrementAndGet();
              });
      assertEquals(400, same.get());
    }
  }

  private Tokenizer read(String json) throws IOException {
    Path file = directory.resolve("t.json");
    Files.writeString(file, json);
    return Tokenizer.read(file);
  }
}
