package dev.millrace.runtime.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What is done to every file of a directory tree. */
final class Tree {
  private static final int BUFFER_BYTES = 1 << 20;

  private Tree() {}

  /** SHA-256 of every file by its relative name. Links and other special files are refused. */
  static SortedMap<String, String> hash(Path directory) throws IOException {
    SortedMap<String, String> hashes = new TreeMap<>();
    for (Path path : inside(directory)) {
      if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) continue;
      if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(path + " is neither a file nor a directory");
      }
      hashes.put(name(directory, path), sha256(path));
    }
    return hashes;
  }

  static String name(Path directory, Path path) {
    return directory.relativize(path).toString().replace('\\', '/');
  }

  static String sha256(Path file) throws IOException {
    try (InputStream input = Files.newInputStream(file)) {
      return hex(sha256(input));
    }
  }

  /** Of all that is left of it. */
  static byte[] sha256(InputStream input) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
      digest.update(buffer, 0, read);
    }
    return digest.digest();
  }

  static byte[] sha256(byte[] bytes) {
    return digest().digest(bytes);
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** Forces every file, then every directory from the leaves up, to the disk. */
  static void force(Path directory) throws IOException {
    List<Path> leavesFirst = inside(directory).stream().sorted(Comparator.reverseOrder()).toList();
    for (Path path : leavesFirst) forceOne(path);
    forceOne(directory);
  }

  static void forceOne(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Makes a directory and those above it that are missing; they survive a power cut. */
  static void make(Path directory) throws IOException {
    if (Files.isDirectory(directory)) return;
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) make(parent);
    Files.createDirectories(directory);
    if (parent != null) forceOne(parent);
  }

  /** The tree and its root; nothing where it is absent. */
  static void delete(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) return;
    List<Path> leavesFirst = inside(root).stream().sorted(Comparator.reverseOrder()).toList();
    for (Path path : leavesFirst) Files.deleteIfExists(path);
    Files.deleteIfExists(root);
  }

  /** Everything below, without following links. */
  static List<Path> inside(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.filter(path -> !path.equals(root)).toList();
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
