package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.refinery.WhatIf;
import dev.millrace.schemas.DroppedDocument;
import dev.millrace.schemas.RefinedDocument;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Counts what would move under another run file, document by document. */
final class Rejudging {
  /** What came of a document that passes the rule that dropped it: nothing behind was measured. */
  static final String UNKNOWN_BEYOND = "unknown beyond";

  private static final String ROW = "%-20s %-40s %-40s %,12d%n";

  private final WhatIf whatIf;
  private final Map<Move, Long> moves =
      new TreeMap<>(
          Comparator.comparing(Move::domain).thenComparing(Move::from).thenComparing(Move::to));
  private final Map<Move, Long> notJudged = new TreeMap<>(Comparator.comparing(Move::toString));
  private final TreeSet<String> domains = new TreeSet<>();
  private long documents;

  Rejudging(WhatIf whatIf) {
    this.whatIf = whatIf;
  }

  /**
   * Documents that would end elsewhere.
   *
   * @param from {@code refined}, {@code held-out} or the rule that dropped them
   * @param to the rule that would drop them, or {@link #UNKNOWN_BEYOND}
   */
  record Move(String domain, String from, String to) {}

  /** A document that was kept. */
  void kept(String where, RefinedDocument document) {
    seen(document.getDomain());
    whatIf
        .droppedBy(document.getDomain(), document.getSignals())
        .ifPresent(rule -> count(moves, new Move(document.getDomain(), where, rule)));
  }

  /** A document that a rule dropped. */
  void dropped(DroppedDocument document) {
    seen(document.getDomain());
    Optional<Boolean> passes =
        whatIf.passes(document.getDomain(), document.getRule(), document.getMeasured());
    Move move = new Move(document.getDomain(), document.getRule(), UNKNOWN_BEYOND);
    if (passes.isEmpty()) count(notJudged, move);
    else if (passes.get()) count(moves, move);
  }

  private void seen(String domain) {
    domains.add(domain);
    documents++;
  }

  private static void count(Map<Move, Long> counts, Move move) {
    counts.merge(move, 1L, Long::sum);
  }

  /** One line for everything that nobody can tell from what was measured. */
  List<String> notJudged() {
    List<String> lines = new ArrayList<>();
    domains.forEach(domain -> lines.addAll(whatIf.notJudged(domain)));
    notJudged.forEach(
        (move, count) ->
            lines.add(
                "%,d documents in %s that %s dropped are not judged"
                    .formatted(count, move.domain(), move.from())));
    return lines;
  }

  /** One line a move. */
  List<ObjectNode> json() {
    List<ObjectNode> lines = new ArrayList<>();
    moves.forEach(
        (move, count) ->
            lines.add(
                JsonNodeFactory.instance
                    .objectNode()
                    .put("domain", move.domain())
                    .put("from", move.from())
                    .put("to", move.to())
                    .put("documents", count)));
    return lines;
  }

  /** For people. */
  String table() {
    StringBuilder table =
        new StringBuilder(
            "%-20s %-40s %-40s %12s%n".formatted("domain", "from", "to", "documents"));
    moves.forEach((m, count) -> table.append(ROW.formatted(m.domain(), m.from(), m.to(), count)));
    long moved = moves.values().stream().mapToLong(Long::longValue).sum();
    return table + "%,d of %,d documents would move".formatted(moved, documents);
  }
}
