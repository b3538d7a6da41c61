package dev.millrace.curriculum;

/** Which of a domain's waiting sequences goes first. */
public enum Order {
  /** As they came. */
  ARRIVAL,
  /** Any, at random, and the same every time: a shuffle buffer as large as the window. */
  SHUFFLED,
  /**
   * The earliest among those that the learner is ready for: the easiest share c of the window,
   * where competence c grows with the square root of the tokens trained on (Platanios et al. 2019,
   * arXiv:1903.09848).
   */
  EASY_TO_HARD,
  /** The shortest segments first. */
  SHORT_TO_LONG,
  /** The best come last. */
  QUALITY_LATE
}
