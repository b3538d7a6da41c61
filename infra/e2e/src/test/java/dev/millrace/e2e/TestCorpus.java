package dev.millrace.e2e;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

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

  private final Random random;
  private final List<String> texts = new ArrayList<>();

  TestCorpus(long seed) {
    random = new Random(seed);
  }

  /** Writes JSON Lines; about one in six documents must not pass. */
  void write(Path file, String prefix, int documents) {
    try (Writer out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < documents; i++) {
        out.write(
            JsonNodeFactory.instance
                .objectNode()
                .put("id", prefix + i)
                .put("text", next())
                .toString());
        out.write('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String next() {
    int kind = random.nextInt(24);
    if (kind == 0) return "Too short to keep.";
    if (kind == 1) return "### ".repeat(200);
    if (!texts.isEmpty() && kind == 2) return texts.get(random.nextInt(texts.size()));
    if (!texts.isEmpty() && kind == 3) return edited(texts.get(random.nextInt(texts.size())));
    String text = sentences(6 + random.nextInt(14));
    if (kind == 4) text += " Write to someone" + random.nextInt(100) + "@example.org for more.";
    texts.add(text);
    return text;
  }

  private String edited(String text) {
    String[] words = text.split(" ");
    words[random.nextInt(words.length)] = "edited";
    return String.join(" ", words);
  }

  private String sentences(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      StringBuilder sentence = new StringBuilder();
      for (int n = 7 + random.nextInt(12); n > 0; n--) {
        sentence.append(WORDS.get(random.nextInt(WORDS.size()))).append(n == 1 ? ". " : " ");
      }
      sentence.setCharAt(0, Character.toUpperCase(sentence.charAt(0)));
      text.append(sentence);
    }
    return text.toString().strip();
  }
}
