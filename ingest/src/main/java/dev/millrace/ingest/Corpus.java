package dev.millrace.ingest;

import dev.millrace.ingest.source.Fingerprint;
import dev.millrace.ingest.source.Place;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What an input turned out to be.
 *
 * @param name which input it is, wherever it is read from: no two ingests push the same at a time
 * @param bytes of all its files; empty: not known
 * @param isReadableAgain whether it can be opened a second time
 */
record Corpus(
    Input input, String name, OptionalLong bytes, boolean isReadableAgain, Opener opener) {
  /** Finds the units anew. */
  interface Opener {
    Iterator<? extends Found> open() throws IOException;
  }

  /**
   * Looks at an input.
   *
   * @throws IngestException where there is none, or no permission to read it
   */
  static Corpus of(Input input, InputStream standardInput) {
    try {
      if (input.isStandardInput()) return standardInput(input, standardInput);
      if (input.isUrl()) return url(input);
      if (input.isObjects()) return objects(input, ObjectStore.ofEnvironment());
      Path path = Path.of(input.location());
      if (!Files.exists(path)) throw new IngestException(input.location() + " does not exist");
      if (!Files.isReadable(path)) {
        throw new IngestException("no permission to read " + input.location());
      }
      if (Files.isDirectory(path)) return folder(input, path);
      return Files.isRegularFile(path) ? file(input, path) : pipe(input, path);
    } catch (InvalidPathException e) {
      throw new IngestException("no path: " + input.location(), e);
    } catch (IOException e) {
      throw new IngestException(input.location() + ": " + Failures.line(e), e);
    }
  }

  private static Corpus file(Input input, Path path) throws IOException {
    String uri = path.toRealPath().toUri().toString();
    String fileName = path.getFileName().toString();
    Place place = Place.of(input.name().orElse(uri), Optional.of(uri), input.location(), fileName);
    FileUnit unit = new FileUnit(path, place, input.entries());
    return new Corpus(
        input, unit.name(), OptionalLong.of(unit.bytes()), true, () -> List.of(unit).iterator());
  }

  private static Corpus folder(Input input, Path path) throws IOException {
    String name = input.name().orElse(path.toRealPath().toUri().toString());
    Opener opener = () -> new Tree(path, name, input.entries());
    long bytes = 0;
    for (Iterator<? extends Found> found = opener.open(); found.hasNext(); ) {
      if (found.next() instanceof Unit unit) bytes += unit.bytes();
    }
    return new Corpus(input, name, OptionalLong.of(bytes), true, opener);
  }

  /** Some files of a folder; it stays the same input. */
  Corpus only(Set<Path> files) {
    Opener some =
        () -> {
          List<Found> found = new ArrayList<>();
          for (Iterator<? extends Found> all = opener.open(); all.hasNext(); ) {
            if (all.next() instanceof FileUnit unit && files.contains(unit.file())) found.add(unit);
          }
          return found.iterator();
        };
    return new Corpus(input, name, OptionalLong.empty(), isReadableAgain, some);
  }

  /** A named pipe, or what a shell makes of {@code <(command)}. */
  private static Corpus pipe(Input input, Path path) throws IOException {
    return stream(input, input.location(), Files.newInputStream(path));
  }

  private static Corpus standardInput(Input input, InputStream in) throws IOException {
    return stream(input, "standard input", in);
  }

  private static Corpus stream(Input input, String shown, InputStream in) throws IOException {
    byte[] head = in.readNBytes(Fingerprint.PART_BYTES);
    String name = input.name().orElseGet(() -> "content:" + Fingerprint.name(head));
    Place place = Place.of(name, Optional.empty(), shown, "");
    StreamUnit unit = new StreamUnit(place, input.entries(), head, in);
    return new Corpus(
        input, unit.name(), OptionalLong.empty(), false, () -> List.of(unit).iterator());
  }

  static Corpus objects(Input input, ObjectStore store) {
    Bucket bucket = Bucket.of(store, input.location());
    String name = input.name().orElseGet(bucket::name);
    Opener opener = () -> bucket.units(name, input.entries());
    return new Corpus(input, name, OptionalLong.empty(), true, opener);
  }

  private static Corpus url(Input input) {
    String name = input.name().orElse(input.shown());
    String unit = input.entries().map(chosen -> name + "!/" + chosen).orElse(name);
    Opener opener = () -> List.of(UrlUnit.of(input, name)).iterator();
    return new Corpus(input, unit, OptionalLong.empty(), true, opener);
  }
}
