package dev.millrace.refinery.language;

/** Says which language a text is in. Not to be shared between threads. */
@FunctionalInterface
public interface LanguageIdentifier {
  /** The likeliest language of a text. */
  Identified identify(CharSequence text);

  /**
   * @param language ISO 639-1 code, or {@code und} where nothing can be said
   * @param score how sure it is, 0 to 1
   */
  record Identified(String language, double score) {}
}
