package dev.millrace.refinery.stream;

/** A stage could not judge a document: the document goes to the dead letters. */
final class BrokenStageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String stage;

  /**
   * In one stage.
   *
   * @param cause what it threw
   */
  BrokenStageException(String stage, Throwable cause) {
    super(cause);
    this.stage = stage;
  }

  String stage() {
    return stage;
  }
}
