package dev.millrace.runtime.artifacts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Artifacts in a directory of a file system, each forced to the disk before it has its final name.
 *
 * <p>What a killed process had begun is cleared away by the next one that publishes or deletes
 * here.
 */
public final class FolderStore implements ArtifactStore {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");
  private static final Pattern FULL =
      Pattern.compile("no space left|quota exceeded|file too large", Pattern.CASE_INSENSITIVE);
  private static final long AS_GOOD_AS_FULL_BYTES = 64 << 10;

  private final Path root;
  private final Staging staging;

  private FolderStore(Path root) {
    this.root = root;
    this.staging = new Staging(root.resolve(".staging"));
  }

  /** Touches nothing yet; the directory is made when it is first needed. */
  public static FolderStore at(Path root) {
    return new FolderStore(root.toAbsolutePath().normalize());
  }

  @Override
  public Published publish(String name, Contents contents) throws IOException {
    Path target = directory(name);
    return unlessFull(
        name,
        () -> {
          staging.clear();
          refuseTaken(target);
          return publish(name, target, contents);
        });
  }

  private Published publish(String name, Path target, Contents contents) throws IOException {
    try (Staging.Place place = staging.begin()) {
      // Inside, so that the free bytes are counted before the place is removed.
      SortedMap<String, String> hashes = unlessFull(name, () -> write(contents, place.path()));
      staging.exclusively(
          () -> {
            refuseTaken(target); // A rename would replace an empty directory.
            return Files.move(place.path(), target, StandardCopyOption.ATOMIC_MOVE);
          });
      Tree.forceOne(root);
      return new Published(target.toUri(), hashes);
    }
  }

  Path root() {
    return root;
  }

  @Override
  public Path fetch(String name) throws IOException {
    Path directory = directory(name);
    if (Files.isDirectory(directory)) return directory;
    throw new DamagedArtifactException(directory.toString(), "no such file or directory");
  }

  @Override
  public byte[] read(String name, String file) throws IOException {
    Path path = directory(name).resolve(file);
    try {
      return Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      throw new DamagedArtifactException(path.toString(), "no such file");
    }
  }

  @Override
  public boolean has(String name) {
    return Files.isDirectory(directory(name), LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether this could be an artifact's. */
  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** The name, if it could be an artifact's. */
  static String requireName(String name) {
    if (!isName(name)) throw notAName(name);
    return name;
  }

  /** The name of the artifact that a {@link Published#uri} names. */
  static String nameIn(URI uri) {
    if (uri.isOpaque()) throw notAName(uri.toString());
    String path = uri.getPath();
    String name = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    return requireName(name.substring(name.lastIndexOf('/') + 1));
  }

  /** Where the artifact of this name is, or would be. */
  public Path directory(String name) {
    Path directory = root.resolve(requireName(name)).normalize();
    // Said twice on purpose: what is resolved here may be deleted, and an absolute name leaves
    // root.
    if (!root.equals(directory.getParent())) throw notAName(name);
    return directory;
  }

  @Override
  public List<String> names() throws IOException {
    if (!Files.isDirectory(root)) return List.of();
    try (Stream<Path> paths = Files.list(root)) {
      return paths
          .filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .map(path -> path.getFileName().toString())
          .filter(FolderStore::isName)
          .sorted()
          .toList();
    }
  }

  @Override
  public boolean delete(String name) throws IOException {
    Path target = directory(name);
    staging.clear();
    if (!has(name)) return false;
    try (Staging.Place place = staging.begin()) {
      Files.move(target, place.path(), StandardCopyOption.ATOMIC_MOVE);
      Tree.forceOne(root);
    }
    return true;
  }

  @Override
  public void clear() throws IOException {
    staging.clear();
  }

  /**
   * Compares a directory with what was published.
   *
   * @param expected SHA-256 by relative file name
   * @return nothing if all is well; everything missing if there is no directory
   */
  public static List<Difference> verify(Path directory, Map<String, String> expected)
      throws IOException {
    SortedMap<String, String> actual =
        Files.isDirectory(directory) ? Tree.hash(directory) : new TreeMap<>();
    TreeSet<String> files = new TreeSet<>(expected.keySet());
    files.addAll(actual.keySet());
    List<Difference> differences = new ArrayList<>();
    for (String file : files) {
      if (!actual.containsKey(file)) {
        differences.add(new Difference(file, Difference.Kind.MISSING));
      } else if (!expected.containsKey(file)) {
        differences.add(new Difference(file, Difference.Kind.UNEXPECTED));
      } else if (!actual.get(file).equalsIgnoreCase(expected.get(file))) {
        differences.add(new Difference(file, Difference.Kind.CHANGED));
      }
    }
    return differences;
  }

  private static SortedMap<String, String> write(Contents contents, Path place) throws IOException {
    Files.createDirectory(place);
    contents.write(place);
    SortedMap<String, String> hashes = Tree.hash(place);
    Tree.force(place);
    return hashes;
  }

  private <T> T unlessFull(String name, Staging.Work<T> work) throws IOException {
    try {
      return work.run();
    } catch (ArtifactStoreFullException | FileAlreadyExistsException e) {
      throw e;
    } catch (IOException | UncheckedIOException | InternalError e) { // The last from mapped files.
      long bytesFree =
          Files.exists(root) ? Files.getFileStore(root).getUsableSpace() : Long.MAX_VALUE;
      if (isFull(e, bytesFree)) throw new ArtifactStoreFullException(root, name, bytesFree, e);
      throw e;
    }
  }

  private static boolean isFull(Throwable failure, long bytesFree) {
    if (bytesFree < AS_GOOD_AS_FULL_BYTES) return true; // In a language that FULL does not know.
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (FULL.matcher(String.valueOf(t.getMessage())).find()) return true;
    }
    return false;
  }

  private static IllegalArgumentException notAName(String name) {
    return new IllegalArgumentException("not the name of an artifact: " + name);
  }

  private static void refuseTaken(Path target) throws IOException {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(target.toString());
    }
  }
}
