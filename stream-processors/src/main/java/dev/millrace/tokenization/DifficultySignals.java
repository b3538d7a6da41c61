package dev.millrace.tokenization;

import dev.millrace.schemas.Signal;
import dev.millrace.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;

/**
 * How hard a sequence is to learn, by measures that need no model: every {@link Signal}. All but
 * length and quality are over its text: the tokens but the end-of-text ones.
 *
 * <p>Not safe for use by several threads.
 */
final class DifficultySignals implements AutoCloseable {
  private static final double RARE = 0.25;
  private static final int GRAM = 4;

  private final Tokenizer tokenizer;
  private final Unigrams unigrams;
  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);
  private final byte[] deflated = new byte[8192];

  DifficultySignals(Tokenizer tokenizer, Unigrams unigrams) {
    this.tokenizer = tokenizer;
    this.unigrams = unigrams;
  }

  /** Of a sequence with these pieces. */
  Map<String, Double> of(List<Piece> pieces) {
    int[] text = text(pieces);
    return Map.of(
        Signal.LENGTH.key(), pieces.stream().mapToInt(Piece::length).average().orElseThrow(),
        Signal.COMPRESSION_RATIO.key(), compressionRatio(tokenizer.decode(text)),
        Signal.RARE_TOKEN_RATE.key(), rareTokenRate(text),
        Signal.UNIGRAM_SURPRISAL.key(), surprisal(text),
        Signal.REPETITION.key(), repetition(pieces),
        Signal.QUALITY.key(), quality(pieces));
  }

  private int[] text(List<Piece> pieces) {
    int[] text = new int[pieces.stream().mapToInt(Piece::length).sum()];
    int length = 0;
    for (Piece piece : pieces) {
      for (int token : piece.tokens()) if (token != tokenizer.endOfText()) text[length++] = token;
    }
    return Arrays.copyOf(text, length);
  }

  /** 1 for no text. */
  private double compressionRatio(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0) return 1;
    deflater.reset();
    deflater.setInput(bytes);
    deflater.finish();
    while (!deflater.finished()) deflater.deflate(deflated);
    return (double) deflater.getBytesWritten() / bytes.length;
  }

  /** 0 for no text. */
  private double rareTokenRate(int[] text) {
    double limit = RARE / tokenizer.vocabularySize();
    int rare = 0;
    for (int token : text) if (unigrams.probability(token) < limit) rare++;
    return text.length == 0 ? 0 : (double) rare / text.length;
  }

  /** 0 for no text. */
  private double surprisal(int[] text) {
    double nats = 0;
    for (int token : text) nats -= Math.log(unigrams.probability(token));
    return text.length == 0 ? 0 : nats / text.length;
  }

  private static double repetition(List<Piece> pieces) {
    long all = 0;
    long repeated = 0;
    for (Piece piece : pieces) {
      long[] grams = grams(piece.tokens());
      Arrays.sort(grams);
      for (int i = 1; i < grams.length; i++) if (grams[i] == grams[i - 1]) repeated++;
      all += grams.length;
    }
    return all == 0 ? 0 : (double) repeated / all;
  }

  /** Hashes of all runs of four tokens. */
  private static long[] grams(int[] tokens) {
    long[] grams = new long[Math.max(0, tokens.length - GRAM + 1)];
    for (int i = 0; i < grams.length; i++) {
      for (int k = i; k < i + GRAM; k++) {
        grams[i] = (grams[i] ^ tokens[k]) * 0x9E3779B97F4A7C15L;
        grams[i] ^= grams[i] >>> 32;
      }
    }
    return grams;
  }

  private static double quality(List<Piece> pieces) {
    double sum = 0;
    long tokens = 0;
    for (Piece piece : pieces) {
      sum += piece.quality() * piece.length();
      tokens += piece.length();
    }
    return sum / tokens;
  }

  @Override
  public void close() {
    deflater.end();
  }
}
