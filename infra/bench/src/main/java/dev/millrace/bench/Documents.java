package dev.millrace.bench;

import dev.millrace.refinery.text.SourceDocument;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * As many different English documents of about 4 KB as anybody wants, the same in every run: each
 * draws sentences of speeches by a random number generator that begins with the document's number.
 * Two share hardly more than a sentence, so that near dedup keeps them, and every stage keeps
 * nearly all of them, so that none is spared its work.
 */
final class Documents {
  private static final int CHARACTERS = 4096;
  private static final int SENTENCES_A_LINE = 4;
  private static final int SENTENCE_MIN = 40;
  private static final int SENTENCE_MAX = 400;
  private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?]) +");

  private final List<String> sentences = new ArrayList<>();

  Documents() {
    for (String speech : Speeches.english()) {
      for (String sentence : SENTENCE_END.split(speech, -1)) {
        if (isWhole(sentence)) sentences.add(sentence);
      }
    }
  }

  /** Speeches are cut anywhere. */
  private static boolean isWhole(String sentence) {
    return sentence.length() >= SENTENCE_MIN
        && sentence.length() <= SENTENCE_MAX
        && Character.isUpperCase(sentence.charAt(0))
        && sentence.endsWith(".");
  }

  /** The text of the document of this number. */
  String text(long number) {
    SplittableRandom random = new SplittableRandom(number);
    StringBuilder text = new StringBuilder(CHARACTERS + SENTENCE_MAX);
    for (int i = 1; text.length() < CHARACTERS; i++) {
      text.append(sentences.get(random.nextInt(sentences.size())));
      text.append(i % SENTENCES_A_LINE == 0 ? '\n' : ' ');
    }
    return text.toString();
  }

  /** The first ones. */
  static List<SourceDocument> first(int count) {
    Documents documents = new Documents();
    return IntStream.range(0, count)
        .mapToObj(number -> withUri("d" + number, documents.text(number)))
        .toList();
  }

  /** A document of plain text with a URI, so that rules about URIs have one to judge. */
  private static SourceDocument withUri(String id, String text) {
    return new SourceDocument(
        id,
        "",
        Optional.of("https://www.europarl.europa.eu/doceo/document/" + id + ".html"),
        "text/plain",
        Optional.of("UTF-8"),
        text.getBytes(StandardCharsets.UTF_8),
        Map.of());
  }
}
