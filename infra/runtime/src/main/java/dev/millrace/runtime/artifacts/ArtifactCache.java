package dev.millrace.runtime.artifacts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Copies of artifacts on this machine's disk, by an id that is never given twice. Of those that
 * nobody uses, the ones that were used least recently go where there are too many bytes; the copy
 * that was looked for last is in use until another is looked for, the one that was made last until
 * another is made, and both no longer than the process. Any number of processes may share the
 * folder.
 */
final class ArtifactCache {
  private final FolderStore copies;
  private final long bytesMax;
  private final Holds found;
  private final Holds made;

  ArtifactCache(FolderStore copies, long bytesMax) {
    this.copies = copies;
    this.bytesMax = bytesMax;
    this.found = new Holds(copies.root().resolve(".held"));
    this.made = new Holds(copies.root().resolve(".held"));
  }

  /**
   * The copy with these files, if it is here; if it is not, and is made now, it is in use as if it
   * had been here.
   *
   * @param sha256 by file; a copy that differs is thrown away
   */
  synchronized Optional<Path> find(String id, Map<String, String> sha256) throws IOException {
    found.holdOnly(id); // Before it is looked for, so that it does not go in between.
    if (!copies.has(id)) return Optional.empty();
    Path copy = copies.directory(id);
    if (!FolderStore.verify(copy, sha256).isEmpty()) {
      copies.delete(id);
      return Optional.empty();
    }
    Files.setLastModifiedTime(copy, FileTime.from(Instant.now()));
    return Optional.of(copy);
  }

  /**
   * Makes a copy.
   *
   * @param name of the artifact, for people
   * @throws ArtifactStoreFullException where the disk is full although all that nobody uses is gone
   */
  synchronized Published keep(String id, String name, ArtifactStore.Contents contents)
      throws IOException {
    made.holdOnly(id);
    try {
      return kept(id, contents);
    } catch (ArtifactStoreFullException e) {
      throw new ArtifactStoreFullException(e.store(), name, e.bytesFree(), e.getCause());
    }
  }

  private Published kept(String id, ArtifactStore.Contents contents) throws IOException {
    Published copy;
    try {
      copy = copies.publish(id, contents);
    } catch (ArtifactStoreFullException e) {
      if (!shrink(0)) throw e;
      copy = copies.publish(id, contents);
    }
    shrink(bytesMax);
    return copy;
  }

  Path directory(String id) {
    return copies.directory(id);
  }

  synchronized void remove(String id) throws IOException {
    copies.delete(id);
  }

  private record Copy(String id, long bytes, FileTime used) {}

  private boolean shrink(long wanted) throws IOException {
    List<Copy> leastRecentFirst = new ArrayList<>();
    for (String id : copies.names()) leastRecentFirst.add(copy(id));
    leastRecentFirst.sort(Comparator.comparing(Copy::used));
    long bytes = leastRecentFirst.stream().mapToLong(Copy::bytes).sum();
    boolean any = false;
    for (Copy copy : leastRecentFirst) {
      if (bytes <= wanted) break;
      if (!made.unlessHeld(copy.id(), () -> copies.delete(copy.id()))) continue;
      bytes -= copy.bytes();
      any = true;
    }
    return any;
  }

  private Copy copy(String id) throws IOException {
    Path directory = copies.directory(id);
    long bytes = 0;
    for (Path path : Tree.inside(directory))
      if (Files.isRegularFile(path)) bytes += Files.size(path);
    return new Copy(id, bytes, Files.getLastModifiedTime(directory));
  }
}
