package dev.millrace.refinery;

import dev.millrace.refinery.stage.Rule;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What other thresholds would have made of documents, told from what was measured of them and from
 * nothing else. A stage is judged where the run file that measured had it too, on the same text and
 * with the same settings but for thresholds; of every other {@link #notJudged} says why.
 */
public final class WhatIf {
  private final RefineryConfig present;
  private final RefineryConfig other;
  private final Map<String, Map<StageName, String>> reasons = new HashMap<>();

  /**
   * Between two configurations.
   *
   * @param present that the documents were refined with
   */
  public WhatIf(RefineryConfig present, RefineryConfig other) {
    this.present = present;
    this.other = other;
  }

  /**
   * The first rule that would drop a document that was kept, of those that can be judged.
   *
   * @param signals measured values by {@code family.rule}
   */
  public Optional<String> droppedBy(String domain, Map<String, Double> signals) {
    RefineryConfig config = other.of(domain);
    Map<StageName, String> notJudged = reasons(domain);
    for (StageName stage : config.stages()) {
      if (notJudged.containsKey(stage)) continue;
      for (Rule rule : stage.rules(config)) {
        String name = stage + "." + rule.name();
        Double measured = signals.get(name);
        if (measured != null && rule.fails(measured)) return Optional.of(name);
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a document that a rule dropped would pass that rule; what the rules behind it would say
   * nobody knows. Empty where it cannot be told.
   *
   * @param rule {@code family.rule}
   */
  public Optional<Boolean> passes(String domain, String rule, double measured) {
    Optional<StageName> stage = stageOf(rule);
    if (stage.isEmpty()) return Optional.empty();
    RefineryConfig config = other.of(domain);
    if (!config.stages().contains(stage.get())) return Optional.of(true);
    if (reasons(domain).containsKey(stage.get())) return Optional.empty();
    return stage.get().rules(config).stream()
        .filter(r -> rule.equals(stage.get() + "." + r.name()))
        .map(r -> !r.fails(measured))
        .findFirst();
  }

  private static Optional<StageName> stageOf(String rule) {
    int point = rule.indexOf('.');
    return Stream.of(StageName.values())
        .filter(stage -> point > 0 && stage.toString().equals(rule.substring(0, point)))
        .findFirst();
  }

  /** One line for every stage of a domain that cannot be judged from what was measured. */
  public List<String> notJudged(String domain) {
    return reasons(domain).entrySet().stream()
        .map(e -> "%s in %s is not judged: %s".formatted(e.getKey(), domain, e.getValue()))
        .sorted()
        .toList();
  }

  private Map<StageName, String> reasons(String domain) {
    return reasons.computeIfAbsent(domain, d -> reasons(present.of(d), other.of(d)));
  }

  private static Map<StageName, String> reasons(RefineryConfig before, RefineryConfig after) {
    Map<StageName, String> reasons = new HashMap<>();
    for (StageName stage : after.stages()) {
      if (!before.stages().contains(stage)) {
        reasons.put(stage, "it was not in the run file, so nothing was measured");
        continue;
      }
      Set<String> changed = changed(stage, before, after);
      Set<String> unmeasured = names(stage, after);
      unmeasured.removeAll(names(stage, before));
      if (!changed.isEmpty()) {
        reasons.put(stage, String.join(", ", changed) + " is another and no threshold");
      } else if (!unmeasured.isEmpty()) {
        reasons.put(stage, String.join(", ", unmeasured) + " was not measured");
      } else if (!textBefore(stage, before).equals(textBefore(stage, after))
          || anyChanged(textBefore(stage, after), before, after)) {
        reasons.put(stage, "the stages before it would give it another text");
      }
    }
    // Stages that only change the text drop nothing and need no word, unless they differ.
    reasons
        .keySet()
        .removeIf(s -> s.rules(after).isEmpty() && !reasons.get(s).contains("another and"));
    for (StageName stage : before.stages()) {
      if (stage.changesText() && !after.stages().contains(stage)) {
        reasons.put(stage, "it changed the text, and is not in the other run file");
      }
    }
    return reasons;
  }

  private static Set<String> names(StageName stage, RefineryConfig config) {
    return stage.rules(config).stream()
        .map(Rule::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<StageName> textBefore(StageName stage, RefineryConfig config) {
    return config.stages().subList(0, config.stages().indexOf(stage)).stream()
        .filter(StageName::changesText)
        .toList();
  }

  private static boolean anyChanged(
      List<StageName> stages, RefineryConfig before, RefineryConfig after) {
    return stages.stream().anyMatch(stage -> !changed(stage, before, after).isEmpty());
  }

  /** Settings of a stage that differ and are no thresholds, by their paths. */
  private static Set<String> changed(StageName stage, RefineryConfig before, RefineryConfig after) {
    Set<String> thresholds = new HashSet<>();
    stage.rules(after).forEach(rule -> thresholds.add(rule.setting()));
    stage.rules(before).forEach(rule -> thresholds.add(rule.setting()));
    Object a = value(before, stage.key());
    Object b = value(after, stage.key());
    Set<String> changed = new TreeSet<>();
    for (RecordComponent component : a.getClass().getRecordComponents()) {
      String name = component.getName();
      if (!thresholds.contains(name) && !Objects.equals(value(a, name), value(b, name))) {
        changed.add(stage.key() + "." + name);
      }
    }
    return changed;
  }

  private static Object value(Object settings, String name) {
    try {
      return settings.getClass().getMethod(name).invoke(settings);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + name + " of " + settings.getClass(), e);
    }
  }
}
