package dev.millrace.refinery.lines;

import dev.millrace.refinery.stage.Rule;
import dev.millrace.refinery.stage.Rules;
import dev.millrace.refinery.stage.Stage;
import dev.millrace.refinery.text.ContentHash;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.Words;
import dev.millrace.runtime.config.Default;
import java.util.Arrays;
import java.util.List;

/**
 * Lines that many of the latest documents have are menus, notices and signatures: they are removed
 * (after CCNet's paragraphs, Wenzek et al. 2020, arXiv:1911.00359, there over a shard at once, here
 * over the stream). Lines are the same where their folded words are, see {@link Words}. What counts
 * are documents, so a line that one document repeats counts once.
 *
 * <p>What has been seen is remembered by domain and partition of {@code documents.raw}, for as many
 * lines as the window has: 8 bytes a line in it, up to 24 to count it and 8 in the store.
 *
 * @param unit what is compared and removed
 * @param wordsMin those of fewer words are left alone
 * @param seenMax documents in the window that may have one before it is removed
 * @param window lines that are remembered
 * @param charactersKeptMin part of the code points that must be left
 */
public record LineDedup(
    @Default("line") Unit unit,
    @Default("3") int wordsMin,
    @Default("5") int seenMax,
    @Default("1_000_000") int window,
    @Default("0.2") double charactersKeptMin) {
  /** The family's name. */
  public static final String NAME = "line-dedup";

  private static final int WINDOW_MAX = 1 << 28;

  /** What is compared. */
  public enum Unit {
    /** What line feeds separate. */
    LINE,
    /** What blank lines separate. */
    PARAGRAPH
  }

  public LineDedup {
    require(wordsMin >= 1, "wordsMin must be at least 1: " + wordsMin);
    require(seenMax >= 1, "seenMax must be at least 1: " + seenMax);
    require(
        window >= 1 && window <= WINDOW_MAX,
        "window must be from 1 to " + WINDOW_MAX + ": " + window);
    require(
        charactersKeptMin >= 0 && charactersKeptMin <= 1,
        "charactersKeptMin must be from 0 to 1: " + charactersKeptMin);
  }

  private static void require(boolean valid, String otherwise) {
    if (!valid) throw new IllegalArgumentException(otherwise);
  }

  /** Its rules in the order in which they are judged. */
  public List<Rule> rules() {
    return List.of(Rule.atLeast("characters-kept-min", charactersKeptMin));
  }

  /** The stage. */
  public Stage stage(LineNotes notes) {
    return text -> {
      Sieve sieve = new Sieve(text, notes);
      RefinedText left = text.withText(sieve.left());
      notes.note(sieve.lines());
      return new Rules(NAME, rules())
          .judge("characters-kept-min", () -> kept(text, left))
          .verdict(left);
    };
  }

  private static double kept(RefinedText text, RefinedText left) {
    return text.codePoints() == 0 ? 1 : (double) left.codePoints() / text.codePoints();
  }

  /** One walk through a text. */
  private final class Sieve {
    private final RefinedText text;
    private final LineNotes notes;
    private final StringBuilder left;
    private long[] hashes = new long[64];
    private int count;

    Sieve(RefinedText text, LineNotes notes) {
      this.text = text;
      this.notes = notes;
      left = new StringBuilder(text.text().length());
      String all = text.text();
      for (int start = 0; start < all.length(); ) {
        int end = end(all, start);
        if (!isSeenTooOften(all.substring(start, end))) left.append(all, start, end);
        start = end;
      }
    }

    /** Where the next unit begins: behind a line feed, or behind all line feeds of a blank line. */
    private int end(String all, int start) {
      int feed = all.indexOf('\n', start);
      while (feed >= 0) {
        int end = feed + 1;
        while (end < all.length() && all.charAt(end) == '\n') end++;
        if (unit == Unit.LINE) return feed + 1;
        if (end > feed + 1) return end;
        feed = all.indexOf('\n', end);
      }
      return all.length();
    }

    private boolean isSeenTooOften(String line) {
      Words words = Words.of(line);
      if (words.count() < wordsMin) return false;
      long hash = ContentHash.of(words).low();
      if (count == hashes.length) hashes = Arrays.copyOf(hashes, 2 * count);
      hashes[count++] = hash;
      return notes.count(text.domain(), hash) > seenMax;
    }

    String left() {
      return count == 0 || left.length() == text.text().length()
          ? text.text()
          : left.toString().strip();
    }

    long[] lines() {
      return LineNotes.distinct(hashes, count);
    }
  }
}
