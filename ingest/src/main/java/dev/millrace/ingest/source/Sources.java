package dev.millrace.ingest.source;

import dev.millrace.ingest.source.Source.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Opens files and streams. */
public final class Sources {
  /** Archives within archives, and layers of compression, beyond which nothing is opened. */
  static final int DEPTH_MAX = 8;

  private Sources() {}

  /**
   * What was opened.
   *
   * @param format empty where there is nothing, or nothing that can be read
   */
  public record Opened(Items items, Optional<Format> format, boolean isEmpty) {}

  /**
   * A regular file.
   *
   * @param entries which entries to read where it is an archive; empty: all
   * @throws IOException where it cannot be opened
   */
  public static Opened open(
      Path file, Place place, ReadOptions options, Optional<Glob> entries, Meter meter)
      throws IOException {
    InputStream in = new DeviceInput(Files.newInputStream(file), meter);
    return guarded(place, in, Optional.of(file), scope(options, entries, meter));
  }

  /** A stream, which is closed with the items. */
  public static Opened open(
      InputStream in, Place place, ReadOptions options, Optional<Glob> entries, Meter meter)
      throws IOException {
    DeviceInput device = new DeviceInput(in, meter);
    return guarded(place, device, Optional.empty(), scope(options, entries, meter));
  }

  private static Scope scope(ReadOptions options, Optional<Glob> entries, Meter meter) {
    return new Scope(options, entries, meter, new Expansion(meter), 0);
  }

  private static Opened guarded(Place place, InputStream in, Optional<Path> file, Scope scope)
      throws IOException {
    try {
      return open(place, in, file, scope);
    } catch (UncheckedIOException e) {
      close(in);
      throw e.getCause();
    }
  }

  /** Unpacks, tells the format and reads. Damage is an item. */
  static Opened open(Place place, InputStream in, Optional<Path> file, Scope scope) {
    try {
      return unpack(place, in, file, scope);
    } catch (IOException e) {
      close(in);
      return nothing(new Item.Damaged(place.shown(), 0, String.valueOf(e.getMessage())));
    }
  }

  private static Opened unpack(Place place, InputStream in, Optional<Path> file, Scope scope)
      throws IOException {
    PeekedInput peeked = new PeekedInput(in);
    try {
      String name = place.fileName();
      Optional<Path> exact = file;
      Optional<Compression> compression = Compression.ofMagic(peeked.head());
      for (int layer = 1; compression.isPresent(); layer++) {
        if (layer > DEPTH_MAX) throw DamageException.ahead("compressed too often over");
        InputStream unpacked = compression.get().open(peeked);
        boolean nested = layer > 1 || scope.depth() > 0;
        peeked = new PeekedInput(nested ? scope.expansion().watch(unpacked) : unpacked);
        name = compression.get().stripped(name);
        exact = Optional.empty();
        compression = Compression.ofMagic(peeked.head());
      }
      return read(place, plainName(name, peeked.head()), peeked, exact, scope);
    } catch (IOException e) {
      close(peeked); // And all layers below it, of which some hold native memory.
      throw e;
    }
  }

  /** Text that claims to be compressed is only misnamed; anything else is damaged. */
  private static String plainName(String name, byte[] head) throws DamageException {
    Optional<Compression> claimed = Compression.ofName(name);
    if (claimed.isEmpty()) return name;
    if (!MediaTypes.isText(head)) {
      throw DamageException.ahead("is no " + claimed.get().kind() + ", as its name says");
    }
    return claimed.get().stripped(name);
  }

  private static Opened read(
      Place place, String name, PeekedInput in, Optional<Path> file, Scope scope) {
    if (in.isEmpty()) {
      close(in);
      return new Opened(Items.of(), Optional.empty(), true);
    }
    Optional<Format> format = Format.of(name, in.head(), scope.options().format());
    if (format.isEmpty()) {
      close(in);
      return nothing(new Item.Unsupported(place.shown(), "no text"));
    }
    Items items = format.get().read(new Source(place, name, in, file, scope));
    return new Opened(items, format, false);
  }

  private static Opened nothing(Item item) {
    return new Opened(Items.of(item), Optional.empty(), false);
  }

  /** What was read is read: a failure to close takes nothing back. */
  static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      if (e instanceof InterruptedException) Thread.currentThread().interrupt();
    }
  }
}
