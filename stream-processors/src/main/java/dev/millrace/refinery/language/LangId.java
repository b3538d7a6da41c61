package dev.millrace.refinery.language;

import com.carrotsearch.labs.langid.DetectedLanguage;
import com.carrotsearch.labs.langid.LangIdV3;
import dev.millrace.refinery.text.RefinedText;

/**
 * langid.py's model of 97 languages: naive Bayes over byte n-grams that an automaton finds in one
 * pass (Lui and Baldwin 2012). Its scores are near 0 or 1 for all but short texts.
 */
public final class LangId implements LanguageIdentifier {
  private final LangIdV3 model = new LangIdV3();

  @Override
  public Identified identify(CharSequence text) {
    if (text.chars().noneMatch(Character::isLetter)) {
      return new Identified(RefinedText.UNDETERMINED, 0);
    }
    DetectedLanguage found = model.classify(text, true);
    return new Identified(found.getLangCode(), found.getConfidence());
  }
}
