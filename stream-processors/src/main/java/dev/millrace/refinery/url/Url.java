package dev.millrace.refinery.url;

import dev.millrace.refinery.stage.Rule;
import dev.millrace.refinery.stage.Rules;
import dev.millrace.refinery.stage.Stage;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.runtime.config.Default;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rules about a document's URI after RefinedWeb (Penedo et al. 2023, arXiv:2306.01116, appendix
 * G.1): a list of domains, a list of words that must not be in it, words of which each counts one
 * towards an adult-word score, and a list of strings that must not be in it even within words. A
 * document without URI passes. Unlike in datatrove's variant, a listed domain stands for all its
 * subdomains and words are compared in whatever case.
 *
 * <p>Each list is a file, one entry a line, {@code #} before a comment, relative to the run file; a
 * list that the run file does not name is a short built-in one. An empty file turns a rule off.
 *
 * @param domains hosts, as {@code example.com}
 * @param words of ASCII letters and digits; anything else in a URI separates words
 * @param adultWords as words
 * @param adultScoreMax how many different adult words there may be
 * @param substrings looked for in the URI's ASCII letters and digits, joined
 */
public record Url(
    Optional<Path> domains,
    Optional<Path> words,
    Optional<Path> adultWords,
    @Default("1") int adultScoreMax,
    Optional<Path> substrings) {
  /** The family's name. */
  public static final String NAME = "url";

  public Url {
    if (adultScoreMax < 0) {
      throw new IllegalArgumentException("adultScoreMax must not be negative: " + adultScoreMax);
    }
  }

  /** With its files looked for in this folder. */
  public Url in(Path folder) {
    return new Url(
        domains.map(folder::resolve),
        words.map(folder::resolve),
        adultWords.map(folder::resolve),
        adultScoreMax,
        substrings.map(folder::resolve));
  }

  /** Its rules in the order in which they are judged. */
  public List<Rule> rules() {
    return List.of(
        Rule.atMost("blocked-domain", 0),
        Rule.atMost("blocked-word", 0),
        Rule.atMost("adult-score-max", adultScoreMax),
        Rule.atMost("blocked-substring", 0));
  }

  /**
   * The stage, with the lists read.
   *
   * @throws java.io.UncheckedIOException naming the list that cannot be read
   */
  public Stage stage() {
    Blocklist blockedDomains = Blocklist.read(domains, "domains");
    Blocklist blockedWords = Blocklist.read(words, "words");
    Blocklist adult = Blocklist.read(adultWords, "adult-words");
    Blocklist blockedSubstrings = Blocklist.read(substrings, "substrings");
    return text ->
        text.uri()
            .map(UriWords::of)
            .map(
                uri ->
                    new Rules(NAME, rules())
                        .judge("blocked-domain", () -> blockedDomains.countOf(uri.domains()))
                        .judge("blocked-word", () -> blockedWords.countOf(uri.words()))
                        .judge("adult-score-max", () -> adult.countOf(uri.words()))
                        .judge("blocked-substring", () -> blockedSubstrings.countIn(uri.joined()))
                        .verdict())
            .orElseGet(() -> new Verdict.Keep(Map.of()));
  }
}
