package dev.millrace.e2e;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import dev.millrace.cli.RunContext;
import dev.millrace.curriculum.Order;
import dev.millrace.curriculum.PhaseConfig;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.Comparison;
import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.ControlKind;
import dev.millrace.schemas.ControlOutcome;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.DroppedDocument;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.SchedulerState;
import dev.millrace.schemas.Segment;
import dev.millrace.schemas.SetEvaluation;
import dev.millrace.schemas.Signal;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.TrainingProgress;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;

/**
 * What the page of a run at rest must say: each table and caption, from the records of the topics,
 * read one by one, and not from the counts that the page itself is made of.
 */
final class PageOfRun {
  private static final double SOON_MILLIS = 60_000;
  private static final int CHECKPOINTS_SHOWN = 10;
  private static final int DROPPED_SHOWN = 5;
  private static final int COMMANDS_SHOWN = 10;
  private static final int BLOCKS_MAX = 400;
  private static final List<String> ENDS =
      List.of("raw", "refined", "held out", "dropped", "retracted", "dead letters");

  /** In the browser's time zone. */
  private static final String SAVED =
      "at => new Date(at).toLocaleTimeString() + new Date(at).toLocaleDateString()";

  private final List<PhaseConfig> phases;
  private final List<String> domains;
  private final Map<String, Map<String, Long>> funnel = new TreeMap<>();
  private final Map<String, List<DroppedDocument>> droppedByRule = new TreeMap<>();
  private final TreeMap<Long, TrainingProgress> steps = new TreeMap<>();
  private final List<CheckpointPublished> checkpoints;
  private final List<EvaluationResult> evaluations;
  private final List<CurriculumSequence> released;
  private final List<ControlAcknowledged> commands;
  private final SchedulerState state;
  private long sequences;
  private long packedDocuments;

  private PageOfRun(KafkaConnection kafka, RunContext context) {
    phases = context.settings().curriculum().phases();
    domains = context.settings().domains();
    Topics topics = context.prefix();
    Topics.Run run = context.runTopics();
    count(kafka, topics);
    kafka.scan(run.progress(), r -> steps.put(r.value().getStep(), r.value()));
    checkpoints = values(kafka, topics.checkpoints());
    evaluations = values(kafka, topics.evaluations());
    released = values(kafka, run.curriculum());
    commands = values(kafka, run.controlAcknowledged());
    state = last(values(kafka, run.curriculumState()));
    for (String domain : domains) {
      kafka.scan(
          run.sequences(domain),
          r -> {
            sequences++;
            packedDocuments +=
                r.value().getSegments().stream().filter(Segment::getEndsDocument).count();
          });
    }
  }

  /** Returns when nothing comes any more. */
  static PageOfRun atRest(KafkaConnection kafka, RunContext context) {
    PageOfRun before = new PageOfRun(kafka, context);
    PageOfRun now = new PageOfRun(kafka, context);
    while (!now.counts().equals(before.counts())) {
      before = now;
      now = new PageOfRun(kafka, context);
    }
    return now;
  }

  private void count(KafkaConnection kafka, Topics topics) {
    kafka.scan(topics.raw(), r -> count(r.value().getDomain(), "raw"));
    kafka.scan(topics.refined(), r -> count(r.value().getDomain(), "refined"));
    kafka.scan(topics.heldOut(), r -> count(r.value().getDomain(), "held out"));
    kafka.scan(
        topics.dropped(),
        r -> {
          count(r.value().getDomain(), "dropped");
          droppedByRule
              .computeIfAbsent(r.value().getRule(), rule -> new ArrayList<>())
              .add(r.value());
        });
    kafka.scan(
        topics.deadLetters(),
        r -> {
          Header domain = r.headers().lastHeader("domain");
          count(
              domain == null ? "unknown" : new String(domain.value(), StandardCharsets.UTF_8),
              "dead letters");
        });
  }

  private void count(String domain, String what) {
    funnel.computeIfAbsent(domain, d -> new TreeMap<>()).merge(what, 1L, Long::sum);
  }

  private static <K, V> List<V> values(KafkaConnection kafka, Topic<K, V> topic) {
    List<V> values = new ArrayList<>();
    kafka.scan(topic, record -> values.add(record.value()));
    return values;
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }

  void assertIs(Page page) {
    assertTexts(page, "#flow .lag", lags());
    assertTexts(page, "#flow .count", counts().stream().map(PageOfRun::brief).toList());
    assertTraining(page);
    assertReleased(page);
    assertEvaluations(page);
    assertCheckpoints(page);
    assertDocuments(page);
    assertCommands(page);
  }

