package dev.millrace.trainer;

import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.checkpoint.TrainerState;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

  static String name(CheckpointPublished checkpoint) {
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
   * @param present names of directories and the states within; others are not touched
   * @param announced in the order of the log
   * @param evaluated names of checkpoints
   * @param best the name of the best one by evaluation, which stays
   * @param now where the trainer is that asks
   */
  Set<String> expendable(
      Map<String, TrainerState> present,
      List<CheckpointPublished> announced,
      Set<String> evaluated,
      Optional<String> best,
      TrainerState now) {
    List<String> names = announced.stream().map(Retention::name).toList();
    Set<String> kept =
        new HashSet<>(names.subList(Math.max(0, names.size() - newest), names.size()));
    best.ifPresent(kept::add);
    if (keepUnevaluated) names.stream().filter(n -> !evaluated.contains(n)).forEach(kept::add);
    Set<String> expendable = new TreeSet<>();
    present.forEach(
        (name, state) -> {
          boolean ours = names.contains(name) || isOrphan(state, now);
          if (ours && !kept.contains(name)) expendable.add(name);
        });
    return expendable;
  }

  /**
   * Of this very training order: where the topics are new and the directories old, these may be all
   * that is left of something.
   */
  private static boolean isOrphan(TrainerState state, TrainerState now) {
    return state.attempt() < now.attempt() && state.curriculum().equals(now.curriculum());
  }
}
