package dev.millrace.refinery.classifier;

/**
 * What a classifier has learnt from, and how.
 *
 * @param positive the documents whose score should be near 1
 * @param negative the documents whose score should be near 0
 */
public record Description(Label positive, Label negative, Training training) {

  /**
   * One of the two kinds of document.
   *
   * @param name one line
   * @param documents that were learnt from
   */
  public record Label(String name, int documents) {
    private static final int NAME_MAX = 500;

    public Label {
      if (name.isBlank() || name.length() > NAME_MAX || !name.codePoints().allMatch(Label::shows)) {
        throw new IllegalArgumentException(
            "a label has 1 to %d characters on one line: %s".formatted(NAME_MAX, name));
      }
      if (documents < 1) {
        throw new IllegalArgumentException("there are no documents of label " + name);
      }
    }

    private static boolean shows(int codePoint) {
      return !Character.isISOControl(codePoint);
    }
  }
}
