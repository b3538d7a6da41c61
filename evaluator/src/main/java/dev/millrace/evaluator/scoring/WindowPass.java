package dev.millrace.evaluator.scoring;

/** A pass over one window, which has a token on either side of it in the model. */
interface WindowPass extends Pass {
  /** Tokens around a window. */
  int AROUND = 2;

  Window window();

  @Override
  default int document() {
    return window().document();
  }

  @Override
  default int length() {
    return window().length() + AROUND;
  }

  @Override
  default int first() {
    return window().from() - 1; // There stands what begins a row, or what the decoder writes first.
  }
}
