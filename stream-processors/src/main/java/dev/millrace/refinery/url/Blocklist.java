package dev.millrace.refinery.url;

import dev.millrace.refinery.stage.ListFile;
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
    return new Blocklist(
        ListFile.read(file, Blocklist.class, builtIn).stream()
            .map(entry -> entry.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet()));
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
