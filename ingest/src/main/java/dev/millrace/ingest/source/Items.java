package dev.millrace.ingest.source;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;

/**
 * The items of one source, in an order that is the same each time it is read: a position in that
 * order is what an interrupted push continues from.
 *
 * <p>Damage is an item. What is thrown is not the source's fault: an {@link
 * java.io.UncheckedIOException} says that the device could not be read.
 */
public interface Items extends AutoCloseable {

  /** The next item; empty at the end and ever after. */
  Optional<Item> next();

  @Override
  void close();

  /** Some items that are known already. */
  static Items of(Item... items) {
    Iterator<Item> rest = Arrays.asList(items).iterator();
    return new Items() {
      @Override
      public Optional<Item> next() {
        return rest.hasNext() ? Optional.of(rest.next()) : Optional.empty();
      }

      @Override
      public void close() {}
    };
  }
}
