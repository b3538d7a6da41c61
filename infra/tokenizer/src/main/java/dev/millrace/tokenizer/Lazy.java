package dev.millrace.tokenizer;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Made once, by the first thread that asks. */
final class Lazy<T> {
  private final Supplier<T> source;
  private @Nullable T value;

  Lazy(Supplier<T> source) {
    this.source = source;
  }

  synchronized T get() {
    T made = value;
    if (made == null) {
      made = source.get();
      value = made;
    }
    return made;
  }
}
