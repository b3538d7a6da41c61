package dev.millrace.ingest;

/**
 * How far a push has come in an input, for going on after an outage without telling and counting
 * anything twice.
 *
 * @param started files begun, or passed by
 * @param done files that need not be looked at again
 */
record Reached(long started, long done) {
  static final Reached NOTHING = new Reached(0, 0);

  /** The next file begins. */
  Reached start() {
    return new Reached(started + 1, done);
  }

  /** The file begun last is done with. */
  Reached finish() {
    return new Reached(started, started);
  }

  /** Where another attempt begins: a file that was begun is begun again. */
  Reached again() {
    return new Reached(done, done);
  }
}
