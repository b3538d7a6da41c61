package dev.millrace.streams;

/** An application ended because something broke; the message says what. */
public final class StreamsFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The message is that of the innermost cause. */
  public StreamsFailedException(Throwable cause) {
    super(root(cause), cause);
  }

  private static String root(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) root = root.getCause();
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
