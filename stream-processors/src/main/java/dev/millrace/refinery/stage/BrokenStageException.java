package dev.millrace.refinery.stage;

/** A stage could not judge a document. */
public final class BrokenStageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String stage;

  /**
   * In one stage.
   *
   * @param cause what it threw
   */
  public BrokenStageException(String stage, Throwable cause) {
    super(stage + ": " + cause, cause);
    this.stage = stage;
  }

  /** Its name, as in the run file. */
  public String stage() {
    return stage;
  }
}
