package dev.millrace.refinery.lines;

/** How often lines have been seen lately. Looking changes nothing. */
@FunctionalInterface
public interface SeenLines {
  /** Nothing was ever seen. */
  SeenLines NONE = (domain, line) -> 0;

  /**
   * In how many of the domain's latest documents a line was.
   *
   * @param line its hash
   */
  int count(String domain, long line);
}
