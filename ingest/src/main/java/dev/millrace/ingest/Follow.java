package dev.millrace.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Folders whose files are pushed once they have come to rest: when size and time of change were the
 * same at two looks, and the change lies some time back. What was pushed before is known by its
 * mark; here is only remembered what need not be looked at again.
 */
final class Follow {
  private final List<Corpus> folders;
  private final Duration rest;
  private final Map<Path, State> handed = new HashMap<>();
  private Map<Path, State> seen = Map.of();

  private record State(long size, FileTime changed) {
    static Optional<State> of(Path file) {
      try {
        return Optional.of(new State(Files.size(file), Files.getLastModifiedTime(file)));
      } catch (IOException e) {
        return Optional.empty(); // Gone again, or not ours to read: the next look tells.
      }
    }
  }

  /**
   * @param rest how long a file must not have changed
   * @throws IngestException where an input is no folder
   */
  Follow(List<Input> inputs, Duration rest) {
    this.rest = rest;
    this.folders = inputs.stream().map(Follow::folder).toList();
  }

  private static Corpus folder(Input input) {
    boolean elsewhere = input.isStandardInput() || input.isUrl() || input.isObjects();
    if (elsewhere || !Files.isDirectory(Path.of(input.location()))) {
      throw new IngestException(input.shown() + " is no folder, and only folders can be followed");
    }
    return Corpus.of(input, System.in);
  }

  /** Looks once: each folder that has files which came to rest since, reduced to these. */
  List<Corpus> settled(Instant now) throws IOException {
    Map<Path, State> current = new HashMap<>();
    handed.keySet().retainAll(seen.keySet()); // Files that are gone.
    List<Corpus> settled = new ArrayList<>();
    for (Corpus folder : folders) {
      Set<Path> files = new HashSet<>();
      for (Iterator<? extends Found> found = folder.opener().open(); found.hasNext(); ) {
        if (!(found.next() instanceof FileUnit unit)) continue;
        Optional<State> state = State.of(unit.file());
        state.ifPresent(s -> current.put(unit.file(), s));
        if (state.filter(s -> isAtRest(unit.file(), s, now)).isPresent()) files.add(unit.file());
      }
      if (!files.isEmpty()) settled.add(folder.only(files));
      for (Path file : files) handed.put(file, current.get(file));
    }
    seen = current;
    return settled;
  }

  private boolean isAtRest(Path file, State state, Instant now) {
    return state.equals(seen.get(file))
        && !state.equals(handed.get(file))
        && !state.changed().toInstant().plus(rest).isAfter(now);
  }
}
