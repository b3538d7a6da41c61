package dev.millrace.runtime.artifacts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What an artifact in an object store is made of. Its object is put there last: where there is none
 * there is no artifact.
 *
 * @param version of this format
 * @param upload the part of the keys that no other upload shares, of the same name neither
 * @param files by their names relative to the artifact, sorted
 */
record ObjectManifest(int version, String upload, SortedMap<String, Entry> files) {
  static final String KEY = "manifest.json";

  /** More is not a manifest of ours. */
  static final int BYTES_MAX = 16 << 20;

  private static final int VERSION = 1;
  private static final int KEY_CHARACTERS_MAX = 1_024; // As S3 has it.
  private static final Pattern UPLOAD =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Pattern FILE =
      // Possessive: a group that may give back is matched by recursion, one frame for each part.
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*+(/[A-Za-z0-9_][A-Za-z0-9._-]*+)*+");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * One file.
   *
   * @param sha256 in lower-case hexadecimal
   */
  record Entry(long bytes, String sha256) {
    Entry {
      require(bytes >= 0 && SHA256.matcher(sha256).matches(), "no size and SHA-256");
    }
  }

  ObjectManifest {
    require(version == VERSION, "version " + version + " where " + VERSION + " is known");
    require(UPLOAD.matcher(upload).matches(), "no id of an upload");
    for (Map.Entry<String, Entry> file : files.entrySet()) {
      // What is fetched is written under this name.
      require(file.getKey().length() <= KEY_CHARACTERS_MAX, "too long a name of a file");
      require(FILE.matcher(file.getKey()).matches(), "no name of a file: " + file.getKey());
      Objects.requireNonNull(file.getValue(), "nothing about a file"); // JSON has nulls.
    }
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /** Of a directory whose files have these hashes. */
  static ObjectManifest of(String upload, Path directory, Map<String, String> sha256)
      throws IOException {
    SortedMap<String, Entry> files = new TreeMap<>();
    for (Map.Entry<String, String> file : sha256.entrySet()) {
      long bytes = Files.size(directory.resolve(file.getKey()));
      files.put(file.getKey(), new Entry(bytes, file.getValue()));
    }
    return new ObjectManifest(VERSION, upload, files);
  }

  /**
   * What was read.
   *
   * @param place where, for the message
   * @throws DamagedArtifactException for anything that this code would not have written
   */
  static ObjectManifest of(byte[] json, String place) throws IOException {
    ObjectManifest manifest;
    try {
      manifest = JSON.readValue(json, ObjectManifest.class);
    } catch (JsonProcessingException e) {
      throw new DamagedArtifactException(place, "no manifest: " + firstLine(e));
    } catch (CharConversionException e) {
      throw new DamagedArtifactException(place, "no manifest: not UTF-8");
    }
    if (manifest == null) throw new DamagedArtifactException(place, "no manifest: null");
    return manifest;
  }

  private static String firstLine(JsonProcessingException e) {
    return e.getOriginalMessage().lines().findFirst().orElse("");
  }

  byte[] json() throws IOException {
    return JSON.writerWithDefaultPrettyPrinter()
        .writeValueAsString(this)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Of all files. */
  long bytes() {
    return files.values().stream().mapToLong(Entry::bytes).sum();
  }

  /** SHA-256 by file. */
  Map<String, String> sha256() {
    return files.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, file -> file.getValue().sha256()));
  }

  private static void require(boolean holds, String problem) {
    if (!holds) throw new IllegalArgumentException(problem);
  }
}
