package dev.millrace.evaluator.heldout;

import java.util.List;
import java.util.SortedMap;

/**
 * A set and what is in it.
 *
 * @param texts by domain, in the order of the set's members, cut as the set says
 */
public record HeldOutTexts(HeldOutSet set, SortedMap<String, List<String>> texts) {}
