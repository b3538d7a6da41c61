package dev.millrace.refinery.stream;

/** The refinery ended because something broke. */
public final class RefineryFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  RefineryFailedException(Throwable cause) {
    super("the refinery failed: " + root(cause), cause);
  }

  private static String root(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) root = root.getCause();
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
