package dev.millrace.dashboard.lineage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What there is to a {@link Question}.
 *
 * @param of how many lines there are; a sequence that was not read counts as one
 */
public record Answer(List<ObjectNode> lines, long of) {
  public Answer {
    lines = List.copyOf(lines);
  }

  static Answer whole(List<ObjectNode> lines) {
    return new Answer(lines, lines.size());
  }
}
