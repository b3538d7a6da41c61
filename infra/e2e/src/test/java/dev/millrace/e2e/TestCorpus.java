package dev.millrace.e2e;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * English-like text from a seed: good documents, bad ones of several kinds, exact and near
 * duplicates. The same seed gives the same bytes.
 */
final class TestCorpus {
  private static final List<String> WORDS =
      List.of(
          ("the of and to in that is was for it with as his on be at by had not are but from or have"
                  + " an they which one you were her all she there would their we him been has when who"
                  + " will more no if out so said what up its about into than them can only other new"
                  + " some could time these two may then do first any my now such like our over man me"
                  + " even most made after also did many before must through back years where much your"
                  + " way well down should because each just those people how too little state good very"
                  + " make world still own see men work long get here between both life being under never"
                  + " day same another know while last might us great old year off come since against go"
                  + " came right used take three river mountain engine letter market village harvest"
                  + " window bridge journey captain garden winter morning evening silver copper garden"
                  + " question answer council member parliament treaty border commerce railway harbour")
              .split(" "));

  private static final List<String> ADVERTISING =
      List.of(
          ("the and of with for you casino jackpot bonus discount voucher lottery winner cheap"
                  + " pills credit loan click subscribe exclusive offer guarantee instant cash")
              .split(" "));

  private static final String NOTICE =
      """
      This page is kept by the people of the village and by those who work at the mill beside it.
      Nothing that you have read here may be printed again without a word to whoever wrote it.
      Letters to the council are answered on every market day between morning and the evening bell.
      The map of all paths along the river hangs in the harbour with the tables of the tides.
      Visitors who want to see the engine turn should be at the bridge before the journey begins.
      What has been said about the harvest of last winter is to be found in the book of the year.
      """;

  private static final int URIS = 10;

  private final Random random;
  private final List<String> texts = new ArrayList<>();

  TestCorpus(long seed) {
    random = new Random(seed);
  }

  /** Writes JSON Lines; about one in six documents must not pass. */
  void write(Path file, String prefix, int documents) {
    write(file, prefix, documents, i -> document(next()));
  }

  /**
   * Writes JSON Lines of which one in twenty each has the exam in it, is made of lines that others
   * have, has a URI that others have, is advertising; the rest is as {@link #write(Path, String,
   * int)} has it.
   */
  void writeEveryKind(Path file, String prefix, int documents, String exam) {
    write(
        file,
        prefix,
        documents,
        i ->
            switch (i % 20) {
              case 0 -> document(exam + " " + good());
              case 1 -> document(NOTICE);
              case 2 -> document(good()).put("uri", "https://example.org/" + i / 20 % URIS);
              case 3 -> document(advertising());
              default -> document(next());
            });
  }

  private static ObjectNode document(String text) {
    return JsonNodeFactory.instance.objectNode().put("text", text);
  }

  private static void write(
      Path file, String prefix, int documents, IntFunction<ObjectNode> document) {
    try (Writer out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < documents; i++) {
        out.write(document.apply(i).put("id", prefix + i).toString());
        out.write('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A text that every rule keeps. */
  String good() {
    return sentences(WORDS, 6 + random.nextInt(14));
  }

  /** A text that reads well but for what it says. */
  String advertising() {
    return sentences(ADVERTISING, 6 + random.nextInt(14));
  }

  String next() {
    int kind = random.nextInt(24);
    if (kind == 0) return "Too short to keep.";
    if (kind == 1) return "### ".repeat(200);
    if (!texts.isEmpty() && kind == 2) return texts.get(random.nextInt(texts.size()));
    if (!texts.isEmpty() && kind == 3) return edited(texts.get(random.nextInt(texts.size())));
    String text = good();
    if (kind == 4) text += " Write to someone" + random.nextInt(100) + "@example.org for more.";
    texts.add(text);
    return text;
  }

  private String edited(String text) {
    String[] words = text.split(" ");
    words[random.nextInt(words.length)] = "edited";
    return String.join(" ", words);
  }

  private String sentences(List<String> words, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      StringBuilder sentence = new StringBuilder();
      for (int n = 7 + random.nextInt(12); n > 0; n--) {
        sentence.append(words.get(random.nextInt(words.size()))).append(n == 1 ? ". " : " ");
      }
      sentence.setCharAt(0, Character.toUpperCase(sentence.charAt(0)));
      text.append(sentence);
    }
    return text.toString().strip();
  }
}
