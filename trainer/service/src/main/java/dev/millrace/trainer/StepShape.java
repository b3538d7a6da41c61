package dev.millrace.trainer;

/**
 * How sequences become a step. It depends on the step alone, so that a resumed run takes the same
 * ones.
 *
 * @param sequencesPerMicrobatch taken from the curriculum together
 * @param microbatches in the step
 * @param contextLength longer rows are cut into pieces of at most so many tokens
 */
record StepShape(int sequencesPerMicrobatch, int microbatches, int contextLength) {

  /** What the step takes from the curriculum, whatever the context length is. */
  int sequences() {
    return Math.multiplyExact(sequencesPerMicrobatch, microbatches);
  }
}
