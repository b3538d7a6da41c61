package dev.millrace.trainer;

import dev.millrace.schemas.CheckpointPublished;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which of a run's checkpoint directories may go.
 *
 * @param newest so many of the last announced stay
 * @param keepUnevaluated what was announced and has no evaluation stays
 */
record Retention(int newest, boolean keepUnevaluated) {
  private static final Pattern NAME = Pattern.compile("step-(\\d+)-attempt-(\\d+)");

  /** A directory's name, unique in a run: no two trainers have the same attempt. */
  static String name(long step, int attempt) {
    return "step-%d-attempt-%d".formatted(step, attempt);
  }

  private static String name(CheckpointPublished checkpoint) {
    return name(checkpoint.getStep(), checkpoint.getAttempt());
  }

  /** The highest attempt that has left a directory, announced or not; 0 where none has. */
  static int lastAttempt(List<String> present) {
    return present.stream()
        .map(NAME::matcher)
        .filter(Matcher::matches)
        .mapToInt(matcher -> Integer.parseInt(matcher.group(2)))
        .max()
        .orElse(0);
  }

  /**
   * The directories that may go: announced ones that nothing keeps, and what earlier trainers left
   * without ever announcing it.
   *
   * @param present names of directories; others than checkpoints stay
   * @param announced in the order of the log
   * @param evaluated names of checkpoints
   * @param best the name of the best one by evaluation, which stays
   * @param attempt the one that asks
   */
  Set<String> expendable(
      List<String> present,
      List<CheckpointPublished> announced,
      Set<String> evaluated,
      Optional<String> best,
      int attempt) {
    List<String> names = announced.stream().map(Retention::name).toList();
    Set<String> kept =
        new HashSet<>(names.subList(Math.max(0, names.size() - newest), names.size()));
    best.ifPresent(kept::add);
    if (keepUnevaluated) names.stream().filter(n -> !evaluated.contains(n)).forEach(kept::add);
    Set<String> expendable = new TreeSet<>(present);
    expendable.removeIf(
        name -> kept.contains(name) || !(names.contains(name) || isOrphan(name, attempt)));
    return expendable;
  }

  private static boolean isOrphan(String name, int attempt) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches() && Integer.parseInt(matcher.group(2)) < attempt;
  }
}
