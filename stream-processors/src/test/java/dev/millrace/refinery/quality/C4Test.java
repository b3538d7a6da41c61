package dev.millrace.refinery.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.refinery.Judged;
import dev.millrace.runtime.config.Defaults;
import dev.millrace.runtime.config.InvalidRunFileException;
import dev.millrace.runtime.config.RunFile;
import org.junit.jupiter.api.Test;

/** What each rule removes or drops; {@link GoldenTest} compares with datatrove. */
final class C4Test {
  private static final String SENTENCE = "The race leads the water to the wheel.";
  private static final String FIVE = (SENTENCE + "\n").repeat(5);

  private static C4 with(String yaml) {
    return RunFile.parse(yaml, "run.yaml", C4.class).value();
  }

  private static Judged judge(String text) {
    return Judged.by(Defaults.of(C4.class), text);
  }

  private static void assertRemoved(String line) {
    judge(FIVE + line).keptAs(FIVE.strip());
  }

  private static void assertStays(String line) {
    judge(FIVE + line).keptAs(FIVE + line);
  }

  @Test
  void keepsFiveSentences() {
    judge((SENTENCE + " ").repeat(4)).dropped("c4.sentences-min", 4, 5);
    judge((SENTENCE + " ").repeat(5)).kept("c4.sentences-min", 5);
    judge((SENTENCE + "\n").repeat(6)).kept("c4.sentences-min", 6);
  }

  @Test
  void countsTheSentencesOfTheLinesThatAreLeft() {
    judge((SENTENCE + "\n").repeat(4) + "No mark here. Nor here").dropped("c4.sentences-min", 4, 5);
  }

  @Test
  void dropsTheDocumentWithLoremIpsum() {
    judge(FIVE).kept("c4.lorem-ipsum", 0);
    judge(FIVE + "Here is Lorem IPSUM for you.").dropped("c4.lorem-ipsum", 1, 0);
    assertStays("Here is lorem, ipsum for you.");
  }

  @Test
  void dropsTheDocumentWithACurlyBracket() {
    judge(FIVE).kept("c4.curly-bracket", 0);
    judge(FIVE + "Here is a { for you.").dropped("c4.curly-bracket", 1, 0);
    assertStays("Here is a } for you.");
  }

  @Test
  void letsTheFirstLineDecideBetweenLoremIpsumAndCurlyBracket() {
    judge("Here is a { now.\nHere is lorem ipsum.").dropped("c4.curly-bracket", 1, 0);
    judge("Here is lorem ipsum.\nHere is a { now.").dropped("c4.lorem-ipsum", 1, 0);
    judge("Here is a { and lorem ipsum.").dropped("c4.lorem-ipsum", 1, 0);
  }

  @Test
  void dropsNothingForALineThatAnotherRuleRemoves() {
    assertRemoved("function lorem ipsum() {");
    assertRemoved("In javascript a { begins a block.");
  }

  @Test
  void removesLinesWithoutTerminalPunctuation() {
    for (String end : new String[] {".", "?", "!", "\"", "'"}) assertStays("Here it is" + end);
    for (String end : new String[] {"", ":", "...", ".)", "…"}) assertRemoved("Here it is" + end);
  }

  @Test
  void removesLinesOfTwoWords() {
    assertRemoved("Two words.");
    assertStays("Three words here.");
    assertStays("And four words here.");
  }

  @Test
  void removesLinesWithAWordOf1001Characters() {
    assertStays("See the " + "a".repeat(999) + " there.");
    assertStays("See the " + "😀".repeat(1_000) + " there.");
    assertRemoved("See the " + "a".repeat(1_001) + " there.");
    assertRemoved("More than three words and " + "a".repeat(1_001) + " there.");
  }

  @Test
  void removesLinesThatMentionJavascriptOrAPolicy() {
    assertRemoved("Please turn on JavaScript now.");
    assertStays("Please turn on Java Script now.");
    for (String phrase : Defaults.of(C4.class).policyPhrases()) {
      assertRemoved("Read our " + phrase + ", please.");
    }
    assertStays("Read our cookies policy, please.");
  }

  @Test
  void removesCitations() {
    judge(FIVE + "The mill[1] stands[edit] here[citation needed].[23]")
        .keptAs(FIVE + "The mill stands here.");
    assertStays("The mill[a] stands[ 1] here [1.");
  }

  @Test
  void stripsLinesAndEndsThemAlike() {
    judge("\r\n  " + FIVE.replace("\n", " \r\n\t")).keptAs(FIVE.strip());
  }

  @Test
  void turnsOffWhatTheRunFileTurnsOff() {
    String code = "function f() { return 'Lorem ipsum, by JavaScript [1]'; }\nuse cookies";
    Judged.by(
            with(
                """
                {terminalPunctuation: false, wordsPerLineMin: 0, citations: false, javascript: false,
                policyPhrases: [], loremIpsum: false, curlyBracket: false, sentencesMin: 0}
                """),
            code)
        .keptAs(code);
  }

  @Test
  void refusesThresholdsThatMakeNoSense() {
    for (String yaml :
        new String[] {
          "wordsPerLineMin: -1", "wordLengthMax: 0", "sentencesMin: -1", "policyPhrases: [Cookies]"
        }) {
      String message =
          assertThrows(InvalidRunFileException.class, () -> with(yaml), yaml).getMessage();
      String key = yaml.substring(0, yaml.indexOf(':'));
      assertEquals(true, message.contains(key + " must"), message);
    }
  }
}
