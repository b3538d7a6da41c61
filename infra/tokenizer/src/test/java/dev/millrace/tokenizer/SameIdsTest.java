package dev.millrace.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our ids are Hugging Face's ids, for a vocabulary that we trained and wrote. */
class SameIdsTest {
  @TempDir static Path directory;
  private static Tokenizer ours;
  private static HuggingFaceTokenizer theirs;

  @BeforeAll
  static void trainOnRealText() throws IOException {
    BpeTrainer trainer = new BpeTrainer();
    Europarl.speeches(4000).forEach(trainer::add);
    code().forEach(trainer::add);
    Path file = directory.resolve("tokenizer.json");
    trainer.train(4096).write(file);
    ours = Tokenizer.read(file);
    theirs =
        HuggingFaceTokenizer.newInstance(
            file, Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
  }

  @AfterAll
  static void close() {
    theirs.close();
  }

  @Test
  void runsAVocabularyOfOursInJava() {
    assertInstanceOf(ByteLevelBpe.class, ours);
    assertEquals(4096, ours.vocabularySize());
    assertEquals(4095, ours.endOfText());
  }

  @Test
  void givesTheIdsOfHuggingFaceOnAThousandSpeeches() throws IOException {
    List<String> speeches = Europarl.speeches(17_000);
    for (int i = 0; i < 1000; i++) assertSame(speeches.get(17 * i));
  }

  @Test
  void givesTheIdsOfHuggingFaceOnCode() {
    code().forEach(SameIdsTest::assertSame);
  }

  @Test
  void givesTheIdsOfHuggingFaceOnOddText() {
    List.of(
            "",
            " ",
            "\n",
            "   \t\r\n\u000b\f  x",
            "a  b   c    ",
            "\u0085\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000x\u200b\ufeff\u180e",
            "\u001c\u001d\u001e\u001f a",
            "don't DON'T we'll I'd they've it's y'all're 'tis",
            "👩‍👩‍👧‍👦 🏳️‍🌈 🫠🫨 e\u0301 ﬁ Ⅷ ½ ١٢٣ 〇",
            "漢字かな交じり文。한국어 텍스트 ไม่มีช่องว่าง",
            "\u0000\u0001\u007f",
            "{\"a\":[1,2.5e-3,\"\\u00e9\"]}",
            "x".repeat(3000),
            " ".repeat(3000) + "x",
            "=".repeat(5000),
            "aB1 ".repeat(2000))
        .forEach(SameIdsTest::assertSame);
  }

  /**
   * Every code point that this Java knows, of the planes in use and of a sample of the others,
   * between a letter, a digit and a space: where words end says whether it is taken for one of
   * them.
   */
  @Test
  void classesEveryCharacterAsHuggingFaceDoes() {
    StringBuilder text = new StringBuilder();
    for (int c = 1; c <= Character.MAX_CODE_POINT; c++) {
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) continue;
      if (c > 0x3FFFF && c % 64 != 0) continue;
      if (!PreTokens.knowsEveryCharacterOf(Character.toString(c))) continue;
      text.append('a').appendCodePoint(c).append('1').appendCodePoint(c);
      text.append(' ').appendCodePoint(c).append(' ');
      if (text.length() < 2000) continue;
      assertSameWords(text.toString());
      text.setLength(0);
    }
    assertSameWords(text.toString());
  }

  /**
   * What this Java does not know, it leaves to Hugging Face's library. The one merge joins an a
   * with the first byte of a letter that came with Unicode 14, but only within a word.
   */
  @Test
  void takesLettersOfLaterUnicodeVersionsForLetters() throws IOException {
    String text = "a\uD801\uDD70";
    List<String> bytes = BpeVocabulary.bytes();
    int a = bytes.indexOf("a");
    int first = bytes.indexOf(String.valueOf(ByteAlphabet.character(0xF0)));
    Path file = directory.resolve("newer.json");
    new BpeVocabulary(List.of(new MergeLearner.Pair(a, first)), List.of(BpeVocabulary.END_OF_TEXT))
        .write(file);
    int[] ids = Tokenizer.read(file).encode(text);
    assertEquals(256, ids[0]);
    assertEquals(4, ids.length);
  }

  @Test
  void givesTheIdsOfHuggingFaceOnRandomCharacters() {
    long seed = new Random().nextLong();
    System.out.println("random characters, seed " + seed);
    Random random = new Random(seed);
    int[] alphabet = "aeé '\n\t1½漢👍sdtmrvl.,-_\u00a0\u0301".codePoints().toArray();
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      for (int k = random.nextInt(60); k > 0; k--) {
        text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
      }
      assertSame(text.toString());
    }
  }

  @Test
  void readsUnpairedSurrogatesAsQuestionMarks() {
    for (String broken : List.of("a\ud83d", "\udc4d b", "x\ud83d\ud83d\udc4dy", "\udc4d\ud83d")) {
      String encodable =
          new String(broken.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      assertSame(encodable);
      assertArrayEquals(ours.encode(encodable), ours.encode(broken));
      assertEquals(encodable, ours.decode(ours.encode(broken)));
    }
  }

  @Test
  void decodesWhatItEncoded() throws IOException {
    for (String speech : Europarl.speeches(200)) {
      assertEquals(speech, ours.decode(ours.encode(speech)));
    }
  }

  private static void assertSame(String text) {
    long encoding = TokenizersLibrary.LIB.encode(theirs.getHandle(), text, false);
    long[] expected = TokenizersLibrary.LIB.getTokenIds(encoding);
    TokenizersLibrary.LIB.deleteEncoding(encoding);
    assertArrayEquals(expected, Arrays.stream(ours.encode(text)).asLongStream().toArray(), text);
  }

  /** Word numbers of all tokens. */
  private static void assertSameWords(String text) {
    long encoding = TokenizersLibrary.LIB.encode(theirs.getHandle(), text, false);
    long[] expected = TokenizersLibrary.LIB.getWordIds(encoding);
    TokenizersLibrary.LIB.deleteEncoding(encoding);
    List<Long> words = new ArrayList<>();
    Matcher word = PreTokens.PATTERN.matcher(text);
    for (long number = 0; word.find(); number++) {
      for (int i = ours.encode(word.group()).length; i > 0; i--) words.add(number);
    }
    assertArrayEquals(expected, words.stream().mapToLong(Long::longValue).toArray(), text);
  }

  private static List<String> code() {
    List<String> code = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      code.add(
          """
          \tprivate static final int[] TABLE_%d = {0x%x, -%d, 1_000L};
              for (int i = 0; i < n; ++i) { /* %d */ sum += a[i] * b[i][%d] << 3; }
            // https://example.org/?q=%d&r=a%%20b#%d
          if (!map.containsKey("key_%d")) return null;\t\t// TODO(#%d): don't
          """
              .formatted(i, i * 7919, i, i, i, i, i, i, i));
    }
    return code;
  }
}
