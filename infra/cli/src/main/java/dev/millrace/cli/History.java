package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.refinery.WhatIf;
import dev.millrace.refinery.stream.RefinerySettings;
import dev.millrace.runtime.terminal.Progress;
import dev.millrace.runtime.terminal.Unit;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Retractions;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * All documents that a topic prefix has refined, and what another run file would have made of them.
 *
 * @param present the run that refined them
 */
record History(RunContext present, RunContext other) {
  void print(boolean json) {
    KafkaConnection kafka = present.kafka();
    mustHaveRefined(kafka);
    Rejudging rejudging = new Rejudging(new WhatIf(present.refinery(), other.refinery()));
    read(kafka, rejudging);
    List<String> notJudged = new ArrayList<>(rejudging.notJudged());
    if (!present.refinery().dedup().equals(other.refinery().dedup())) {
      notJudged.add("dedup is not judged: its settings are others");
    }
    if (!present.settings().heldOut().equals(other.settings().heldOut())) {
      notJudged.add("what is held out is not judged: its settings are others");
    }
    if (json) {
      rejudging.json().forEach(System.out::println);
      notJudged.forEach(
          line -> System.out.println(JsonNodeFactory.instance.objectNode().put("notJudged", line)));
    } else {
      System.out.println(rejudging.table());
      notJudged.forEach(System.out::println);
    }
  }

  /** Values that were measured under other settings than these would be compared with others. */
  private void mustHaveRefined(KafkaConnection kafka) {
    RefinerySettings settings =
        RefinerySettings.of(present.refinery(), present.settings().heldOut());
    boolean same =
        RefinerySettings.recorded(kafka, present.prefix())
            .map(recorded -> recorded.fingerprint().equals(settings.fingerprint()))
            .orElseThrow(
                () -> new UserError("nothing was refined yet under " + present.prefix().prefix()));
    if (!same) {
      throw new UserError(
          "topic prefix %s was refined with other settings: --run must name the run file of them"
              .formatted(present.prefix().prefix()));
    }
  }

  private void read(KafkaConnection kafka, Rejudging rejudging) {
    Topics topics = present.prefix();
    List<Topic<?, ?>> all = List.of(topics.refined(), topics.heldOut(), topics.dropped());
    Retractions retractions = Retractions.read(kafka, topics);
    long records = TopicSize.of(kafka, all).stream().mapToLong(TopicSize::offsets).sum();
    try (Progress progress =
        Progress.start("explain", Unit.of("documents"), OptionalLong.of(records))) {
      Map.of("refined", topics.refined(), "held-out", topics.heldOut())
          .forEach(
              (where, topic) ->
                  kafka.scan(
                      topic,
                      record -> {
                        progress.add(1);
                        if (stands(record.value(), retractions)) {
                          rejudging.kept(where, record.value());
                        }
                      }));
      kafka.scan(
          topics.dropped(),
          record -> {
            progress.add(1);
            if (record.value() != null) rejudging.dropped(record.value());
          });
    }
  }

  /** Neither a record that takes another one back nor one that was taken back. */
  private static boolean stands(@Nullable RefinedDocument document, Retractions retractions) {
    return document != null
        && !retractions.cover(document.getId(), Origin.of(document.getOrigin()));
  }
}
