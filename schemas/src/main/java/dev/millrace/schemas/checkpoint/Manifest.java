package dev.millrace.schemas.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a checkpoint directory holds: every file's size and SHA-256 and the checksums of its
 * tensors, written last, as {@value #FILE_NAME}. A directory without one is torn.
 *
 * @param files by name, sorted; the manifest itself is not among them
 */
public record Manifest(SortedMap<String, Entry> files) {
  /** The manifest's own name. */
  public static final String FILE_NAME = "manifest.json";

  /** What this code writes and the newest that it reads. */
  public static final int VERSION = 1;

  /**
   * One file.
   *
   * @param sha256 lower-case hex
   * @param crc32c of each tensor, of safetensors files: says which one a damage is in; none in
   *     manifests that were written before there were any
   */
  public record Entry(long bytes, String sha256, SortedMap<String, String> crc32c) {
    public Entry {
      if (bytes < 0 || !sha256.matches("[0-9a-f]{64}")) {
        throw new IllegalArgumentException("no size and SHA-256: " + bytes + ", " + sha256);
      }
      crc32c = Collections.unmodifiableSortedMap(new TreeMap<>(crc32c));
    }

    private static Entry of(Path file) throws IOException {
      return new Entry(Files.size(file), Sha256.of(file), tensors(file));
    }

    private static SortedMap<String, String> tensors(Path file) throws IOException {
      if (!file.toString().endsWith(".safetensors")) return new TreeMap<>();
      try (Safetensors tensors = Safetensors.open(file)) {
        return tensors.crc32c();
      } catch (DamagedCheckpointException e) {
        return new TreeMap<>(); // Whoever opens it will say so; here it is a file like others.
      }
    }

    /**
     * The first tensor that is another, as the beginning of a message; empty where none is known.
     *
     * @throws DamagedCheckpointException where the file's header does not hold, naming where
     */
    private String altered(Path file) throws IOException {
      if (crc32c.isEmpty()) return "";
      try (Safetensors tensors = Safetensors.open(file)) {
        SortedMap<String, String> now = tensors.crc32c();
        return crc32c.keySet().stream()
            .filter(name -> !crc32c.get(name).equals(now.get(name)))
            .findFirst()
            .map("tensor %s is not as it was written: "::formatted)
            .orElse("");
      }
    }
  }

  public Manifest {
    files.keySet().forEach(Manifest::checkName);
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  private static void checkName(String name) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*") || name.equals(FILE_NAME)) {
      throw new IllegalArgumentException("no name of a checkpoint's file: " + name);
    }
  }

  /** Sizes and hashes of the plain files that are in a directory now. */
  public static Manifest of(Path directory) throws IOException {
    SortedMap<String, Entry> files = new TreeMap<>();
    try (Stream<Path> paths = Files.list(directory)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        String name = path.getFileName().toString();
        if (name.equals(FILE_NAME)) continue;
        files.put(name, Entry.of(path));
      }
    }
    return new Manifest(files);
  }

  /**
   * Reads a directory's manifest.
   *
   * @throws DamagedCheckpointException where there is none, or it cannot be read
   */
  public static Manifest read(Path directory) throws IOException {
    JsonFile json = JsonFile.read(directory.resolve(FILE_NAME));
    long version = json.wholeNumber("version");
    if (version < 1 || version > VERSION) {
      throw new DamagedCheckpointException(
          json.file(), "format version " + version + " is not known; the newest is " + VERSION);
    }
    if (!json.root().path("files").isObject()) throw json.wrong("files", "an object");
    SortedMap<String, Entry> files = new TreeMap<>();
    try {
      for (Map.Entry<String, JsonNode> file : json.root().path("files").properties()) {
        JsonFile entry = new JsonFile(json.file(), file.getValue());
        SortedMap<String, String> crc32c = new TreeMap<>();
        for (Map.Entry<String, JsonNode> sum : entry.root().path("crc32c").properties()) {
          crc32c.put(sum.getKey(), sum.getValue().asText());
        }
        files.put(
            file.getKey(), new Entry(entry.wholeNumber("bytes"), entry.text("sha256"), crc32c));
      }
      return new Manifest(files);
    } catch (IllegalArgumentException e) {
      throw new DamagedCheckpointException(json.file(), e.getMessage(), e);
    }
  }

  /** Writes {@value #FILE_NAME} into a directory that has none yet, and forces it to the disk. */
  public void write(Path directory) throws IOException {
    ObjectNode root = JsonFile.JSON.createObjectNode().put("version", VERSION);
    ObjectNode entries = root.putObject("files");
    files.forEach(
        (name, entry) -> {
          ObjectNode file = entries.putObject(name);
          file.put("bytes", entry.bytes()).put("sha256", entry.sha256());
          if (!entry.crc32c().isEmpty()) entry.crc32c().forEach(file.putObject("crc32c")::put);
        });
    JsonFile.write(directory.resolve(FILE_NAME), root);
  }

  /** SHA-256 by file name, as checkpoint announcements carry it. */
  public Map<String, String> hashes() {
    return files.entrySet().stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> e.getValue().sha256()));
  }

  /**
   * Reads every file again and compares. Files that the manifest does not name are nobody's
   * business.
   *
   * @throws DamagedCheckpointException for the first file that is missing or differs
   */
  public void verify(Path directory) throws IOException {
    verify(directory, bytes -> {});
  }

  /** As above; told of the bytes as they are read, of {@link #bytes} in all. */
  public void verify(Path directory, LongConsumer reading) throws IOException {
    for (Map.Entry<String, Entry> file : files.entrySet()) {
      verify(directory.resolve(file.getKey()), file.getValue(), reading);
    }
  }

  /** Of all files together. */
  public long bytes() {
    return files.values().stream().mapToLong(Entry::bytes).sum();
  }

  private static void verify(Path file, Entry expected, LongConsumer reading) throws IOException {
    if (!Files.isRegularFile(file)) throw new DamagedCheckpointException(file, "no such file");
    long bytes = Files.size(file);
    if (bytes != expected.bytes()) {
      throw new DamagedCheckpointException(
          file,
          "%s%d bytes where the manifest says %d"
              .formatted(expected.altered(file), bytes, expected.bytes()));
    }
    String sha256 = Sha256.of(file, reading);
    if (!sha256.equals(expected.sha256())) {
      throw new DamagedCheckpointException(
          file,
          "%sSHA-256 %s where the manifest says %s"
              .formatted(expected.altered(file), sha256, expected.sha256()));
    }
  }
}
