package dev.millrace.refinery.stage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A list that a stage judges by: UTF-8, one entry a line, {@code #} before a comment. */
public final class ListFile {
  private ListFile() {}

  /**
   * The entries of a file, else of a built-in list, without white space at their ends.
   *
   * @param owner beside which the built-in list lies
   * @param builtIn its name without {@code .txt}
   * @throws UncheckedIOException naming the file that cannot be read
   */
  public static List<String> read(Optional<Path> file, Class<?> owner, String builtIn) {
    String text = new String(bytes(file, owner, builtIn), StandardCharsets.UTF_8);
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && line.charAt(0) != '#')
        .toList();
  }

  private static byte[] bytes(Optional<Path> file, Class<?> owner, String builtIn) {
    try (InputStream in =
        file.isPresent() ? Files.newInputStream(file.get()) : resource(owner, builtIn)) {
      return in.readAllBytes();
    } catch (IOException e) {
      Path named = file.orElseThrow(() -> new UncheckedIOException(builtIn, e));
      String reason = e instanceof NoSuchFileException ? "it does not exist" : e.getMessage();
      String message = "cannot read the list %s: %s".formatted(named, reason);
      throw new UncheckedIOException(message, new IOException(message, e));
    }
  }

  private static InputStream resource(Class<?> owner, String name) {
    InputStream resource = owner.getResourceAsStream(name + ".txt");
    if (resource == null) throw new IllegalStateException("no built-in list " + name);
    return resource;
  }
}
