package dev.millrace.curriculum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.SchedulerState;
import dev.millrace.schemas.Signal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SchedulerTest {
  private static final List<String> DOMAINS = List.of("speeches", "code", "docs");

  @Test
  void givesEachDomainItsShareOfTargetTokens() {
    Scheduler<String> scheduler =
        scheduler("lead: 10k\nwindow: 10k\nphases: [{mixture: {speeches: 5, code: 3, docs: 2}}]");
    offer(scheduler, "speeches", 0, 3000, 100);
    offer(scheduler, "code", 0, 3000, 50);
    offer(scheduler, "docs", 0, 3000, 20);
    Map<String, Long> tokens = new HashMap<>();
    for (Release<String> r : take(scheduler, 3000)) {
      tokens.merge(r.domain(), r.candidate().targetTokens(), Long::sum);
    }
    long all = tokens.values().stream().mapToLong(n -> n).sum();
    // No domain is ever further from its share than the largest sequence.
    assertEquals(0.5 * all, tokens.get("speeches"), 100);
    assertEquals(0.3 * all, tokens.get("code"), 100);
    assertEquals(0.2 * all, tokens.get("docs"), 100);
  }

  @Test
  void ordinalsHaveNoGapsAndNothingIsReleasedTwice() {
    Scheduler<String> scheduler =
        scheduler("lead: 10k\nwindow: 10k\nphases: [{order: easy-to-hard}]");
    for (String domain : DOMAINS) offer(scheduler, domain, 0, 100, 10);
    List<Release<String>> releases = take(scheduler, 300);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      assertEquals(i, releases.get(i).ordinal());
      assertTrue(seen.add(releases.get(i).domain() + releases.get(i).candidate().offset()));
    }
    assertEquals(Optional.empty(), scheduler.release());
  }

  @Test
  void neverRunsFurtherAheadOfTheTrainerThanTheLead() {
    Scheduler<String> scheduler = scheduler("lead: 5");
    offer(scheduler, "speeches", 0, 20, 10);
    assertEquals(5, takeAll(scheduler).size());
    scheduler.trainerAt(3);
    assertEquals(3, takeAll(scheduler).size());
    scheduler.trainerAt(1); // An older trainer's word changes nothing.
    assertEquals(0, takeAll(scheduler).size());
  }

  /** Else it would wait for the trainer, which waits for it. */
  @Test
  void whatTheTrainerPassesOverDoesNotCountAsLead() {
    Scheduler<String> scheduler = scheduler("lead: 5");
    offer(scheduler, "speeches", 0, 40, 10);
    assertEquals(5, takeAll(scheduler).size());
    scheduler.skip(2, 22);
    assertEquals(20, takeAll(scheduler).size());
    scheduler.trainerAt(22);
    assertEquals(2, takeAll(scheduler).size());
  }

  @Test
  void aStarvedDomainCatchesUpWhenItCan() {
    Scheduler<String> scheduler =
        scheduler("lead: 1k\nphases: [{mixture: {speeches: 1, code: 1}}]");
    offer(scheduler, "speeches", 0, 10, 10);
    assertEquals(10, takeAll(scheduler).size());
    offer(scheduler, "code", 0, 20, 10);
    offer(scheduler, "speeches", 10, 20, 10);
    List<Release<String>> next = take(scheduler, 10);
    assertTrue(next.stream().allMatch(r -> r.domain().equals("code")), next.toString());
  }

  @Test
  void aStarvedDomainMayHoldUpAllOthers() {
    Scheduler<String> scheduler =
        scheduler("lead: 1k\nstarved: wait\nphases: [{mixture: {speeches: 1, code: 1}}]");
    offer(scheduler, "speeches", 0, 10, 10);
    assertEquals(1, takeAll(scheduler).size());
    offer(scheduler, "code", 0, 3, 10);
    assertEquals(6, takeAll(scheduler).size());
  }

  @Test
  void aDomainWithoutWeightIsLeftAlone() {
    Scheduler<String> scheduler = scheduler("phases: [{mixture: {code: 1}}]");
    offer(scheduler, "speeches", 0, 10, 10);
    assertEquals(Optional.empty(), scheduler.release());
  }

  @Test
  void phasesFollowEachOtherAfterTheirTokens() {
    Scheduler<String> scheduler =
        scheduler(
            "lead: 1k\nphases: [{until: 30, mixture: {speeches: 1}}, {until: 20, mixture: {code: 1}}]");
    offer(scheduler, "speeches", 0, 10, 10);
    offer(scheduler, "code", 0, 10, 10);
    List<Release<String>> releases = takeAll(scheduler);
    assertEquals(List.of(0, 0, 0, 1, 1), releases.stream().map(Release::phase).toList());
    assertEquals("speeches", releases.get(2).domain());
    assertEquals("code", releases.get(3).domain());
    assertTrue(scheduler.finished());
  }

  @Test
  void anOrderedMixtureHoldsFromTheNextOrdinalAndMakesUpForNothing() {
    Scheduler<String> scheduler =
        scheduler("lead: 10k\nwindow: 10k\nphases: [{mixture: {speeches: 1}}]");
    for (String domain : DOMAINS) offer(scheduler, domain, 0, 2000, 10);
    take(scheduler, 300);
    assertEquals(300, scheduler.ordinal());
    scheduler.order(Map.of("speeches", 1.0, "code", 3.0));
    Map<String, Integer> given = new HashMap<>();
    for (Release<String> r : take(scheduler, 40)) given.merge(r.domain(), 1, Integer::sum);
    assertEquals(Map.of("speeches", 10, "code", 30), given);
    scheduler.order(Map.of());
    assertTrue(take(scheduler, 10).stream().allMatch(r -> r.domain().equals("speeches")));
  }

  @Test
  void anOrderedMixtureEndsWithItsPhase() {
    Scheduler<String> scheduler =
        scheduler("lead: 1k\nphases: [{mixture: {speeches: 1}, until: 100}, {mixture: {docs: 1}}]");
    for (String domain : DOMAINS) offer(scheduler, domain, 0, 50, 10);
    scheduler.order(Map.of("code", 1.0));
    List<Release<String>> releases = take(scheduler, 20);
    assertTrue(releases.subList(0, 10).stream().allMatch(r -> r.domain().equals("code")));
    assertTrue(releases.subList(10, 20).stream().allMatch(r -> r.domain().equals("docs")));
  }

  @Test
  void aMixtureThatIsNoneIsRefusedAndChangesNothing() {
    Scheduler<String> scheduler = scheduler("lead: 10");
    SchedulerState before = scheduler.state();
    Map<Map<String, Double>, String> refusals =
        Map.of(
            Map.of("poems", 1.0), "poems is no domain of this run",
            Map.of("code", -1.0), "the weight of code must be 0 or more: -1.0",
            Map.of("code", Double.NaN), "the weight of code must be 0 or more: NaN",
            Map.of("code", 0.0), "some domain must have a weight above 0");
    refusals.forEach((mixture, why) -> assertEquals(why, refusal(() -> scheduler.order(mixture))));
    Map<String, Double> huge = Map.of("code", 1e308, "docs", 1e308);
    assertEquals(
        "the weights must have a finite sum: " + huge, refusal(() -> scheduler.order(huge)));
    assertEquals(before, scheduler.state());
  }

  @Test
  void shortSegmentsGoFirstInShortToLong() {
    Scheduler<String> scheduler = scheduler("phases: [{order: short-to-long}]");
    offerSignals(scheduler, Signal.LENGTH, 64, 8, 32, 8);
    assertEquals(List.of(1L, 3L, 2L, 0L), offsets(takeAll(scheduler)));
  }

  @Test
  void theBestGoLastInQualityLate() {
    Scheduler<String> scheduler = scheduler("phases: [{order: quality-late}]");
    offerSignals(scheduler, Signal.QUALITY, 0.9, 0.1, 0.5);
    assertEquals(List.of(1L, 2L, 0L), offsets(takeAll(scheduler)));
  }

  /** What is kept of it in every transaction stays small, and everything is trained on once. */
  @Test
  void whatAnOrderPutsOffIsNotPutOffForEver() {
    Scheduler<String> scheduler =
        scheduler("lead: 1k\nwindow: 4\nphases: [{order: short-to-long}]");
    for (int offset = 0; offset < 100; offset++) {
      double length = offset == 0 ? 1_000 : 8;
      scheduler.offer(
          "code", new Candidate<>(offset, 10, Map.of(Signal.LENGTH.key(), length), "code"));
      if (!scheduler.wants("code")) assertTrue(scheduler.release().isPresent());
      assertTrue(scheduler.state().getDomains().get("code").getReleasedAbove().size() <= 36);
    }
    assertTrue(scheduler.next("code") > 60, "the long one has had its turn");
  }

  @Test
  void shuffledMixesTheWholeWindowAndIsTheSameEveryTime() {
    List<Long> order = shuffled();
    assertEquals(order, shuffled());
    assertEquals(LongStream.range(0, 500).boxed().toList(), order.stream().sorted().toList());
    List<Long> first = order.subList(0, 100);
    double mean = first.stream().mapToLong(offset -> offset).average().orElseThrow();
    assertEquals(249.5, mean, 45, "three standard errors"); // 500 / sqrt(12) / sqrt(100) is 14.4.
    long steps = 0;
    for (int i = 1; i < 500; i++) if (order.get(i) == order.get(i - 1) + 1) steps++;
    assertTrue(steps < 10, steps + " follow each other as they came");
  }

  private static List<Long> shuffled() {
    Scheduler<String> scheduler = scheduler("lead: 1k\nwindow: 500\nphases: [{order: shuffled}]");
    offer(scheduler, "code", 0, 500, 10);
    return offsets(takeAll(scheduler));
  }

  @Test
  void arrivalKeepsTheOrderOfTheLog() {
    Scheduler<String> scheduler = scheduler("phases: [{}]");
    offerSignals(scheduler, Signal.QUALITY, 0.9, 0.1, 0.5);
    assertEquals(List.of(0L, 1L, 2L), offsets(takeAll(scheduler)));
  }

  @Test
  void aBeginnerGetsTheEasiestShareInItsOrderOfArrival() {
    Scheduler<String> scheduler =
        scheduler("phases: [{order: easy-to-hard, competenceStart: 0.5, competenceTokens: 1M}]");
    offerSignals(scheduler, Signal.UNIGRAM_SURPRISAL, 9, 3, 8, 1);
    // Half of four are ready: 3 and 1, of which offset 1 came first; then half of {9, 8, 1} is two.
    assertEquals(1L, scheduler.release().orElseThrow().candidate().offset());
    assertEquals(2L, scheduler.release().orElseThrow().candidate().offset());
  }

  @Test
  void competenceGrowsWithTheSquareRootOfTheTokens() {
    PhaseConfig phase =
        config("phases: [{competenceStart: 0.1, competenceTokens: 1000}]").phases().get(0);
    assertEquals(0.1, phase.competence(0), 1e-12);
    assertEquals(Math.sqrt(0.25 * 0.99 + 0.01), phase.competence(250), 1e-12);
    assertEquals(1, phase.competence(1000), 1e-12);
    assertEquals(1, phase.competence(5000), 1e-12);
  }

  @Test
  void whatIsTakenBackWhileItWaitsIsReleasedNoMore() {
    Scheduler<String> scheduler = scheduler("phases: [{}]");
    offer(scheduler, "code", 0, 4, 10);
    scheduler.revise(
        c ->
            switch ((int) c.offset()) {
              case 0, 2 -> Optional.empty();
              case 1 -> Optional.of(new Candidate<>(1, 7, c.signals(), "less"));
              default -> Optional.of(c);
            });
    List<Release<String>> releases = takeAll(scheduler);
    assertEquals(List.of(1L, 3L), offsets(releases));
    assertEquals("less", releases.get(0).candidate().sequence());
    assertEquals(17, scheduler.state().getTokens());
    assertEquals(4, scheduler.next("code"));
  }

  @Test
  void anOffsetWithNothingToReleaseIsPassedOver() {
    Scheduler<String> scheduler = scheduler("phases: [{}]");
    scheduler.pass("code", 0);
    offer(scheduler, "code", 1, 2, 10);
    scheduler.pass("code", 2);
    assertEquals(List.of(1L), offsets(takeAll(scheduler)));
    assertEquals(3, scheduler.next("code"));
  }

  @Test
  void aFullWindowWantsNoMore() {
    Scheduler<String> scheduler = scheduler("window: 2");
    offer(scheduler, "code", 0, 1, 10);
    assertTrue(scheduler.wants("code"));
    offer(scheduler, "code", 1, 2, 10);
    assertFalse(scheduler.wants("code"));
  }

  @Test
  void offsetsThatComeAgainAreABrokenInvariant() {
    Scheduler<String> scheduler = scheduler("{}");
    offer(scheduler, "code", 0, 3, 10);
    assertThrows(IllegalStateException.class, () -> offer(scheduler, "code", 2, 3, 10));
  }

  /** Full windows, so that what is there to choose from does not depend on when it is read. */
  @Test
  void aSuccessorGoesOnAsThePredecessorWould() {
    String yaml =
        "lead: 100k\nwindow: 40\nphases: [{until: 3k, order: easy-to-hard, competenceTokens: 4k},"
            + " {order: short-to-long, mixture: {speeches: 3, code: 1}}]";
    long seed = 7;
    List<String> uninterrupted = new ArrayList<>();
    Scheduler<String> scheduler = scheduler(yaml);
    for (int i = 0; i < 400; i++) uninterrupted.add(step(scheduler, seed));
    List<String> stitched = new ArrayList<>();
    SchedulerState state = Scheduler.start();
    Random stops = new Random(seed);
    while (stitched.size() < 400) {
      Scheduler<String> successor = new Scheduler<>(config(yaml), DOMAINS, state);
      for (int n = stops.nextInt(60); n >= 0 && stitched.size() < 400; n--) {
        stitched.add(step(successor, seed));
      }
      state = successor.state();
    }
    assertEquals(uninterrupted, stitched);
  }

  /** Fills every window from an endless, reproducible source, then takes one. */
  private static String step(Scheduler<String> scheduler, long seed) {
    for (String domain : DOMAINS) {
      while (scheduler.wants(domain)) scheduler.offer(domain, endless(scheduler, domain, seed));
    }
    Release<String> r = scheduler.release().orElseThrow();
    return r.ordinal() + " " + r.phase() + " " + r.domain() + " " + r.candidate().offset();
  }

  private static Candidate<String> endless(Scheduler<String> scheduler, String domain, long seed) {
    long offset = scheduler.seen(domain);
    Random random = new Random(seed ^ domain.hashCode() ^ offset * 31);
    return new Candidate<>(
        offset,
        5 + random.nextInt(20),
        Map.of("unigram-surprisal", random.nextDouble(), "length", (double) random.nextInt(50)),
        domain);
  }

  @Test
  void configurationsThatCannotWorkAreRefused() {
    CurriculumConfig config = config("lead: 15\nphases: [{mixture: {code: 1}}]");
    config.check(7, DOMAINS);
    assertTrue(refusal(() -> config.check(8, DOMAINS)).startsWith("lead must be"), "lead");
    assertTrue(refusal(() -> config.check(1, List.of("docs"))).contains("code"), "domain");
    assertTrue(
        assertThrows(RuntimeException.class, () -> config("phases: [{}, {}]"))
            .getMessage()
            .contains("phases[0] must say until"));
    assertThrows(RuntimeException.class, () -> config("phases: [{mixture: {code: -1}}]"));
    assertThrows(RuntimeException.class, () -> config("phases: [{mixture: {code: 0}}]"));
    assertThrows(
        RuntimeException.class, () -> config("phases: [{mixture: {code: 1e308, docs: 1e308}}]"));
  }

  private static String refusal(Runnable check) {
    return assertThrows(IllegalArgumentException.class, check::run).getMessage();
  }

  private static CurriculumConfig config(String yaml) {
    return RunFile.parse(yaml, "test", CurriculumConfig.class).value();
  }

  private static Scheduler<String> scheduler(String yaml) {
    return new Scheduler<>(config(yaml), DOMAINS, Scheduler.start());
  }

  private static void offer(Scheduler<String> s, String domain, long from, long to, long tokens) {
    for (long offset = from; offset < to; offset++) {
      s.offer(
          domain,
          new Candidate<>(offset, tokens, Map.of(Signal.UNIGRAM_SURPRISAL.key(), 1.0), domain));
    }
  }

  private static void offerSignals(Scheduler<String> scheduler, Signal signal, double... values) {
    for (int i = 0; i < values.length; i++) {
      scheduler.offer("code", new Candidate<>(i, 10, Map.of(signal.key(), values[i]), "code"));
    }
  }

  private static List<Release<String>> take(Scheduler<String> scheduler, int count) {
    List<Release<String>> releases = new ArrayList<>();
    for (int i = 0; i < count; i++) releases.add(scheduler.release().orElseThrow());
    return releases;
  }

  private static List<Release<String>> takeAll(Scheduler<String> scheduler) {
    List<Release<String>> releases = new ArrayList<>();
    for (Optional<Release<String>> r = scheduler.release();
        r.isPresent();
        r = scheduler.release()) {
      releases.add(r.get());
    }
    return releases;
  }

  private static List<Long> offsets(List<Release<String>> releases) {
    return releases.stream().map(r -> r.candidate().offset()).toList();
  }
}
