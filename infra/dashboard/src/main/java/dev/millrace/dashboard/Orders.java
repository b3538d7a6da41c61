package dev.millrace.dashboard;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.ControlKind;
import dev.millrace.schemas.ControlOutcome;
import java.util.ArrayDeque;
import java.util.Deque;

/** Whether a run is paused, and what it was told last, the newest first. */
final class Orders {
  private static final int LAST = 10;

  private final Deque<ObjectNode> last = new ArrayDeque<>();
  private boolean paused;

  void add(ControlAcknowledged answer) {
    ControlKind kind = answer.getCommand().getKind();
    if (answer.getOutcome() == ControlOutcome.APPLIED) {
      if (kind == ControlKind.PAUSE) paused = true;
      if (kind == ControlKind.RESUME) paused = false;
    }
    last.addFirst(
        Json.object()
            .put("kind", kind.toString())
            .put("id", answer.getCommand().getId())
            .put("outcome", answer.getOutcome().toString())
            .put("reason", answer.getReason())
            .put("step", answer.getStep())
            .put("ordinal", answer.getOrdinal()));
    if (last.size() > LAST) last.removeLast();
  }

  ObjectNode json() {
    ObjectNode node = Json.object().put("paused", paused);
    node.putArray("last").addAll(last);
    return node;
  }
}
