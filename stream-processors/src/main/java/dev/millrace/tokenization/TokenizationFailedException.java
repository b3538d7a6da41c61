package dev.millrace.tokenization;

/** Tokenization ended because something broke; the message says what. */
public final class TokenizationFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TokenizationFailedException(Throwable cause) {
    super("tokenization failed: " + root(cause), cause);
  }

  private static String root(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) root = root.getCause();
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