  private static void assertText(Page page, String selector, String expected) {
    assertTexts(page, selector, List.of(expected));
  }

  private static void assertTexts(Page page, String selector, List<String> expected) {
    PlaywrightAssertions.assertThat(page.locator(selector))
        .hasText(
            expected.toArray(String[]::new),
            new LocatorAssertions.HasTextOptions().setTimeout(SOON_MILLIS));
  }

  private static void assertRows(Page page, String table, List<List<String>> rows) {
    assertTexts(
        page,
        "%1$s tbody th, %1$s tbody td".formatted(table),
        rows.stream().flatMap(List::stream).toList());
  }

  private long all(String what) {
    return funnel.values().stream().mapToLong(n -> n.getOrDefault(what, 0L)).sum();
  }

  private TrainingProgress newest() {
    return steps.lastEntry().getValue();
  }

  private List<Long> counts() {
    return List.of(
        all("raw"),
        all("refined"),
        sequences,
        (long) released.size(),
        newest().getStep(),
        (long) checkpoints.size(),
        (long) evaluations.size());
  }

  private List<String> lags() {
    long refined = domains.stream().mapToLong(d -> funnel.get(d).getOrDefault("refined", 0L)).sum();
    return List.of(
        "0 records wait for the rules",
        "0 documents wait for dedup",
        waiting(refined - packedDocuments, "document"),
        waiting(sequences - released.size(), "sequence"),
        waiting(released.size() - newest().getNextOrdinal(), "sequence"),
        waiting(newest().getStep() - last(checkpoints).getStep(), "step") + " to be saved",
        waiting(checkpoints.size() - evaluations.size(), "checkpoint"));
  }

  private static String waiting(long n, String what) {
    return n == 1 ? "1 " + what + " waits" : brief(n) + " " + what + "s wait";
  }

  private void assertTraining(Page page) {
    TrainingProgress now = newest();
    String step = "step %,d: ".formatted(now.getStep());
    assertText(page, "#c-loss", step + fixed(sent(now.getLoss()), 4) + " nats a token");
    assertText(
        page,
        "#c-norm",
        step
            + "norm %s, learning rate %s"
                .formatted(
                    fixed(sent(now.getGradientNorm()), 3),
                    scientific(sent(now.getLearningRate()))));
    assertText(
        page,
        "#c-rate",
        step
            + "%s tokens/s; waited %s s for data"
                .formatted(
                    "%,d".formatted(Math.round(now.getTokensPerSecond())),
                    fixed(sent(now.getDataWaitSeconds()), 2)));
    Map<String, Double> tokens = new TreeMap<>();
    for (TrainingProgress one : steps.values()) {
      one.getDomainTokens().forEach((domain, n) -> tokens.merge(domain, (double) n, Double::sum));
    }
    assertText(page, "#c-mix", shares(tokens) + " of the tokens shown");
    boolean ordered = !state.getMixture().isEmpty();
    Map<String, Double> asked =
        new TreeMap<>(ordered ? state.getMixture() : phases.get(state.getPhase()).mixture());
    if (asked.isEmpty()) domains.forEach(domain -> asked.put(domain, 1.0));
    assertText(
        page,
        "#asked",
        "Asked for by %s: %s"
            .formatted(ordered ? "a command" : "phase " + (state.getPhase() + 1), shares(asked)));
  }

  private static String shares(Map<String, Double> weights) {
    double all = weights.values().stream().mapToDouble(Double::doubleValue).sum();
    return weights.entrySet().stream()
        .map(w -> "%s %s %%".formatted(w.getKey(), fixed(100 * w.getValue() / all, 1)))
        .collect(Collectors.joining(", "));
  }

  /** The means of the last block of ordinals, and where each phase begins. */
  private void assertReleased(Page page) {
    int width = 1;
    while ((released.size() + width - 1) / width > BLOCKS_MAX) width *= 2;
    int first = (released.size() - 1) / width * width;
    List<CurriculumSequence> block = released.subList(first, released.size());
    List<String> means =
        Stream.concat(phases.stream().map(PhaseConfig::signal), Stream.of(Signal.QUALITY))
            .distinct()
            .map(signal -> signal.key() + " " + fixed(sent(mean(block, signal.key())), 3))
            .toList();
    assertText(
        page,
        "#c-order",
        "from ordinal %,d on: %s".formatted(first, String.join(", ", means))
            + (width > 1 ? " (means of %,d ordinals)".formatted(width) : ""));
    Map<Integer, Long> begins = new TreeMap<>();
    for (CurriculumSequence one : released) begins.putIfAbsent(one.getPhase(), one.getOrdinal());
    List<String> lines = new ArrayList<>();
    begins.forEach(
        (phase, ordinal) ->
            lines.add(
                "Phase %d from ordinal %,d on: %s"
                    .formatted(phase + 1, ordinal, order(phases.get(phase)))));
    assertTexts(page, "#phases li", lines);
  }

