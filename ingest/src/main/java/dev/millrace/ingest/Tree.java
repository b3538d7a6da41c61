package dev.millrace.ingest;

import dev.millrace.ingest.source.Glob;
import dev.millrace.ingest.source.Place;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The files of a folder and the folders in it, in the order of their names. Hidden ones (a leading
 * dot) are left out, as are special files; links are followed, but not in circles. In memory are
 * the names of the folders on the way, no more.
 */
final class Tree implements Iterator<Found> {
  private final Path root;
  private final String name;
  private final Optional<Glob> entries;
  private final Deque<Level> levels = new ArrayDeque<>();
  private Optional<Found> next = Optional.empty();

  /** A folder that is being walked; its real path tells circles. */
  private record Level(Path real, Iterator<Path> children) {}

  /**
   * @param root as the user wrote it
   * @param name of the folder; those of its files begin with it
   */
  Tree(Path root, String name, Optional<Glob> entries) {
    this.root = root;
    this.name = name.endsWith("/") ? name : name + "/";
    this.entries = entries;
    enter(root);
  }

  @Override
  public boolean hasNext() {
    while (next.isEmpty() && !levels.isEmpty()) {
      Iterator<Path> children = levels.getLast().children();
      if (children.hasNext()) {
        visit(children.next());
      } else {
        levels.removeLast();
      }
    }
    return next.isPresent();
  }

  @Override
  public Found next() {
    if (!hasNext()) throw new NoSuchElementException();
    Found found = next.orElseThrow();
    next = Optional.empty();
    return found;
  }

  private void visit(Path path) {
    if (Files.isDirectory(path)) {
      enter(path);
    } else if (Files.isRegularFile(path)) {
      String within = within(path);
      if (entries.isEmpty() || entries.get().matches(within))
        next = Optional.of(file(path, within));
    } else if (Files.isSymbolicLink(path)) {
      next = Optional.of(new Found.Unreadable(path.toString(), "the link leads nowhere"));
    }
  }

  private void enter(Path folder) {
    try {
      Path real = folder.toRealPath();
      if (levels.stream().anyMatch(level -> level.real().equals(real))) return;
      levels.addLast(new Level(real, children(folder)));
    } catch (IOException e) {
      next = Optional.of(new Found.Unreadable(folder.toString(), Failures.line(e)));
    }
  }

  private static Iterator<Path> children(Path folder) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path child : stream) {
        if (!child.getFileName().toString().startsWith(".")) children.add(child);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    children.sort(Comparator.comparing(child -> child.getFileName().toString()));
    return children.iterator();
  }

  private String within(Path file) {
    List<String> names = new ArrayList<>();
    for (Path part : root.relativize(file)) names.add(part.toString());
    return String.join("/", names);
  }

  private FileUnit file(Path file, String within) {
    String uri = file.toAbsolutePath().normalize().toUri().toString();
    Place place =
        Place.of(name + within, Optional.of(uri), file.toString(), file.getFileName().toString());
    return new FileUnit(file, place.withPath(within), Optional.empty());
  }
}
