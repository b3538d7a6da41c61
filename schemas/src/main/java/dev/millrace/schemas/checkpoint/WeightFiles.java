package dev.millrace.schemas.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A directory's weights: one safetensors file, or several and the index that says which tensor is
 * in which, as Hugging Face divides large models. Either reads as one.
 */
public final class WeightFiles implements AutoCloseable {
  private final Path named;
  private final Map<Path, Safetensors> files;
  private final SortedMap<String, Path> places;

  private WeightFiles(Path named, Map<Path, Safetensors> files, SortedMap<String, Path> places) {
    this.named = named;
    this.files = files;
    this.places = places;
  }

  /**
   * Opens a directory's weights and checks every header.
   *
   * @throws DamagedCheckpointException where there are none, a file is no sound safetensors, or the
   *     index and the files contradict each other
   */
  public static WeightFiles open(CheckpointDirectory directory) throws IOException {
    Path one = directory.file(CheckpointDirectory.MODEL);
    Path index = directory.file(CheckpointDirectory.MODEL_INDEX);
    if (Files.exists(one) || !Files.exists(index)) {
      Safetensors file = Safetensors.open(one);
      SortedMap<String, Path> places = new TreeMap<>();
      for (String name : file.names()) places.put(name, one);
      return new WeightFiles(one, Map.of(one, file), places);
    }
    SortedMap<String, Path> places = places(index);
    Map<Path, Safetensors> files = new LinkedHashMap<>();
    WeightFiles weights = new WeightFiles(index, files, places);
    try {
      for (Path file : new TreeSet<>(places.values())) {
        files.put(file, Safetensors.open(file));
      }
      weights.mustAgree();
      return weights;
    } catch (IOException | RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  private static SortedMap<String, Path> places(Path index) throws IOException {
    JsonFile json = JsonFile.read(index);
    JsonNode map = json.root().path("weight_map");
    if (!map.isObject()) throw json.wrong("weight_map", "an object");
    SortedMap<String, Path> places = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String file = entry.getValue().asText();
      if (!file.matches("[A-Za-z0-9][A-Za-z0-9._-]*\\.safetensors")) {
        throw new DamagedCheckpointException(
            index,
            "tensor %s is in \"%s\", which is no file of weights".formatted(entry.getKey(), file));
      }
      places.put(entry.getKey(), index.resolveSibling(file));
    }
    return places;
  }

  private void mustAgree() throws IOException {
    for (Map.Entry<String, Path> place : places.entrySet()) {
      files.get(place.getValue()).info(place.getKey());
    }
    for (Map.Entry<Path, Safetensors> file : files.entrySet()) {
      for (String name : file.getValue().names()) {
        if (!file.getKey().equals(places.get(name))) {
          throw new DamagedCheckpointException(
              file.getKey(), "tensor %s is not there by the index".formatted(name));
        }
      }
    }
  }

  /** Names, sorted. */
  public List<String> names() {
    return new ArrayList<>(places.keySet());
  }

  /** A tensor's type and shape; empty where there is none of that name. */
  public Optional<TensorInfo> find(String name) {
    return Optional.ofNullable(places.get(name)).flatMap(file -> files.get(file).find(name));
  }

  /** The tensor's bytes as {@link Safetensors#chunks}. */
  public List<ByteBuffer> chunks(String name) throws IOException {
    return files.get(file(name)).chunks(name);
  }

  /** The file that a tensor is in; where there is none of that name, the file to look in. */
  public Path file(String name) {
    return places.getOrDefault(name, named);
  }

  @Override
  public void close() throws IOException {
    for (Safetensors file : files.values()) file.close();
  }
}
