package dev.millrace.dashboard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

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
  static void add(ArrayNode array, double value) {
    if (!Double.isFinite(value)) array.addNull();
    else if (value == Math.rint(value) && Math.abs(value) < 1L << 53) array.add((long) value);
    else array.add((float) value);
  }
}
