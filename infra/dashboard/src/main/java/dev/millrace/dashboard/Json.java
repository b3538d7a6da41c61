package dev.millrace.dashboard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.ValueNode;

/** JSON as a page reads it: it knows no NaN, and shows no more than seven digits. */
final class Json {
  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** Whole numbers whole, others with the digits of a float. */
  static ValueNode number(double value) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    if (!Double.isFinite(value)) return nodes.nullNode();
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1L << 53;
    return whole ? nodes.numberNode((long) value) : nodes.numberNode((float) value);
  }
}
