package dev.millrace.refinery.pii;

/** Personal data in a text, in UTF-16 units, end excluded. */
record Span(Kind kind, int start, int end) {}
