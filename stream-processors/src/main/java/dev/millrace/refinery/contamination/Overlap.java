package dev.millrace.refinery.contamination;

/**
 * What a text shares with evaluation sets.
 *
 * @param ngrams of the text that are in any set
 * @param set the one that has the first of them; empty where there are none
 */
record Overlap(int ngrams, String set) {}