  private static double mean(List<CurriculumSequence> block, String signal) {
    return block.stream()
        .mapToDouble(one -> one.getSequence().getSignals().get(signal))
        .average()
        .orElseThrow();
  }

  private static String order(PhaseConfig phase) {
    String name = phase.order().name().toLowerCase(Locale.ROOT).replace('_', '-');
    boolean bySignal = phase.order() != Order.ARRIVAL && phase.order() != Order.SHUFFLED;
    return bySignal ? name + " by " + phase.signal().key() : name;
  }

  private void assertEvaluations(Page page) {
    EvaluationResult now = last(evaluations);
    List<String> perplexities = new ArrayList<>();
    List<String> bits = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    for (SetEvaluation set : now.getSets()) {
      String regression = set.getRegression() ? ", a regression" : "";
      perplexities.add(
          "%s %s%s".formatted(set.getName(), fixed(set.getTokenPerplexity(), 2), regression));
      bits.add("%s %s%s".formatted(set.getName(), fixed(set.getBitsPerByte(), 4), regression));
      rows.add(
          List.of(
              set.getName(),
              fixed(set.getTokenPerplexity(), 2),
              fixed(set.getNllPerToken(), 4),
              fixed(set.getNllStandardError(), 4),
              fixed(set.getBitsPerByte(), 4),
              fixed(set.getWordPerplexity(), 1),
              compared(set.getPrevious()),
              compared(set.getBest()) + (set.getRegression() ? "regression" : ""),
              "%,d".formatted(set.getTokens())));
    }
    String step = "step %,d: ".formatted(now.getStep());
    assertText(
        page,
        "#c-ppl",
        step
            + String.join(", ", perplexities)
            + " (bands are 95 % intervals, a triangle is a regression)");
    assertText(page, "#c-bpb", step + String.join(", ", bits));
    assertRows(page, "#evaluation", rows);
    assertTexts(
        page,
        "#samples blockquote",
        now.getSamples().stream().map(s -> s.getPrompt() + s.getText()).toList());
  }

  private static String compared(Comparison with) {
    return (with.getDelta() > 0 ? "+" : "")
        + fixed(with.getDelta(), 4)
        + between(with.getLow(), with.getHigh(), 4);
  }

  private static String between(double low, double high, int digits) {
    return fixed(low, digits) + " to " + fixed(high, digits);
  }

  private void assertCheckpoints(Page page) {
    List<List<String>> rows = new ArrayList<>();
    List<CheckpointPublished> newestFirst = new ArrayList<>(checkpoints);
    Collections.reverse(newestFirst);
    for (CheckpointPublished checkpoint : newestFirst) {
      if (rows.size() == CHECKPOINTS_SHOWN) break;
      List<String> row = new ArrayList<>();
      row.add("step %,d".formatted(checkpoint.getStep()));
      row.add("%,d".formatted(checkpoint.getTokens()));
      row.add(fixed(sent(checkpoint.getLoss()), 3));
      for (SetEvaluation set : evaluationOf(checkpoint).getSets()) row.addAll(values(set));
      long saved = checkpoint.getPublishedAt().toEpochMilli();
      row.add((String) page.evaluate(SAVED, (double) saved));
      row.add("lineage");
      rows.add(row);
    }
    assertRows(page, "#checkpoints", rows);
  }

  private EvaluationResult evaluationOf(CheckpointPublished checkpoint) {
    return evaluations.stream()
        .filter(evaluation -> evaluation.getStep() == checkpoint.getStep())
        .findFirst()
        .orElseThrow();
  }

  private static List<String> values(SetEvaluation set) {
    double error = 1.96 * set.getNllStandardError();
    double perplexity = set.getTokenPerplexity();
    double bits = set.getBitsPerByte();
    double relative = error / set.getNllPerToken();
    return List.of(
        fixed(perplexity, 2)
            + between(perplexity * Math.exp(-error), perplexity * Math.exp(error), 2)
            + (set.getRegression() ? "regression" : ""),
        fixed(bits, 4) + between(bits * (1 - relative), bits * (1 + relative), 4));
  }

