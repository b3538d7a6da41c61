package dev.millrace.refinery.url;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A list of strings, one a line, in lower case.
 *
 * @param entries without blank lines and comments
 */
record Blocklist(Set<String> entries) {

  Blocklist {
    entries = Set.copyOf(entries);
  }

  /** From a file, else the built-in list of this name. */
  static Blocklist read(Optional<Path> file, String builtIn) {
    try (InputStream bytes =
            file.isPresent() ? Files.newInputStream(file.get()) : resource(builtIn);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
      return new Blocklist(
          lines
              .lines()
              .map(line -> line.strip().toLowerCase(Locale.ROOT))
              .filter(line -> !line.isEmpty() && line.charAt(0) != '#')
              .collect(Collectors.toSet()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the list " + file.orElseThrow(), e);
    }
  }

  private static InputStream resource(String name) {
    InputStream resource = Blocklist.class.getResourceAsStream(name + ".txt");
    if (resource == null) throw new IllegalStateException("no built-in list " + name);
    return resource;
  }

  /** How many of these are in the list. */
  int countOf(Set<String> strings) {
    int count = 0;
    for (String string : strings) {
      if (entries.contains(string)) count++;
    }
    return count;
  }

  /** How many of the list are in this. */
  int countIn(String string) {
    int count = 0;
    for (String entry : entries) {
      if (string.contains(entry)) count++;
    }
    return count;
  }
}
