package dev.millrace.runtime.terminal;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Is told how far a piece of work is, in whatever it is counted in, from 0 to the total. */
@FunctionalInterface
public interface Onlooker {
  /** Work that nobody watches. */
  Onlooker NOBODY = (done, total) -> {};

  void sees(long done, long total);

  /** Shows work, beginning now, that only says how much more of the total it has done. */
  default LongConsumer adding(long total) {
    AtomicLong done = new AtomicLong();
    sees(0, total);
    return amount -> sees(done.addAndGet(amount), total);
  }
}