  private void assertDocuments(Page page) {
    List<List<String>> rows = new ArrayList<>();
    funnel.forEach((domain, n) -> rows.add(row(domain, n)));
    Map<String, Long> all = new TreeMap<>();
    for (String end : ENDS) all.put(end, all(end));
    if (rows.size() > 1) rows.add(row("all", all));
    assertRows(page, "#funnel", rows);
    // As many of two rules may be in either order.
    assertSorted(
        page,
        "#rules li",
        droppedByRule.entrySet().stream()
            .map(rule -> "%s%,d".formatted(rule.getKey(), rule.getValue().size())));
    for (Map.Entry<String, List<DroppedDocument>> rule : droppedByRule.entrySet()) {
      List<String> lines =
          rule.getValue().stream().map(d -> String.join(" ", PageOfRun.row(d))).toList();
      List<String> shown =
          page.locator("#dropped tbody tr").all().stream()
              .map(row -> String.join(" ", row.locator("th, td").allTextContents()))
              .filter(line -> line.contains(" " + rule.getKey() + " "))
              .toList();
      if (shown.size() > DROPPED_SHOWN || !lines.containsAll(shown)) {
        throw new AssertionError(shown + " are not of " + lines);
      }
    }
  }

  private static void assertSorted(Page page, String selector, Stream<String> expected) {
    List<String> shown = page.locator(selector).allTextContents();
    List<String> wanted = expected.sorted().toList();
    if (!shown.stream().sorted().toList().equals(wanted)) {
      throw new AssertionError(shown + " are not " + wanted);
    }
  }

  private static List<String> row(String domain, Map<String, Long> counts) {
    List<String> row = new ArrayList<>(List.of(domain));
    for (String end : ENDS) row.add("%,d".formatted(counts.getOrDefault(end, 0L)));
    long raw = counts.getOrDefault("raw", 0L);
    row.add("%,d".formatted(2 * raw - counts.values().stream().mapToLong(n -> n).sum()));
    return row;
  }

  private static List<String> row(DroppedDocument document) {
    return List.of(
        document.getId(),
        document.getRule(),
        document.getDomain(),
        fixed(document.getMeasured(), 3),
        fixed(document.getThreshold(), 3));
  }

  private void assertCommands(Page page) {
    boolean paused = false;
    List<List<String>> rows = new ArrayList<>();
    for (ControlAcknowledged answer : commands) {
      ControlKind kind = answer.getCommand().getKind();
      boolean applied = answer.getOutcome() == ControlOutcome.APPLIED;
      if (applied && kind == ControlKind.PAUSE) paused = true;
      if (applied && kind == ControlKind.RESUME) paused = false;
      rows.add(
          List.of(
              kind.toString(),
              answer.getCommand().getId(),
              answer.getOutcome().toString(),
              answer.getStep() < 0 ? "–" : "%,d".formatted(answer.getStep()),
              "%,d".formatted(answer.getOrdinal()),
              Optional.ofNullable(answer.getReason()).orElse("")));
    }
    Collections.reverse(rows);
    assertRows(page, "#commands", rows.subList(0, Math.min(rows.size(), COMMANDS_SHOWN)));
    PlaywrightAssertions.assertThat(page.locator("#paused"))
        .isVisible(new LocatorAssertions.IsVisibleOptions().setVisible(paused));
  }

  /** Numbers of steps are sent with the digits of a float. */
  private static double sent(double value) {
    return value == Math.rint(value) ? value : Double.parseDouble(Float.toString((float) value));
  }

  /** As JavaScript rounds: the nearest to the very value. */
  private static String fixed(double value, int digits) {
    if (Double.isNaN(value)) return "–";
    if (value >= 1e5) return scientific(value);
    BigDecimal rounded = new BigDecimal(value).setScale(digits, RoundingMode.HALF_UP);
    return (value < 0 && rounded.signum() == 0 ? "-" : "") + rounded.toPlainString();
  }

  private static String scientific(double value) {
    return String.format(Locale.ROOT, "%.2e", value).replaceFirst("e([+-])0", "e$1");
  }

  private static String brief(long n) {
    if (n >= 1_000_000) return fixed(n / 1e6, 2) + " M";
    return n >= 10_000 ? fixed(n / 1e3, 1) + " k" : "%,d".formatted(n);
  }
}
