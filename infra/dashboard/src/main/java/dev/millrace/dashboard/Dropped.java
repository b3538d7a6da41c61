package dev.millrace.dashboard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.schemas.DroppedDocument;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/** The documents that each rule dropped last. Not for use by two threads at once. */
final class Dropped {
  private static final int OF_EACH_RULE = 5;

  private final Map<String, Deque<DroppedDocument>> byRule = new TreeMap<>();

  void add(DroppedDocument document) {
    Deque<DroppedDocument> last =
        byRule.computeIfAbsent(document.getRule(), rule -> new ArrayDeque<>());
    last.addFirst(document);
    if (last.size() > OF_EACH_RULE) last.removeLast();
  }

  /** The newest first, by rule. */
  ObjectNode json() {
    ObjectNode rules = Json.object();
    byRule.forEach(
        (rule, documents) -> {
          ArrayNode list = rules.putArray(rule);
          for (DroppedDocument document : documents) {
            ObjectNode node = list.addObject();
            node.put("id", document.getId()).put("domain", document.getDomain());
            node.put("measured", document.getMeasured()).put("threshold", document.getThreshold());
          }
        });
    return rules;
  }
}
