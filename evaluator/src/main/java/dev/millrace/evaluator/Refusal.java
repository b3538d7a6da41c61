package dev.millrace.evaluator;

/** Why a checkpoint is not evaluated: it is damaged, or does not compute what was trained. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  Refusal(String reason) {
    super(reason);
  }

  /** In one line. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
