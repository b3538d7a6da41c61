package dev.millrace.refinery.toxicity;

import dev.millrace.refinery.classifier.ClassifierFile;
import dev.millrace.refinery.classifier.LinearClassifier;
import dev.millrace.refinery.stage.Rule;
import dev.millrace.refinery.stage.Rules;
import dev.millrace.refinery.stage.Stage;
import dev.millrace.runtime.config.Default;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rules about vulgar and demeaning language: the share of a document's words that are in a list,
 * and the score of a classifier that was taught what is toxic (as Dolma has both, Soldaini et al.
 * 2024, arXiv:2402.00159). C4 drops a document with one such word (Raffel et al. 2020, section
 * 2.2): {@code wordsMax: 0}. Words are compared as {@link dev.millrace.refinery.text.Words} folds
 * them, whole, so that a listed word within a longer one does not count.
 *
 * <p>Lists take health, law and the speech of minorities away with the abuse (Dodge et al. 2021,
 * arXiv:2104.08758): the stage is off unless a run file lists it.
 *
 * @param words a file, one word or phrase a line, {@code #} before a comment, relative to the run
 *     file; a short built-in list of English ones otherwise; an empty file turns the rule off
 * @param wordsMax share of the words, 0 to 1
 * @param classifier a file of {@code millrace classifier train} whose positive label is what is not
 *     wanted; without one that rule judges nothing
 * @param scoreMax 0 to 1
 */
public record Toxicity(
    Optional<Path> words,
    @Default("0.01") double wordsMax,
    Optional<Path> classifier,
    @Default("0.5") double scoreMax) {
  /** The family's name. */
  public static final String NAME = "toxicity";

  public Toxicity {
    requireShare("wordsMax", wordsMax);
    requireShare("scoreMax", scoreMax);
  }

  private static void requireShare(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be from 0 to 1: " + value);
    }
  }

  /** With its files looked for in this folder. */
  public Toxicity in(Path folder) {
    return new Toxicity(
        words.map(folder::resolve), wordsMax, classifier.map(folder::resolve), scoreMax);
  }

  /** Its rules in the order in which they are judged. */
  public List<Rule> rules() {
    List<Rule> all = new ArrayList<>();
    all.add(Rule.atMost("word-list", wordsMax).by("wordsMax"));
    if (classifier.isPresent()) all.add(Rule.atMost("classifier", scoreMax).by("scoreMax"));
    return all;
  }

  /**
   * The stage, with its files read.
   *
   * @throws java.io.UncheckedIOException naming the list that cannot be read
   * @throws dev.millrace.refinery.classifier.InvalidClassifierException naming the file that is no
   *     classifier
   */
  public Stage stage() {
    WordList listed = WordList.read(words);
    Optional<LinearClassifier> taught = classifier.map(ClassifierFile::read);
    return text -> {
      Rules rules = new Rules(NAME, rules());
      rules.judge("word-list", () -> listed.shareOf(text.foldedWords()));
      taught.ifPresent(scores -> rules.judge("classifier", () -> scores.score(text.foldedWords())));
      return rules.verdict();
    };
  }
}
