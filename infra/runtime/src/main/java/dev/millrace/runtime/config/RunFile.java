package dev.millrace.runtime.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.nodes.MappingNode;

/**
 * A YAML file read into a record. Keys are the names of record components, as they are. What the
 * file does not say comes from {@link Default}; without one, a nested record is made of its own
 * defaults, an {@code Optional} is empty, and everything else is missing. A key with nothing behind
 * it counts as not said. A record's compact constructor judges its values by throwing {@link
 * IllegalArgumentException} with a message that begins with the name of the component.
 *
 * <p>Components may be {@code String}, {@code Path}, {@code boolean}, {@code int} and {@code long}
 * ({@code 2_000_000}, {@code 2M}; k, M and G are powers of 1000), {@code double}, {@code Duration}
 * ({@code 250ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 7d} or ISO 8601), enums ({@code
 * EASY_TO_HARD} is {@code easy-to-hard} or {@code easy_to_hard}), records, and {@code Optional},
 * {@code List} and {@code Map} (keys are text, in file order) of those.
 *
 * <p>Only plain data is read: no tags, no aliases, no more than {@value #BYTES_MAX} bytes.
 *
 * @param settings every value, in the order of the records' components
 */
public record RunFile<T extends Record>(T value, List<Setting> settings) {
  /** A larger file is refused unread. */
  public static final int BYTES_MAX = 1 << 20;

  public RunFile {
    settings = List.copyOf(settings);
  }

  /**
   * Reads a file.
   *
   * @throws InvalidRunFileException with every problem, also when the file cannot be read
   */
  public static <T extends Record> RunFile<T> read(Path file, Class<T> type) {
    return parse(text(file), file.toString(), type);
  }

  /**
   * Reads text.
   *
   * @param name what problems and settings call the text, usually a file name
   * @throws InvalidRunFileException with every problem
   */
  public static <T extends Record> RunFile<T> parse(String yaml, String name, Class<T> type) {
    List<Problem> problems = new ArrayList<>();
    List<Setting> settings = new ArrayList<>();
    MappingNode root = YamlText.mapping(yaml, name, problems);
    refuse(problems);
    Object value = new Binder(name, problems, settings).root(root, type);
    refuse(problems);
    return new RunFile<>(type.cast(value), settings);
  }

  /** The settings as a run file again, with all defaults said and each source as a comment. */
  public String toYaml() {
    return EffectiveYaml.of(settings);
  }

  private static void refuse(List<Problem> problems) {
    if (!problems.isEmpty()) throw new InvalidRunFileException(problems);
  }

  private static String text(Path file) {
    try {
      if (Files.isDirectory(file)) throw unreadable(file, "is a directory");
      if (Files.size(file) > BYTES_MAX) {
        throw unreadable(file, "is larger than " + BYTES_MAX + " bytes, so not a run file");
      }
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw unreadable(file, "does not exist");
    } catch (CharacterCodingException e) {
      throw unreadable(file, "is not UTF-8 text");
    } catch (IOException e) {
      throw unreadable(file, "cannot be read: " + e);
    }
  }

  private static InvalidRunFileException unreadable(Path file, String why) {
    return new InvalidRunFileException(List.of(new Problem(file.toString(), "", why)));
  }
}
