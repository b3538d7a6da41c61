package dev.millrace.refinery.text;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the English tokenizer of spaCy 3.8 takes apart or keeps whole whatever the rules for other
 * words say: contractions, abbreviations with their points, hours and emoticons.
 */
final class EnglishWords {
  /** Pronouns and auxiliaries, and what may be contracted to them; a space separates words. */
  private static final String[][] CONTRACTIONS = {
    {"ai are dare has have is was were", "n't"},
    {"ca did does do had may need ought sha wo", "n't", "n't 've"},
    {"could might must should would", "'ve", "n't", "n't 've"},
    {"he it she that this", "'d", "'d 've", "'ll", "'ll 've", "'s"},
    {"how there what when where who why", "'d", "'d 've", "'ll", "'ll 've", "'re", "'s", "'ve"},
    {"i", "'d", "'d 've", "'ll", "'ll 've", "'m", "'m a", "'ve"},
    {"let", "'s"},
    {"not", "'ve"},
    {"these they those we you", "'d", "'d 've", "'ll", "'ll 've", "'re", "'ve"}
  };

  /** Words of their own where the apostrophe is left out. */
  private static final List<String> OTHER_WORDS =
      List.of("hell", "ill", "its", "lets", "shed", "shell", "well", "were", "whore");

  private static final String OTHER_PARTS =
      "can|not Can|not gon|na Gon|na got|ta Got|ta y'|all y’|all y|all c'm|on C'm|on c’m|on C’m|on"
          + " how|'d|'y How|'d|'y how|’d|’y How|’d|’y °|C|. °|F|. °|K|. °|c|. °|f|. °|k|.";

  private static final String ABBREVIATIONS =
      "Adm. Ak. Ala. Apr. Ariz. Ark. Aug. Bros. C++ Calif. Co. Colo. Conn. Corp. D.C. Dec. Del. Dr."
          + " E.G. E.g. Feb. Fla. Ga. Gen. Gov. I.E. I.e. Ia. Id. Ill. Inc. Ind. Jan. Jr. Jul."
          + " Jun. Kan. Kans. Ky. La. Ltd. Mar. Mass. Md. Messrs. Mich. Minn. Miss. Mo. Mont. Mr."
          + " Mrs. Ms. Mt. N.C. N.D. N.H. N.J. N.M. N.Y. Neb. Nebr. Nev. Nov. Oct. Okla. Ore. Pa."
          + " Ph.D. Prof. Rep. Rev. S.C. Sen. Sep. Sept. St. Tenn. Va. Wash. Wis. a.m. and/or co."
          + " e.g. i.e. p.m. v.s. vs. w/o ä. ö. ü.";

  /** Also with the other apostrophe. */
  private static final String SLANG =
      "'' 'Cause 'Cos 'Coz 'Cuz 'S 'bout 'cause 'cos 'coz 'cuz 'd 'em 'll 'nuff 're 's Doin' Goin'"
          + " Havin' Lovin' Ma'am Nothin' Nuthin' O'clock Ol' Somethin' doin' goin' havin' lovin'"
          + " ma'am nothin' nuthin' o'clock ol' somethin' :'( :') :'-( :'-)";

  private static final String EMOTICONS =
      "(*_*) (-8 (-: (-; (-_-) (._.) (: (; (= (>_<) (^_^) (o: (¬_¬) (ಠ_ಠ) (╯°□°）╯︵┻━┻ )-: ):"
          + " -_- -__- ._. 0.0 0.o 0_0 0_o 8) 8-) 8-D 8D :( :(( :((( :() :) :)) :))) :* :-( :-(("
          + " :-((( :-) :-)) :-))) :-* :-/ :-0 :-3 :-> :-D :-O :-P :-X :-] :-o :-p :-x :-| :-} :/"
          + " :0 :1 :3 :> :D :O :P :X :] :o :o) :p :x :| :} ;) ;-) ;-D ;D ;_; <.< </3 <3 <33 <333"
          + " <space> =( =) =/ =3 =D =[ =] =| >.< >.> >:( >:o ><(((*> @_@ O.O O.o O_O O_o V.V V_V XD"
          + " XDD [-: [: [= \\\") \\n \\t ]= ^_^ ^__^ ^___^ o.0 o.O o.o o_0 o_O o_o v.v v_v xD xDD"
          + " ¯\\(ツ)/¯ ಠ_ಠ ಠ︵ಠ ‘S ‘s";

  /** UTF-16 units of the longest. */
  static final int LENGTH_MAX;

  private static final Map<String, int[]> PARTS = parts();

  /** Whether a word may be one of them, by its length, its ends and its middle. */
  private static final boolean[] MAY_BE = new boolean[1 << 16];

  static {
    int longest = 0;
    for (String word : PARTS.keySet()) {
      MAY_BE[slot(word, 0, word.length())] = true;
      longest = Math.max(longest, word.length());
    }
    LENGTH_MAX = longest;
  }

  private EnglishWords() {}

  private static int slot(String text, int start, int end) {
    int ends = text.charAt(start) * 31 + text.charAt(end - 1);
    int inner =
        text.charAt(start + (end - start) / 2) * 31 + text.charAt(end - (end - start + 1) / 2);
    return ((ends * 31 + inner) * 31 + end - start) & MAY_BE.length - 1;
  }

  /** UTF-16 units of each part of a word that is one of them. */
  static int @Nullable [] parts(String text, int start, int end) {
    if (end - start > LENGTH_MAX || start >= end || !MAY_BE[slot(text, start, end)]) return null;
    return PARTS.get(text.substring(start, end));
  }

  private static Map<String, int[]> parts() {
    Map<String, int[]> parts = new HashMap<>();
    for (String[] group : CONTRACTIONS) {
      for (String word : group[0].split(" ", -1)) {
        for (int i = 1; i < group.length; i++) contract(parts, word, group[i]);
      }
    }
    for (String word : OTHER_PARTS.split(" ", -1)) put(parts, word.split("\\|"));
    for (String word : (ABBREVIATIONS + " " + EMOTICONS).split(" ", -1)) put(parts, word);
    for (String word : SLANG.split(" ", -1)) {
      put(parts, word);
      put(parts, word.replace('\'', '’'));
    }
    for (char letter = 'a'; letter <= 'z'; letter++) put(parts, letter + ".");
    for (int hour = 1; hour <= 12; hour++) {
      for (String half : List.of("am", "pm", "a.m.", "p.m.")) put(parts, hour + "", half);
    }
    return parts;
  }

  private static void contract(Map<String, int[]> parts, String word, String behind) {
    for (String first : List.of(word, Character.toUpperCase(word.charAt(0)) + word.substring(1))) {
      String[] whole = (first + " " + behind).split(" ");
      put(parts, whole);
      put(parts, String.join(" ", whole).replace('\'', '’').split(" "));
      String bare = String.join(" ", whole).replace("'", "");
      if (!OTHER_WORDS.contains((word + behind.replace("'", "")))) put(parts, bare.split(" "));
    }
  }

  private static void put(Map<String, int[]> parts, String... words) {
    parts.put(String.join("", words), Arrays.stream(words).mapToInt(String::length).toArray());
  }
}
